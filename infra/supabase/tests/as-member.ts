import type pg from "pg";

/** Who asks: the Postgres role and the claims that a client of that kind gets. */
export interface Caller {
  role: "authenticated" | "anon" | "service_role";
  claims: string;
}

export const member = (userId: string): Caller => ({
  role: "authenticated",
  claims: JSON.stringify({ role: "authenticated", sub: userId, aud: "authenticated" }),
});

export const ANONYMOUS: Caller = { role: "anon", claims: JSON.stringify({ role: "anon" }) };

export interface Tried {
  /** Rows that the statement touched or returned; 0 when it was refused. */
  rows: number;
  /** The database's error code, or null. */
  code: string | null;
  message: string;
  values: Record<string, unknown>[];
}

/** Runs one statement as PostgREST would for this caller, and undoes it. */
export async function tryAs(
  database: pg.Client,
  caller: Caller,
  sql: string,
  values: unknown[] = [],
): Promise<Tried> {
  await database.query("begin");
  try {
    await database.query(
      "select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)",
      [caller.role, caller.claims],
    );
    const result = await database.query(sql, values);
    return { rows: result.rowCount ?? 0, code: null, message: "", values: result.rows };
  } catch (error) {
    const { code = "unknown", message } = error as Error & { code?: string };
    return { rows: 0, code, message, values: [] };
  } finally {
    await database.query("rollback");
  }
}
