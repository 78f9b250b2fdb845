import { describe, expect, it } from "vitest";
import { isInSnapshot, parseSnapshot } from "./snapshot.ts";

const epoch = 2n ** 32n;

describe("isInSnapshot", () => {
  it.each([
    ["sees what ended before the oldest running one", "10:20:10,12", 9, true],
    ["does not see a running one", "10:20:10,12", 12, false],
    ["sees one that ended between running ones", "10:20:10,12", 11, true],
    ["does not see what had not begun", "10:20:", 20, false],
    ["sees the last one before the end", "10:20:", 19, true],
    ["knows the epoch of an id", `${epoch * 3n + 10n}:${epoch * 3n + 20n}:`, 15, true],
    ["sees an id from before the epoch began", `${epoch + 2n}:${epoch + 5n}:`, 2 ** 32 - 1, true],
    ["does not see an id from after the epoch ended", `${epoch - 9n}:${epoch - 3n}:`, 1, false],
  ])("%s", (_what, text, xid, expected) => {
    expect(isInSnapshot(parseSnapshot(text), xid)).toBe(expected);
  });
});
