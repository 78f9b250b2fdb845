import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, type Log } from "@portero/runtime";
import { createConnection } from "../connections.ts";
import { LocalSupabaseError } from "../errors.ts";
import { loadSecrets } from "../secrets.ts";
import { chooseAccount } from "./account.ts";
import { findBinaries } from "./binaries.ts";
import { ensureCluster } from "./cluster.ts";
import { lockFolder } from "./lock.ts";
import { endOrphan } from "./orphan.ts";
import { endServer, launchServer, type Server } from "./server.ts";

export interface PostgresOptions {
  dataDir: string;
  /** Wished for; another free one is taken when it is in use. */
  port?: number | undefined;
  log: Log;
  /** False trades every guarantee for speed: for tests. */
  isDurable?: boolean | undefined;
}

/** Roles that log in; `postgres` is for migrations and tools, the others for this process. */
export type LoginRole =
  | "postgres"
  | "authenticator"
  | "supabase_admin"
  | "supabase_auth_admin"
  | "supabase_storage_admin";

export interface Postgres {
  url(role?: LoginRole): string;
  /** A fast shutdown: connections are cut, nothing acknowledged is lost. */
  stop(): Promise<void>;
}

const wrongPassword = "28P01";

/**
 * Runs the Postgres of a data folder on loopback until `stop`, making it at first and restarting it (on the same port)
 * when it dies. It ends with this process, however that dies.
 * @throws {LocalSupabaseError}
 */
export async function startPostgres(
  options: PostgresOptions,
  signal?: AbortSignal,
): Promise<Postgres> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir); // by its real path what runs in it can be recognised
  using startup = new DisposableStack();
  startup.use(lockFolder(dataDir));
  const secrets = await loadSecrets(dataDir);
  const clusterDir = join(dataDir, "postgres");
  const account = await chooseAccount(clusterDir);
  const binaries = await findBinaries(account);
  const isDurable = options.isDurable ?? true;
  await ensureCluster({
    clusterDir,
    binaries,
    account,
    superuserPassword: secrets.internalPassword,
    isDurable,
  });
  let port = 0;
  const url = (role: LoginRole = "postgres") =>
    `postgresql://${role}:${role === "postgres" ? secrets.databasePassword : secrets.internalPassword}@127.0.0.1:${port}/postgres`;
  const launch = { clusterDir, account, binaries, isDurable, log: options.log };
  const isReady = () => answers(url("supabase_admin"));

  await endOrphan(clusterDir);
  let server = await launchOnFreePort();
  let isStopping = false;
  const supervision = keepAlive();
  const hold = startup.move();
  return {
    url,
    async stop() {
      isStopping = true;
      await endServer(server.child, binaries);
      await supervision;
      hold.dispose();
    },
  };

  /** Between finding a port and listening on it someone else may take it. */
  async function launchOnFreePort(attempt = 1): Promise<Server> {
    port = await freePort(attempt === 1 ? options.port : undefined);
    try {
      return await launchServer({ ...launch, port }, isReady, signal);
    } catch (error) {
      if (attempt >= 3 || signal?.aborted || isWrongFolder(error)) throw error;
      return launchOnFreePort(attempt + 1);
    }
  }

  async function keepAlive(): Promise<void> {
    for (;;) {
      await server.ended;
      if (isStopping) return;
      options.log.error({ tail: server.tail() }, "Postgres died, starting it again");
      while (!isStopping) {
        try {
          server = await launchServer({ ...launch, port }, isReady);
          break;
        } catch (error) {
          options.log.error({ error: String(error) }, "Postgres does not start, trying again");
          await sleep(1000);
        }
      }
      if (isStopping) return endServer(server.child, binaries);
    }
  }
}

const isWrongFolder = (error: unknown) =>
  error instanceof LocalSupabaseError && error.code !== "postgres_failed";

async function answers(url: string): Promise<boolean> {
  const client = createConnection({ connectionString: url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    return true;
  } catch (cause) {
    if ((cause as { code?: string }).code !== wrongPassword) return false;
    throw new LocalSupabaseError(
      "folder_not_ours",
      "The passwords in secrets.json are not those of the database beside it. Restore the file, or start with an empty data folder.",
      { cause },
    );
  } finally {
    await client.end().catch(() => {});
  }
}
