import { flushCompileCache } from "node:module";
import { ConfigError } from "./config.ts";
import { createLog, type Log } from "./log.ts";

/** Exit status of a process whose configuration cannot be used (`EX_CONFIG` of sysexits.h): do not restart it. */
const EXIT_CONFIG = 78;
const EXIT_FAILURE = 1;
/** A terminal and npm may each deliver the same Ctrl-C; a person's second one comes later than this. */
const ONE_SIGNAL_MS = 500;
/** A service has loaded what it needs by then. */
const COMPILED_AFTER_MS = 10_000;
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/** How a process ends. */
export interface ProcessOptions {
  /** From the first signal to a forced end. Default 4,000. */
  deadlineMs?: number;
  log?: Log;
}

/**
 * Runs a service's `main` until it returns, then ends the process. SIGINT, SIGTERM or the loss of the parent that
 * forked it abort main's signal; a second signal, or the deadline, ends it at once. Exit status: 0 after a clean
 * end, 78 for a configuration that cannot be used, 1 for any other failure, a forgotten rejection included.
 */
export async function runProcess(
  name: string,
  main: (signal: AbortSignal) => Promise<void>,
  { deadlineMs = 4_000, log = createLog(name) }: ProcessOptions = {},
): Promise<never> {
  const stop = new AbortController();
  let toldMs = 0;
  const shutDown = (why: string, exitCode: number) => {
    if (stop.signal.aborted) {
      if (performance.now() - toldMs > ONE_SIGNAL_MS) process.exit(exitCode);
      return;
    }
    toldMs = performance.now();
    stop.abort(new Error(why));
    setTimeout(() => {
      log.error({ deadlineMs }, `still busy after ${why}, ending by force`);
      process.exit(EXIT_FAILURE);
    }, deadlineMs).unref();
  };
  for (const [signalName, number] of Object.entries(SIGNALS)) {
    process.on(signalName, () => shutDown(signalName, 128 + number));
  }
  // Left to the end, writing the compile cache of a first start takes longer than a process is given to stop.
  setTimeout(flushCompileCache, COMPILED_AFTER_MS).unref();
  process.once("disconnect", () => shutDown("the parent process left", EXIT_FAILURE));
  for (const event of ["unhandledRejection", "uncaughtException"] as const) {
    process.on(event, (err: unknown) => {
      log.fatal({ err }, `${event}: a fault in this program, ending`);
      process.exit(EXIT_FAILURE);
    });
  }
  process.exit(await exitCodeOf(main, stop.signal, log));
}

async function exitCodeOf(
  main: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  log: Log,
): Promise<number> {
  try {
    await main(signal);
    return 0;
  } catch (err) {
    if (err instanceof ConfigError) {
      process.stderr.write(`${err.message}\n`);
      return EXIT_CONFIG;
    }
    if (signal.aborted && isAbort(err, signal)) return 0;
    log.fatal({ err }, "cannot go on");
    return EXIT_FAILURE;
  }
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}

/**
 * How Node is started for a service that lets megabytes of pictures through every second. glibc keeps freed ones in an
 * arena for each thread, which costs a third of the memory; several threads that look for a few kilobytes of garbage or
 * compile a function cost more processor time than one. Each thread's nursery would grow to 48 MB, of which little lives.
 */
export const LEAN_PROCESS = {
  execArgv: [
    "--disable-warning=ExperimentalWarning",
    "--single-threaded-gc",
    "--v8-pool-size=1",
    "--max-semi-space-size=4",
  ],
  env: {
    MALLOC_ARENA_MAX: "1",
    MALLOC_TRIM_THRESHOLD_: "4194304",
    MALLOC_MMAP_THRESHOLD_: "1048576",
  },
};
