import { describe, expect, it } from "vitest";
import { createAlarm, poll } from "./poll.ts";

const backoff = { baseMs: 1, maxMs: 4 };
const never = () => expect.unreachable("no round fails here");

describe("poll", () => {
  it("runs one round at a time and returns when its signal aborts", async () => {
    const stop = new AbortController();
    let running = 0;
    let rounds = 0;
    const tick = async () => {
      expect(++running).toBe(1);
      await Promise.resolve();
      running--;
      if (++rounds === 5) stop.abort();
    };
    await poll(tick, { everyMs: 0, backoff, signal: stop.signal, onFailure: never });
    expect(rounds).toBe(5);
  });

  it("counts failures in a row and starts over after a success", async () => {
    const stop = new AbortController();
    const outcomes = [false, false, true, false, true];
    const attempts: number[] = [];
    const tick = async () => {
      const isGood = outcomes.shift();
      if (isGood === undefined) stop.abort();
      else if (!isGood) throw new Error("no answer");
    };
    await poll(tick, {
      everyMs: 0,
      backoff,
      signal: stop.signal,
      onFailure: (_error, attempt, waitMs) => {
        attempts.push(attempt);
        expect(waitMs).toBeLessThanOrEqual(4);
      },
    });
    expect(attempts).toEqual([0, 1, 0]);
  });

  it("takes an abort during a round for the end, not for a failure", async () => {
    const stop = new AbortController();
    const tick = async () => {
      stop.abort();
      throw stop.signal.reason;
    };
    await poll(tick, { everyMs: 0, backoff, signal: stop.signal, onFailure: never });
  });

  it("is woken by its alarm, also when the alarm rang during the round", async () => {
    const stop = new AbortController();
    const alarm = createAlarm();
    let rounds = 0;
    const tick = async () => {
      rounds++;
      if (rounds === 1) alarm.ring();
      if (rounds === 2) setImmediate(() => alarm.ring());
      if (rounds === 3) stop.abort();
    };
    const hourMs = 3_600_000;
    await poll(tick, {
      everyMs: () => hourMs,
      backoff,
      signal: stop.signal,
      onFailure: never,
      wait: alarm.wait,
    });
    expect(rounds).toBe(3);
  });
});
