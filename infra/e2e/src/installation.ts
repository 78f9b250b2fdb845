import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "@portero/testing";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PINNED_NODE = join(ROOT, "node_modules/.bin/node");
/** The first start builds the dashboard. */
const READY_WITHIN_MS = 150_000;

/** The line that `npm start -- --json` prints. */
export interface Running {
  dashboardUrl: string;
  supabaseUrl: string;
  publishableKey: string;
  databaseUrl: string;
  accounts: Account[];
  cameras: { id: string; tenantId: string; url: string }[];
  workers: { tenantId: string; healthUrl: string }[];
  control: { url: string; token: string };
}

export interface Account {
  tenant: string;
  tenantId: string;
  role: string;
  name: string;
  email: string;
  password: string;
}

export interface Installation {
  running: Running;
  /** Everything that the start and its services have said so far. */
  log(): string;
  /** Ends a service as a power cut would: `part` of its command line names it. */
  killService(part: string): Promise<void>;
  /** Lets the services of that name neither run nor end while `meanwhile` runs. */
  pauseService(part: string, meanwhile: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the whole product in a folder of its own, with nobody in its lanes. */
export async function startInstallation(
  realtimeTransport: "broadcast" | "postgres_changes",
): Promise<Installation> {
  const dataDir = await mkdtemp(join(tmpdir(), "portero-e2e-"));
  // Small pictures leave more of a slow machine to what is tested; `npm start` itself is tested with large ones.
  const flags = ["--no-traffic", "--verbose", "--camera-width", "1280"];
  const product = startProduct(["--data", dataDir, "--port", "0", ...flags], {
    REALTIME_TRANSPORT: realtimeTransport,
  });
  try {
    const running = await product.ready();
    const signal = async (part: string, name: NodeJS.Signals) => {
      const { pid } = product.child;
      const services = (await processes()).filter(
        ({ parent, command }) => parent === pid && command.includes(part),
      );
      if (services.length === 0) throw new Error(`no service is ${part}`);
      for (const service of services) process.kill(service.pid, name);
    };
    return {
      running,
      log: product.log,
      killService: (part) => signal(part, "SIGKILL"),
      async pauseService(part, meanwhile) {
        await signal(part, "SIGSTOP");
        try {
          await meanwhile();
        } finally {
          await signal(part, "SIGCONT");
        }
      },
      async stop() {
        await product.end("SIGTERM");
        // Where the machine is slow Postgres may still be writing its last page.
        await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
      },
    };
  } catch (error) {
    await product.end("SIGKILL");
    throw error;
  }
}

export interface Product {
  child: ChildProcess;
  log(): string;
  /** The line of JSON. @throws when the start ends before it, with all that it said */
  ready(): Promise<Running>;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; tookMs: number }>;
}

/** Runs `portero start --json` as a child; `npm` runs it as a newcomer does. */
export function startProduct(
  args: string[],
  environment: Record<string, string> = {},
  { throughNpm = false } = {},
): Product {
  const [program, before] = throughNpm
    ? ["npm", ["start", "--silent", "--"]]
    : [
        existsSync(PINNED_NODE) ? PINNED_NODE : process.execPath,
        ["--disable-warning=ExperimentalWarning", "services/portero/src/main.ts", "start"],
      ];
  const child = spawn(program, [...before, "--json", ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // A terminal's Ctrl-C reaches a whole group: this one, and not the tests.
    detached: true,
  });
  const lines: string[] = [];
  let announced: Running | undefined;
  const streams = [child.stdout, child.stderr].map((input) => createInterface({ input }));
  for (const stream of streams) {
    stream.on("line", (line) => {
      if (line.startsWith('{"dashboardUrl"')) announced = JSON.parse(line) as Running;
      else lines.push(line);
    });
  }
  let hasEnded = false;
  const ended = once(child, "close").then(([code]) => {
    hasEnded = true;
    return code as number | null;
  });

  return {
    child,
    log: () => lines.join("\n"),
    async ready() {
      const isReady = () => announced ?? (hasEnded && "ended");
      const answer = await until("the product is ready", isReady, READY_WITHIN_MS).catch(
        (error: Error) => error.message,
      );
      if (typeof answer !== "string") return answer;
      throw new Error(`the product is not ready (${answer}):\n${lines.join("\n")}`);
    },
    async end(signal) {
      const startedMs = performance.now();
      // Ctrl-C goes to the group; a service manager's signal to the one process.
      if (child.pid && !hasEnded) {
        process.kill(signal === "SIGINT" ? -child.pid : child.pid, signal);
      }
      return { code: await ended, tookMs: performance.now() - startedMs };
    },
  };
}

export interface RunningProcess {
  pid: number;
  parent: number;
  command: string;
}

/** All processes of this machine. */
export async function processes(): Promise<RunningProcess[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,args="], {
    maxBuffer: 32 * 1024 * 1024,
  });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
  });
}
