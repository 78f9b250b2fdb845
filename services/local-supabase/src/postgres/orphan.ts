import { execFile } from "node:child_process";
import { readFile, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { LocalSupabaseError } from "../errors.ts";

const run = promisify(execFile);

/**
 * Ends a Postgres that a killed process left behind on this cluster, and removes its pid file. The folder's lock
 * must be held: then whatever still runs here has lost its owner. A pid that now belongs to something else is left alone.
 * @throws {LocalSupabaseError} `postgres_failed` when it does not end
 */
export async function endOrphan(clusterDir: string): Promise<void> {
  const pidFile = join(clusterDir, "postmaster.pid");
  const text = await readFile(pidFile, "utf8").catch(() => undefined);
  if (text === undefined || process.platform === "win32") return;
  const pid = Number(text.split("\n")[0]);
  if (Number.isInteger(pid) && pid > 1 && (await isOurs(pid, clusterDir))) {
    for (const [signal, waitMs] of [
      ["SIGINT", 5000],
      ["SIGQUIT", 5000],
    ] as const) {
      process.kill(pid, signal);
      if (await hasEnded(pid, clusterDir, waitMs)) return rm(pidFile, { force: true });
    }
    throw new LocalSupabaseError(
      "postgres_failed",
      `A Postgres left behind (process ${pid}) does not end. End it and start again.`,
    );
  }
  // Postgres itself recognises a stale file, unless the number is in use again.
  await rm(pidFile, { force: true });
}

async function isOurs(pid: number, clusterDir: string): Promise<boolean> {
  if (process.platform === "linux") {
    return (await readlink(`/proc/${pid}/cwd`).catch(() => "")) === clusterDir;
  }
  const { stdout } = await run("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return stdout.includes(clusterDir);
}

async function hasEnded(pid: number, clusterDir: string, withinMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + withinMs;
  while (await isOurs(pid, clusterDir)) {
    if (performance.now() > deadlineMs) return false;
    await sleep(20);
  }
  return true;
}
