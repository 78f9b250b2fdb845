import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { createConnection } from "../connections.ts";
import { type PostgresOptions, startPostgres } from "../postgres/postgres.ts";
import { loadSecrets } from "../secrets.ts";

/** A connection as superuser to the database that some process runs on this folder, if one does. */
export async function connectToRunning(dataDir: string): Promise<pg.Client | undefined> {
  const pidFile = await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8").catch(() => "");
  const port = Number(pidFile.split("\n")[3]); // the file's fourth line, documented in storage-file-layout
  if (!port) return undefined;
  const { internalPassword: password } = await loadSecrets(dataDir);
  const client = createConnection({
    host: "127.0.0.1",
    port,
    user: "supabase_admin",
    password,
    database: "postgres",
  });
  return client.connect().then(
    () => client,
    () => undefined,
  );
}

/** Runs `work` on the folder's database, started for it alone when it isn't running. */
export async function withDatabase<T>(
  options: PostgresOptions,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  await using resources = new AsyncDisposableStack();
  let client = await connectToRunning(options.dataDir);
  if (!client) {
    const postgres = await startPostgres(options);
    resources.defer(() => postgres.stop());
    client = createConnection({ connectionString: postgres.url("supabase_admin") });
    await client.connect();
  }
  const connected = client;
  resources.defer(() => connected.end());
  return await work(connected); // before the resources go
}
