import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Barrier,
  type BarrierInput,
  barrierAt,
  changeBarrier,
  createBarrier,
} from "./barrier.ts";

const START = createBarrier({ travelMs: 1_000, autoCloseMs: 5_000 });

/** The barrier after inputs at their times. */
function after(...steps: [BarrierInput, number][]): Barrier {
  return steps.reduce((barrier, [input, atMs]) => changeBarrier(barrier, input, atMs), START);
}

describe("a barrier", () => {
  it.each<[string, Barrier, number, string, number]>([
    ["is closed at first", START, 0, "closed", 0],
    ["rises on a pulse", after(["relay_high", 0], ["relay_low", 300]), 500, "opening", 0.5],
    ["stands open", after(["relay_high", 0], ["relay_low", 300]), 1_000, "open", 1],
    ["stays open for its time", after(["relay_high", 0], ["relay_low", 300]), 5_999, "open", 1],
    ["then sinks by itself", after(["relay_high", 0], ["relay_low", 300]), 6_250, "closing", 0.75],
    ["and is closed", after(["relay_high", 0], ["relay_low", 300]), 7_000, "closed", 0],
    ["is held open by a relay left high", after(["relay_high", 0]), 60_000, "open", 1],
    [
      "closes once that relay is let go",
      after(["relay_high", 0], ["relay_low", 60_000]),
      61_000,
      "closed",
      0,
    ],
    ["turns back half-way", after(["open", 0], ["close", 500]), 750, "closing", 0.25],
    [
      "accepts but ignores a pulse when locked",
      after(["lock", 0], ["relay_high", 1]),
      5_000,
      "closed",
      0,
    ],
    [
      "obeys again when unlocked",
      after(["lock", 0], ["unlock", 10], ["open", 20]),
      520,
      "opening",
      0.5,
    ],
    [
      "goes on from where it was locked half-way",
      after(["open", 0], ["lock", 500], ["unlock", 9_000]),
      9_250,
      "opening",
      0.75,
    ],
    ["stands still when jammed half-way", after(["open", 0], ["jam", 500]), 9_000, "closing", 0.5],
    [
      "does not sink on a vehicle",
      after(["open", 0], ["obstruct", 2_000], ["close", 3_000]),
      30_000,
      "open",
      1,
    ],
    [
      "sinks once the vehicle has gone",
      after(["open", 0], ["obstruct", 2_000], ["close", 3_000], ["clear", 9_000]),
      9_500,
      "closing",
      0.5,
    ],
  ])("%s", (_name, barrier, nowMs, phase, openness) => {
    const now = barrierAt(barrier, nowMs);
    expect(now.openness).toBeCloseTo(openness, 6);
    if (phase !== "closing" || now.openness > 0) expect(now.phase).toBe(phase);
  });

  it("counts rising edges, not levels", () => {
    const barrier = after(
      ["relay_high", 0],
      ["relay_high", 10],
      ["relay_low", 20],
      ["relay_high", 30],
    );
    expect(barrier.pulses).toBe(2);
  });

  it("moves no faster than its motor, whatever happens", () => {
    const input = fc.constantFrom<BarrierInput>(
      "relay_high",
      "relay_low",
      "open",
      "close",
      "lock",
      "unlock",
      "jam",
      "free",
      "obstruct",
      "clear",
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(input, fc.integer({ min: 0, max: 3_000 })), { maxLength: 30 }),
        (steps) => {
          let barrier = START;
          let nowMs = 0;
          for (const [change, waitMs] of steps) {
            const before = barrierAt(barrier, nowMs).openness;
            nowMs += waitMs;
            barrier = changeBarrier(barrier, change, nowMs);
            const { openness } = barrierAt(barrier, nowMs);
            expect(openness).toBeGreaterThanOrEqual(0);
            expect(openness).toBeLessThanOrEqual(1);
            expect(Math.abs(openness - before)).toBeLessThanOrEqual(waitMs / 1_000 + 1e-9);
          }
        },
      ),
    );
  });
});
