import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SignJWT } from "jose";

const MAIN = fileURLToPath(
  new URL("../../../../services/local-supabase/src/main.ts", import.meta.url),
);
const JWT_SECRET = "only-for-measurements-on-loopback-0123456789";

interface Addresses {
  url: string;
  databaseUrl: string;
  publishableKey: string;
  secretKey: string;
}

/** local-supabase in a process of its own on a new data folder, as durable as a user's. */
export interface ServerUnderTest extends Addresses {
  /** Resident memory of its Node process, without Postgres, in MB; nothing where `/proc` is missing. */
  memoryMb(): Promise<number | undefined>;
  /** Ends it and starts it again on the same data: ms from the start of the process to `answers` giving true. */
  restart(answers: (addresses: Addresses) => Promise<boolean>): Promise<number>;
  stop(): Promise<void>;
}

export async function startServer(): Promise<ServerUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), "portero-bench-"));
  const migrations = join(folder, "migrations");
  await mkdir(migrations);
  const schema = fileURLToPath(new URL("schema.sql", import.meta.url));
  await copyFile(schema, join(migrations, "20260101000000_bench.sql"));
  const start = async (): Promise<{ child: ChildProcess; addresses: Addresses }> => {
    const child = fork(
      MAIN,
      [
        "--port",
        "0",
        "--db-port",
        "0",
        "--data",
        join(folder, "data"),
        "--migrations",
        migrations,
      ].concat(["--jwt-secret", JWT_SECRET]),
      { stdio: ["ignore", "ignore", "inherit", "ipc"] },
    );
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`local-supabase ended with ${code} before it was ready`);
    });
    const [{ ready }] = await Promise.race([once(child, "message"), ended]);
    ended.catch(() => {});
    return { child, addresses: ready };
  };
  const stop = async (child: ChildProcess): Promise<void> => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  let running = await start();
  return {
    ...running.addresses,
    memoryMb: () => memoryMb(running.child.pid),
    async restart(answers) {
      await stop(running.child);
      const startedMs = performance.now();
      running = await start();
      while (!(await answers(running.addresses))) await new Promise(setImmediate);
      return performance.now() - startedMs;
    },
    async stop() {
      await stop(running.child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An access token of a person, as a tool with the installation's secret signs it. */
export async function tokenOf(person: string): Promise<string> {
  const claims = { role: "authenticated", aud: "authenticated", sub: person };
  return new SignJWT({ ...claims, session_id: randomUUID() })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(JWT_SECRET));
}

async function memoryMb(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
}
