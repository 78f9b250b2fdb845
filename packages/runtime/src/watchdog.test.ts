import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchdog } from "./watchdog.ts";

describe("watchdog (O1)", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("tells of a silence once, and of the first sign of life after it", () => {
    const said: string[] = [];
    const alive = watchdog({
      limitMs: 10_000,
      onSilent: () => said.push("silent"),
      onHeard: () => said.push("heard"),
      signal: new AbortController().signal,
    });
    vi.advanceTimersByTime(9_999);
    alive();
    vi.advanceTimersByTime(9_999);
    expect(said).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(said).toEqual(["silent"]);
    alive();
    alive();
    expect(said).toEqual(["silent", "heard"]);
    vi.advanceTimersByTime(10_000);
    expect(said).toEqual(["silent", "heard", "silent"]);
  });

  it("says nothing more once its signal has aborted", () => {
    const stop = new AbortController();
    const alive = watchdog({
      limitMs: 1,
      onSilent: () => expect.unreachable(),
      signal: stop.signal,
    });
    stop.abort();
    alive();
    vi.advanceTimersByTime(100);
  });
});
