import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { LEAN_PROCESS, type Log } from "@portero/runtime";

const ROOT = new URL("../../../../", import.meta.url);
const RESTART_AFTER_MS = 1000;
const STOP_WITHIN_MS = 3500;
/** What a process that could not start has said last, for the message about it. */
const TOLD_LINES = 15;
/** Exit status of a service whose configuration cannot be used: it will not get better by itself. */
const EX_CONFIG = 78;

/** A process of the installation. */
export interface ChildPlan<Ready = unknown> {
  name: string;
  /** Folder of the service below `services/`. */
  service: string;
  args?: string[];
  env?: Record<string, string>;
  /** Others stand on it: it ends after them. */
  isFoundation?: boolean;
  /** What changes when it is started again: the others know it by the ports that it chose at first. */
  again?(ready: Ready): Pick<ChildPlan, "args" | "env">;
}

export interface Children {
  /**
   * Starts a process and waits for the message `{ ready }` that it sends. From then on it is started again when it
   * ends by itself. @throws {Error} with its last lines when it ends before
   */
  start<Ready>(plan: ChildPlan<Ready>): Promise<Ready>;
  /** Ends all processes side by side, and then those on which the others stand. */
  stop(): Promise<void>;
}

interface Spawned {
  child: ChildProcess;
  lastLines: readonly string[];
}

/** Runs the services of an installation as child processes. Their logs go to `log` line by line. */
export function createChildren(log: Log): Children {
  const running = new Map<ChildProcess, ChildPlan>();
  let isStopping = false;

  function spawn(plan: ChildPlan): Spawned {
    const { name, service, args, env } = plan;
    const entry = fileURLToPath(new URL(`services/${service}/src/main.ts`, ROOT));
    const child = fork(entry, args ?? [], {
      execArgv: LEAN_PROCESS.execArgv,
      // Nothing of the caller's own settings reaches a service but what every program needs.
      env: { ...LEAN_PROCESS.env, ...systemEnvironment(), ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // Ctrl-C reaches the whole terminal group: the order of stopping is ours, so they are not part of it.
      detached: process.platform !== "win32",
    });
    const lastLines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on("line", (line) => {
        lastLines.push(line);
        if (lastLines.length > TOLD_LINES) lastLines.shift();
        relay(log, name, line);
      });
    }
    running.set(child, plan);
    child.once("exit", () => running.delete(child));
    return { child, lastLines };
  }

  function keepAlive(plan: ChildPlan, child: ChildProcess): void {
    child.once("exit", (code, signal) => {
      if (isStopping) return;
      if (code === EX_CONFIG) {
        log.error({ service: plan.name }, "a service cannot use its configuration; it stays off");
        return;
      }
      log.error({ service: plan.name, code, signal }, "a service ended; starting it again");
      setTimeout(() => {
        if (!isStopping) keepAlive(plan, spawn(plan).child);
      }, RESTART_AFTER_MS);
    });
  }

  return {
    async start<Ready>(plan: ChildPlan<Ready>): Promise<Ready> {
      const { child, lastLines } = spawn(plan as ChildPlan);
      const ready = new Promise<Ready>((resolve) => {
        child.on("message", (message: { ready?: Ready }) => {
          if (message.ready) resolve(message.ready);
        });
      });
      const ended = once(child, "close").then(([code]) => {
        throw new Error(
          `${plan.name} could not start (exit status ${code}):\n${lastLines.join("\n")}`,
        );
      });
      const facts = await Promise.race([ready, ended]);
      ended.catch(() => {});
      keepAlive({ ...plan, ...plan.again?.(facts) } as ChildPlan, child);
      return facts;
    },

    async stop() {
      isStopping = true;
      for (const isLast of [false, true]) {
        const round = [...running].filter(
          ([, { isFoundation = false }]) => isFoundation === isLast,
        );
        await Promise.all(round.map(([child, { name }]) => end(child, name)));
      }
    },
  };

  async function end(child: ChildProcess, name: string): Promise<void> {
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => {
      log.warn({ service: name }, "did not stop in time; ended by force");
      child.kill("SIGKILL");
    }, STOP_WITHIN_MS);
    await gone;
    clearTimeout(timer);
  }
}

function systemEnvironment(): Record<string, string> {
  const names = [
    "PATH",
    "HOME",
    "USER",
    "TMPDIR",
    "TEMP",
    "LANG",
    "TZ",
    "SYSTEMROOT",
    "APPDATA",
    "LOCALAPPDATA",
    "NODE_COMPILE_CACHE",
  ];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
}

/** A service's own structured line keeps its level; anything else is a remark. */
function relay(log: Log, service: string, line: string): void {
  try {
    const {
      level,
      msg,
      time: _time,
      name: _name,
      ...facts
    } = JSON.parse(line) as Record<string, unknown>;
    const write =
      level === "error" || level === "fatal" ? "error" : level === "warn" ? "warn" : "info";
    log[write]({ ...facts }, `${service}: ${msg}`);
  } catch {
    log.info(`${service}: ${line}`);
  }
}
