import { describe, expect, it } from "vitest";
import { configOf } from "./config.ts";
import { negotiate } from "./media-type.ts";
import { csvToJson, parsePayload } from "./payload.ts";
import { parsePreferences, preferenceApplied } from "./preferences.ts";
import { contentRange, rangeStatus, topLevelRange } from "./range.ts";
import { misspelled, mostSimilar } from "./schema/similar.ts";

describe("Prefer", () => {
  it.each([
    ["return=representation", { return: "representation" }],
    [
      "return=minimal,count=exact , missing=default",
      { return: "minimal", count: "exact", missing: "default" },
    ],
    [
      "resolution=merge-duplicates, resolution=ignore-duplicates",
      { resolution: "merge-duplicates" },
    ],
    ["max-affected=5, handling=strict", { maxAffected: 5, handling: "strict" }],
    ["timezone=America/Costa_Rica", { timezone: "America/Costa_Rica" }],
    ["timezone=Jupiter/Red_Spot, foo, count=all", {}],
    ["tx=rollback", {}],
    [undefined, {}],
  ])("reads %s", (header, expected) => {
    expect(parsePreferences(header, false)).toEqual(expected);
  });

  it("honours tx where the database allows it", () => {
    expect(parsePreferences("tx=rollback", true)).toEqual({ tx: "rollback" });
  });

  it("refuses what it does not know only when handling is strict", () => {
    expect(() => parsePreferences("handling=strict, foo, timezone=Mars", false)).toThrowError(
      expect.objectContaining({
        status: 400,
        code: "PGRST122",
        details: "Invalid preferences: foo, timezone=Mars",
      }),
    );
  });

  it("names what was applied, in one order", () => {
    const preferences = parsePreferences(
      "max-affected=1,count=exact,return=minimal,handling=strict",
      false,
    );
    expect(preferenceApplied(preferences, ["return", "count", "handling", "maxAffected"])).toBe(
      "return=minimal, count=exact, handling=strict, max-affected=1",
    );
    expect(preferenceApplied(preferences, ["tx"])).toBeUndefined();
  });
});

describe("Accept", () => {
  it.each([
    [undefined, "array", "application/json; charset=utf-8"],
    ["*/*", "array", "application/json; charset=utf-8"],
    ["text/html,application/json;q=0.9,*/*;q=0.8", "array", "application/json; charset=utf-8"],
    ["application/json;q=0.1, text/csv", "csv", "text/csv; charset=utf-8"],
    [
      "application/vnd.pgrst.object+json",
      "object",
      "application/vnd.pgrst.object+json; charset=utf-8",
    ],
    [
      "application/vnd.pgrst.array+json;nulls=stripped",
      "array",
      "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8",
    ],
  ])("gives %s its form", (accept, form, contentType) => {
    expect(negotiate(accept)).toMatchObject({ form, contentType });
  });

  it("refuses what it cannot give", () => {
    expect(() => negotiate("application/geo+json, image/png")).toThrowError(
      expect.objectContaining({
        status: 406,
        code: "PGRST107",
        message: "None of these media types are available: application/geo+json, image/png",
      }),
    );
  });
});

describe("ranges", () => {
  it.each([
    [undefined, undefined, undefined, { offset: 0, limit: undefined }],
    [10, 5, undefined, { offset: 5, limit: 10 }],
    [undefined, undefined, "0-24", { offset: 0, limit: 25 }],
    [undefined, undefined, "5-", { offset: 5, limit: undefined }],
    [10, 5, "7-30", { offset: 7, limit: 8 }],
    [0, undefined, undefined, { offset: 0, limit: 0 }],
    [undefined, undefined, "bytes=0-1", { offset: 0, limit: undefined }],
  ])("joins limit %s, offset %s and Range %s", (limit, offset, header, expected) => {
    expect(topLevelRange(limit, offset, header)).toEqual(expected);
  });

  it.each([
    [-1, undefined, "Limit should be greater than or equal to zero."],
    [
      undefined,
      "9-3",
      "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
    ],
  ])("refuses limit %s and Range %s", (limit, header, details) => {
    expect(() => topLevelRange(limit, undefined, header)).toThrowError(
      expect.objectContaining({ status: 416, code: "PGRST103", details }),
    );
  });

  it.each([
    [0, 25, 3573, "0-24/3573", 206],
    [0, 25, undefined, "0-24/*", 200],
    [10, 0, 10, "*/10", 206],
    [0, 0, 0, "*/0", 200],
    [20, 0, 5, "*/5", 416],
    [0, 5, 5, "0-4/5", 200],
  ])("words offset %s with %s rows of %s as %s", (offset, rows, total, header, status) => {
    expect(contentRange(offset, rows, total)).toBe(header);
    expect(rangeStatus(offset, rows, total)).toBe(status);
  });
});

