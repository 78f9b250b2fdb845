import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Log } from "@portero/runtime";

const ROOT = new URL("../../../../", import.meta.url);
const RESTART_AFTER_MS = 1000;
const STOP_WITHIN_MS = 3500;

/** A process of the installation. */
export interface ChildPlan {
  name: string;
  /** Folder of the service below `services/`. */
  service: string;
  args?: string[];
  env?: Record<string, string>;
}

export interface Children {
  /** Starts a process and waits for the message `{ ready }` that it sends. It is started again when it ends by itself. */
  start<Ready>(plan: ChildPlan): Promise<Ready>;
  /** Ends all processes side by side, and then the one that was started first, on which the others stand. */
  stop(): Promise<void>;
}

/** Runs the services of an installation as child processes. Their logs go to `log` line by line. */
export function createChildren(log: Log): Children {
  const running: { plan: ChildPlan; child: ChildProcess }[] = [];
  let isStopping = false;

  function spawn(plan: ChildPlan): ChildProcess {
    const entry = fileURLToPath(new URL(`services/${plan.service}/src/main.ts`, ROOT));
    const child = fork(entry, plan.args ?? [], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      // Nothing of the caller's own settings reaches a service but what every program needs.
      env: { ...systemEnvironment(), ...plan.env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // Ctrl-C reaches the whole terminal group: the order of stopping is ours, so they are not part of it.
      detached: process.platform !== "win32",
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream)
        createInterface({ input: stream }).on("line", (line) => relay(log, plan.name, line));
    }
    running.push({ plan, child });
    child.once("exit", (code, signal) => {
      running.splice(
        running.findIndex((entry) => entry.child === child),
        1,
      );
      if (isStopping) return;
      // An unusable configuration or a port in use does not get better by itself.
      log.error({ service: plan.name, code, signal }, "a service ended; starting it again");
      setTimeout(() => {
        if (!isStopping) spawn(plan);
      }, RESTART_AFTER_MS);
    });
    return child;
  }

  return {
    async start<Ready>(plan: ChildPlan): Promise<Ready> {
      const child = spawn(plan);
      const ready = new Promise<Ready>((resolve) => {
        child.on("message", (message: { ready?: Ready }) => {
          if (message.ready) resolve(message.ready);
        });
      });
      const ended = once(child, "exit").then(([code]) => {
        throw new Error(
          `${plan.name} could not start (exit status ${code}); its last lines stand above`,
        );
      });
      return Promise.race([ready, ended]);
    },

    async stop() {
      isStopping = true;
      const [foundation, ...others] = running.map(
        ({ child, plan }) =>
          () =>
            end(child, plan),
      );
      await Promise.all(others.map((stop) => stop()));
      await foundation?.();
    },
  };

  async function end(child: ChildProcess, plan: ChildPlan): Promise<void> {
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => {
      log.warn({ service: plan.name }, "did not stop in time; ended by force");
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
