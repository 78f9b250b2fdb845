import { type Backoff, backoffMs } from "@portero/access";

/** One round of work. It must settle soon after its signal aborts. */
export type Tick = (signal: AbortSignal) => Promise<void>;

/** How a loop keeps time and what it does when a round fails. */
export interface PollOptions {
  /** From the start of one round to the start of the next; asked before each wait when a function. */
  everyMs: number | (() => number);
  backoff: Backoff;
  signal: AbortSignal;
  /** Told of each failure, with the failures in a row before it and the wait that follows. */
  onFailure: (error: unknown, attempt: number, waitMs: number) => void;
  /** Waits in place of a plain timer, for a loop that something may wake; see `createAlarm`. */
  wait?: Wait;
}

type Wait = (waitMs: number, signal: AbortSignal) => Promise<void>;

/** Repeats `tick`, one at a time, until the signal aborts. The first success resets the backoff. */
export async function poll(
  tick: Tick,
  { everyMs, backoff, signal, onFailure, wait = pause }: PollOptions,
): Promise<void> {
  let attempt = 0;
  while (!signal.aborted) {
    const startedAtMs = performance.now();
    let waitMs: number;
    let pausing = wait;
    try {
      await tick(signal);
      attempt = 0;
      const intervalMs = typeof everyMs === "function" ? everyMs() : everyMs;
      waitMs = intervalMs - (performance.now() - startedAtMs);
    } catch (error) {
      if (signal.aborted) return;
      waitMs = backoffMs(attempt, backoff, Math.random());
      // A peer that fails must get its rest even while events keep arriving.
      pausing = pause;
      onFailure(error, attempt++, waitMs);
    }
    await pausing(Math.max(0, waitMs), signal);
  }
}

/** Waits in the cheapest way there is: loops do it many times a second, all day. */
function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return cancellablePause(waitMs, signal).ended;
}

function cancellablePause(
  waitMs: number,
  signal: AbortSignal,
): { ended: Promise<void>; end(): void } {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(() => end(), waitMs);
    signal.addEventListener("abort", end);
  });
  if (signal.aborted) end();
  return { ended, end };
}

/** A wait that can be cut short. */
export interface Alarm {
  wait: Wait;
  /** Ends the wait now; without one, the next wait ends at once. */
  ring(): void;
}

/** An alarm for `poll`, so that an event from elsewhere starts the next round early. */
export function createAlarm(): Alarm {
  let hasRung = false;
  let wake: (() => void) | undefined;
  return {
    async wait(waitMs, signal) {
      if (!hasRung) {
        const pausing = cancellablePause(waitMs, signal);
        wake = pausing.end;
        await pausing.ended;
        wake = undefined;
      }
      hasRung = false;
    },
    ring() {
      hasRung = true;
      wake?.();
    },
  };
}
