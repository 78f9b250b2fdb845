import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, realpath } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Log } from "@portero/runtime";
import pg from "pg";
import { LocalSupabaseError } from "../errors.ts";
import { loadSecrets } from "../secrets.ts";
import { type Account, chooseAccount } from "./account.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { ensureCluster } from "./cluster.ts";
import { lockFolder } from "./lock.ts";
import { endOrphan } from "./orphan.ts";

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

const startTimeoutMs = 60_000;
const stopTimeoutMs = 2500;
const tailLines = 30;
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

interface Launch {
  clusterDir: string;
  account: Account;
  binaries: Binaries;
  port: number;
  isDurable: boolean;
  log: Log;
}

interface Server {
  child: ChildProcess;
  ended: Promise<unknown>;
  tail(): string;
}

async function launchServer(
  launch: Launch,
  isReady: () => Promise<boolean>,
  signal?: AbortSignal,
): Promise<Server> {
  const { account, binaries, clusterDir, port } = launch;
  const child = spawn(
    binaries.postgres,
    ["-D", account.pathOf(clusterDir), "-p", String(port), ...settings(launch.isDurable)],
    {
      ...account.ids,
      cwd: clusterDir,
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", PGTZ: "UTC" },
      stdio: ["ignore", "ignore", "pipe"],
      detached: true, // Ctrl-C in a terminal is ours to handle, not Postgres's
    },
  );
  const ended = once(child, "exit").catch(() => {});
  const tail: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    tail.push(line);
    if (tail.length > tailLines) tail.shift();
    launch.log.debug({ line }, "postgres");
  });
  endWithUs(child, ended);
  const server = { child, ended, tail: () => tail.join("\n") };
  const deadlineMs = performance.now() + startTimeoutMs;
  const endAndThrow = async (error: unknown) => {
    await endServer(child, binaries);
    throw error;
  };
  while (!(await isReady().catch(endAndThrow))) {
    const isLate = performance.now() > deadlineMs;
    const hasDied = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    if (isLate || hasDied || signal?.aborted) {
      await endServer(child, binaries);
      signal?.throwIfAborted();
      const what = hasDied
        ? "ended while starting"
        : `did not answer within ${startTimeoutMs / 1000} s`;
      throw new LocalSupabaseError(
        "postgres_failed",
        `Postgres ${what}. Its last words:\n${server.tail()}`,
      );
    }
    await sleep(20);
  }
  return server;
}

/** A shell that waits for the end of a pipe held by this process: kill -9 closes the pipe too. */
function endWithUs(server: ChildProcess, ended: Promise<unknown>): void {
  if (process.platform === "win32" || server.pid === undefined) return;
  const watch = spawn("/bin/sh", ["-c", `read _; kill -INT ${server.pid}`], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watch.unref();
  watch.on("error", () => {});
  void ended.then(() => watch.kill("SIGKILL"));
}

async function endServer(child: ChildProcess, binaries: Binaries): Promise<void> {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  if (hasEnded() || child.pid === undefined) return;
  const ended = once(child, "exit");
  const end = async (posix: NodeJS.Signals, windows: string) =>
    process.platform === "win32"
      ? promisify(execFile)(binaries.pgCtl, ["kill", windows, String(child.pid)])
      : child.kill(posix);
  await end("SIGINT", "INT");
  await Promise.race([ended, sleep(stopTimeoutMs, undefined, { ref: false })]);
  if (hasEnded()) return;
  await end("SIGQUIT", "QUIT");
  await ended;
}

function settings(isDurable: boolean): string[] {
  const values = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "100",
    password_encryption: "scram-sha-256",
    wal_level: "logical",
    max_wal_size: "256MB",
    max_slot_wal_keep_size: "512MB",
    timezone: "UTC",
    log_timezone: "UTC",
    logging_collector: "off",
    log_checkpoints: "off",
    ...(isDurable ? {} : { fsync: "off", full_page_writes: "off" }),
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

const isWrongFolder = (error: unknown) =>
  error instanceof LocalSupabaseError && error.code !== "postgres_failed";

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on("error", () => {});
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

/** `wished` if nobody listens there on `host`, else any free one. */
export async function freePort(wished = 0, host = "127.0.0.1"): Promise<number> {
  const probe = createServer();
  probe.listen(wished, host);
  try {
    await once(probe, "listening");
  } catch (error) {
    if (wished === 0) throw error;
    return freePort(0, host);
  }
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
