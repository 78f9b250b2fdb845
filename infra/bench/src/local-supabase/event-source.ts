import pg from "pg";
import { answerParent, nowMs } from "./child.ts";

/** Events for tenants in turn: so many a second, or as many as possible. */
export interface Events {
  databaseUrl: string;
  tenants: number;
  count: number;
  /** Nothing for as fast as the database takes them. */
  perSecond: number | undefined;
}

const ROWS_AT_ONCE = 20;

/** Inserts events, and says when it began. */
answerParent(async ({ databaseUrl, tenants, count, perSecond }: Events): Promise<number> => {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  const insert = async (first: number, rows: number): Promise<void> => {
    const tenantOf = Array.from({ length: rows }, (_, at) => (first + at) % tenants);
    await database.query(
      "insert into told_events (tenant, payload) select t, $2 from unnest($1::int[]) t",
      [tenantOf, { sentMs: nowMs(), plate: "ABC1D23", camera: "norte", confidence: 0.97 }],
    );
  };
  const beganMs = nowMs();
  if (perSecond === undefined) {
    for (let at = 0; at < count; at += ROWS_AT_ONCE) {
      await insert(at, Math.min(ROWS_AT_ONCE, count - at));
    }
  } else {
    for (let at = 0; at < count; at++) {
      const waitMs = beganMs + (at * 1000) / perSecond - nowMs();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      await insert(at, 1);
    }
  }
  await database.end();
  return beganMs;
});
