import type pg from "pg";

/** A connection that may be inside a transaction, or a pool. */
export type Database = Pick<pg.ClientBase, "query">;

/** Runs `work` on one connection between `begin` and `commit`; whatever it throws rolls back. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    // A connection that can't even roll back is thrown away.
    await client.query("rollback").then(
      () => client.release(),
      (broken) => client.release(broken),
    );
    throw error;
  }
}
