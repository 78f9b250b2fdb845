import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";

describe("backoffMs", () => {
  it.each([
    ["starts near the base", 0, 0, 50],
    ["never waits longer than the base at first", 0, 0.999_999, 100],
    ["doubles with each failure", 3, 0, 400],
    ["stops growing at the ceiling", 20, 0, 15_000],
    ["survives a peer that has been dead for weeks", 1e9, 0, 15_000],
  ])("%s", (_name, attempt, random, expectedMs) => {
    expect(backoffMs(attempt, { baseMs: 100, maxMs: 30_000 }, random)).toBeCloseTo(expectedMs, 1);
  });

  it("always stays between half and all of its ceiling", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 1e5 }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, baseMs, maxMs, random) => {
          const waitMs = backoffMs(attempt, { baseMs, maxMs }, random);
          expect(waitMs).toBeGreaterThanOrEqual(Math.min(baseMs, maxMs) / 2);
          expect(waitMs).toBeLessThanOrEqual(maxMs);
        },
      ),
    );
  });
});
