import { setTimeout as sleep } from "node:timers/promises";
import { IsapiError } from "./isapi-error.ts";

interface RequestQueueOptions {
  /** How long a gate command waits for the running read before it is cut off. */
  preemptAfterMs?: number;
  /** In [0, 1). */
  random?: () => number;
}

interface Turn {
  kind: "gate" | "read";
  /** Cuts a read off. */
  abort: AbortController;
}

interface Waiting {
  turn: Turn;
  start: () => void;
}

const FIRST_BUSY_MS = 250;
const MAX_BUSY_MS = 4_000;

/**
 * One request at a time to one device: cameras wedge under concurrent ones. Gate commands go before
 * all others, and cut off a read that is slow to end. After a `busy` reads pause, longer each time.
 */
export class RequestQueue {
  readonly #preemptAfterMs: number;
  readonly #random: () => number;
  #waiting: Waiting[] = [];
  #running: Turn | null = null;
  #busyInARow = 0;
  #pausedUntilMs = 0;

  constructor(options: RequestQueueOptions = {}) {
    this.#preemptAfterMs = options.preemptAfterMs ?? 250;
    this.#random = options.random ?? Math.random;
  }

  /** Runs a read in its turn. `task` gets a signal that also ends it for a gate command. */
  async read<T>(task: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { abort } = await this.#unpausedTurn(signal);
    const onAbort = () => abort.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const result = await task(abort.signal);
      this.#busyInARow = 0;
      return result;
    } catch (error) {
      if (error instanceof IsapiError && error.code === "busy") this.#noteBusy();
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#next();
    }
  }

  /** Runs a gate command before everything that waits. Once started it is not interrupted. */
  async gate<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const running = this.#running;
    const hurry =
      running?.kind === "read"
        ? setTimeout(() => running.abort.abort(preempted()), this.#preemptAfterMs)
        : undefined;
    try {
      await this.#turn("gate", signal);
    } finally {
      clearTimeout(hurry);
    }
    try {
      return await task();
    } finally {
      this.#next();
    }
  }

  async #turn(kind: Turn["kind"], signal: AbortSignal): Promise<Turn> {
    signal.throwIfAborted();
    const turn = { kind, abort: new AbortController() };
    if (!this.#running) {
      this.#running = turn;
      return turn;
    }
    await this.#wait(turn, signal);
    return turn;
  }

  #wait(turn: Turn, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        turn,
        start: () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== entry);
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(entry);
    });
  }

  #next(): void {
    const gateIndex = this.#waiting.findIndex((entry) => entry.turn.kind === "gate");
    const [next] = this.#waiting.splice(Math.max(0, gateIndex), 1);
    // The turn passes at once, so that nobody slips in before the one who waited.
    this.#running = next?.turn ?? null;
    next?.start();
  }

  /** The pause is spent outside the queue, so that a gate command never waits for it. */
  async #unpausedTurn(signal: AbortSignal): Promise<Turn> {
    for (;;) {
      const waitMs = this.#pausedUntilMs - performance.now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => {});
      const turn = await this.#turn("read", signal);
      if (this.#pausedUntilMs <= performance.now()) return turn;
      this.#next();
    }
  }

  #noteBusy(): void {
    const ceilingMs = Math.min(MAX_BUSY_MS, FIRST_BUSY_MS * 2 ** this.#busyInARow);
    this.#busyInARow += 1;
    this.#pausedUntilMs = performance.now() + ceilingMs * (0.5 + this.#random() / 2);
  }
}

function preempted(): IsapiError {
  return new IsapiError("preempted", "a gate command needed the device", { sent: true });
}
