import { posix } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rangeOf } from "./downloads.ts";
import { StorageError } from "./errors.ts";
import { checkedBucketName, checkedKey, isAllowedType, parseSizeLimit } from "./keys.ts";

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(".", "/", "\\", "%", "2", "e", "f", "\0", "\n", " ", "．", "∕", "\u202e"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 40,
});

/** What `read` gives, or nothing where it refuses in its documented way; anything else it throws is a fault. */
function accepted<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(StorageError);
  }
}

describe("a key", () => {
  test("that is accepted never leads out of its bucket, however it is read", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const key = accepted(() => checkedKey(text));
        if (key === undefined) return;
        for (const read of [key, decodeURIComponent(key), key.normalize("NFKC")]) {
          expect(posix.normalize(`/bucket/${read}`)).toBe(`/bucket/${key}`);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  test.each([
    "a.jpg",
    "t/2026-11-22/e.jpg",
    "with space (1).jpg",
    "a=b&c;d:e,f@g+h!*'$",
    ".hidden",
    "..a/b..",
  ])("%j is accepted", (key) => {
    expect(checkedKey(key)).toBe(key);
  });

  test.each([undefined, null, 7, {}, ""])("%j is none", (key) => {
    expect(() => checkedKey(key)).toThrow(StorageError);
  });
});

test("a bucket's name has no slash and at most 63 characters", () => {
  expect(checkedBucketName("a".repeat(63))).toHaveLength(63);
  for (const name of ["", "a/b", "a".repeat(64), "ä", null]) {
    expect(() => checkedBucketName(name)).toThrow(StorageError);
  }
});

test.each<[unknown, number | null]>([
  [null, null],
  [undefined, null],
  [0, 0],
  [1000, 1000],
  ["1000", 1000],
  ["20MB", 20_000_000],
  ["1.5kb", 1500],
  ["2GB", 2_000_000_000],
  ["3b", 3],
])("the limit %j is %j bytes", (limit, bytes) => {
  expect(parseSizeLimit(limit)).toBe(bytes);
});

test.each(["MB", "-1", "1TB", "1e9", -1, 1.5, "1 MB", {}, []])(
  "the limit %j is refused",
  (limit) => {
    expect(() => parseSizeLimit(limit)).toThrow(StorageError);
  },
);

test.each([
  ["image/png", ["image/png"], true],
  ["IMAGE/PNG; q=1", ["image/*"], true],
  ["image/png", ["image/jpeg", "text/*"], false],
  ["imagex/png", ["image/*"], false],
  ["", ["image/*"], false],
  ["text/html", [], true],
  ["text/html", null, true],
])("%j among %j: %j", (type, allowed, isAllowed) => {
  expect(isAllowedType(type, allowed)).toBe(isAllowed);
});

test("a range lies within the file, whatever was asked", () => {
  const numbers = fc.oneof(
    fc.nat(50).map(String),
    fc.constant(""),
    fc.constantFrom("99999999999999999999", "-1", "x"),
  );
  const headers = fc.oneof(
    fc.tuple(numbers, numbers).map(([first, last]) => `bytes=${first}-${last}`),
    hostile,
  );
  fc.assert(
    fc.property(headers, fc.nat(40), (header, size) => {
      const range = rangeOf(header, size);
      if (range === undefined || range === "unsatisfiable") return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.end).toBeLessThan(size);
      expect(range.start).toBeLessThanOrEqual(range.end);
    }),
    { numRuns: 10_000 },
  );
});
