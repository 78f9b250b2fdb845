import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Log } from "@portero/runtime";
import { LocalSupabaseError } from "../errors.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";

const startTimeoutMs = 60_000;
const stopTimeoutMs = 2500;
const tailLines = 30;

/** What it takes to run Postgres on a cluster. */
export interface Launch {
  clusterDir: string;
  account: Account;
  binaries: Binaries;
  port: number;
  isDurable: boolean;
  log: Log;
}

/** A Postgres that answers. */
export interface Server {
  child: ChildProcess;
  ended: Promise<unknown>;
  /** Its last words. */
  tail(): string;
}

/** Resolves when it answers. @throws {LocalSupabaseError} `postgres_failed`, with its last words */
export async function launchServer(
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

/** A fast shutdown; an immediate one, which costs a recovery, when that takes too long. */
export async function endServer(child: ChildProcess, binaries: Binaries): Promise<void> {
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
