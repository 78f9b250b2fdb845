import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** An output at the barrier did not do what it was told. */
export class OutputError extends Error {
  override readonly name = "OutputError";
  readonly code = "output_failed";
}

/** A file that carries a level, such as `/sys/class/gpio/gpio17/value`. */
export interface OutputFile {
  path: string;
  /** The relay is on when the file says 0. */
  isActiveLow: boolean;
}

/** An output that is low unless a pulse runs. */
export interface GuardedOutput {
  /** Raises the output and returns once it is up. @throws {OutputError} */
  pulse(pulseMs: number): Promise<void>;
  /** Brings the output down and ends its guard. */
  close(): Promise<void>;
}

const GUARD = fileURLToPath(new URL("./output-guard.ts", import.meta.url));
const ANSWER_WITHIN_MS = 2_000;

interface Word {
  word: "low" | "high" | "failed";
  detail: string;
}

/**
 * An output in the hands of a process of its own, so that it falls even when this one is killed (safety G11).
 * It is low when this returns.
 *
 * @throws {OutputError} when the file cannot be written
 */
export async function openGuardedOutput(file: OutputFile): Promise<GuardedOutput> {
  let guard = await startGuard(file);
  return {
    async pulse(pulseMs) {
      // A guard that was killed left the level as it was: the new one brings it down first.
      if (!guard.connected) guard = await startGuard(file);
      const answer = nextWord(guard);
      guard.send({ pulseMs });
      const { word, detail } = await answer;
      if (word !== "high") throw new OutputError(`${file.path} did not rise: ${detail || word}`);
    },
    async close() {
      if (!guard.connected) return;
      const gone = once(guard, "exit");
      guard.disconnect();
      await gone;
    },
  };
}

async function startGuard({ path, isActiveLow }: OutputFile): Promise<ChildProcess> {
  const levels = isActiveLow ? ["0", "1"] : ["1", "0"];
  // Its own process group: what ends ours, Ctrl-C or a kill of the group, must not end it first.
  const guard = fork(GUARD, [path, ...levels], { detached: true, execArgv: [], env: {} });
  const { word, detail } = await nextWord(guard);
  if (word === "low") return guard;
  guard.disconnect();
  throw new OutputError(`${path} cannot be written: ${detail}`);
}

async function nextWord(guard: ChildProcess): Promise<Word> {
  const done = new AbortController();
  const { signal } = done;
  try {
    return await Promise.race([
      once(guard, "message", { signal }).then(([word]) => word as Word),
      once(guard, "exit", { signal }).then(
        (): Word => ({ word: "failed", detail: "its guard ended" }),
      ),
      sleep(ANSWER_WITHIN_MS, { word: "failed", detail: "no answer" } as const, { signal }),
    ]);
  } finally {
    done.abort();
  }
}
