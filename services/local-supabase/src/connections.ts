import pg from "pg";

/**
 * A pool whose connections may be lost at any time. One that is at work then fails its query, one that is idle goes
 * from the pool; `onLost` hears of the latter.
 */
export function openPool(
  config: pg.PoolConfig,
  onLost: (error: Error) => void = () => {},
): pg.Pool {
  const pool = new pg.Pool(config);
  // pg-pool takes its own listener off whoever is at work, and an error that nobody listens to ends the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("error", onLost);
  return pool;
}

/** One connection, not made yet and to be ended by the caller. When it is lost, the query under way says so. */
export function createConnection(config: pg.ClientConfig): pg.Client {
  const client = new pg.Client(config);
  client.on("error", () => {});
  return client;
}