describe("bodies", () => {
  it("keeps the text, so that big numbers keep their digits", () => {
    const json = '{"id":9007199254740993}';
    expect(parsePayload(json, undefined)).toEqual({ json, isObject: true, keys: ["id"] });
  });

  it.each([
    ['[{"a":1},{"a":2}]', undefined, ["a"]],
    ['[{"b":1,"a":1},{"a":2,"b":3}]', undefined, ["b", "a"]],
    ['[{"a":1},{"b":2}]', ["a", "b", "a"], ["a", "b"]],
    ["[]", undefined, []],
    ["[{},{}]", undefined, []],
    ["7", undefined, []],
  ])("takes the keys of %s given columns %s", (body, columns, keys) => {
    expect(parsePayload(body, columns).keys).toEqual(keys);
  });

  it.each([
    ["", "Empty or invalid json"],
    ["{", "Empty or invalid json"],
    ['[{"a":1},{"b":1}]', "All object keys must match"],
    ['[{"a":1},{"a":1,"b":1}]', "All object keys must match"],
    ['[{"a":1},7]', "All object keys must match"],
    ["[7]", "All object keys must match"],
  ])("refuses %s", (body, message) => {
    expect(() => parsePayload(body, undefined)).toThrowError(
      expect.objectContaining({ status: 400, code: "PGRST102", message }),
    );
  });

  it("reads CSV with quotes, line breaks and NULL", () => {
    const csv = 'a,"b ""x"""\r\n1,NULL\n"two\nlines","c,d"';
    expect(JSON.parse(csvToJson(csv))).toEqual([
      { a: "1", 'b "x"': null },
      { a: "two\nlines", 'b "x"': "c,d" },
    ]);
    expect(JSON.parse(csvToJson("a,b\n1,\n"))).toEqual([{ a: "1", b: "" }]);
    expect(() => csvToJson("a,b\n1")).toThrowError("All lines must have same number of fields");
  });

  it.each(['a\n"open', 'a\nb"c"', 'a\n"b"c', `a\n${'"'.repeat(1_000_001)}`])(
    "refuses malformed CSV, however long, in one pass: %.20s",
    (csv) => {
      expect(() => csvToJson(csv)).toThrowError(
        expect.objectContaining({ status: 400, code: "PGRST102", message: "Malformed CSV" }),
      );
    },
  );

  it("reads a quoted field of a million quotes", () => {
    const [row] = JSON.parse(csvToJson(`a\n"${'""'.repeat(1_000_000)}"`));
    expect(row.a).toHaveLength(1_000_000);
  });
});

describe("names that are nearly right", () => {
  it("suggests the most similar one", () => {
    expect(mostSimilar("user", ["users", "channels"], 0.75)).toBe("users");
    expect(mostSimilar("secret", ["users", "channels"], 0.75)).toBeUndefined();
  });

  it("suggests a column as Postgres does", () => {
    expect(misspelled("titel", ["id", "title", "year"])).toBe("title");
    expect(misspelled("ab", ["aa", "bb"])).toBeUndefined();
    expect(misspelled("missing", ["id", "title"])).toBeUndefined();
  });
});

it("takes its configuration from the database where there is one", () => {
  const started = { schemas: ["public"], maxRows: 1000 };
  expect(configOf([], started)).toEqual({ ...started, allowRollback: false, aggregates: true });
  const settings = [
    { name: "pgrst.db_schemas", value: "api, public" },
    { name: "pgrst.db_max_rows", value: "5" },
    { name: "pgrst.db_tx_end", value: "commit-allow-override" },
    { name: "pgrst.db_aggregates_enabled", value: "false" },
  ];
  expect(configOf(settings, started)).toEqual({
    schemas: ["api", "public"],
    maxRows: 5,
    allowRollback: true,
    aggregates: false,
  });
});
