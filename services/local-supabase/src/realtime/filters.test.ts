import { postgresChangesFilter } from "@supabase/realtime-js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FilterError, filterSql, parseFilters } from "./filters.ts";

describe("parseFilters", () => {
  it.each([
    ["id=eq.1", [["id", "eq", "1", false]]],
    ["id=not.eq.1", [["id", "eq", "1", true]]],
    [
      "id=gt.0,id=lt.100",
      [
        ["id", "gt", "0", false],
        ["id", "lt", "100", false],
      ],
    ],
    ["s=in.(a,b)", [["s", "in", "{a,b}", false]]],
    ["s=not.in.(a,b)", [["s", "in", "{a,b}", true]]],
    ['s=in.("a,b",c)', [["s", "in", '{"a,b",c}', false]]],
    ['name=eq."a,b"', [["name", "eq", "a,b", false]]],
    ['name=eq."say \\"hi\\""', [["name", "eq", 'say "hi"', false]]],
    ['name=eq.5" tall', [["name", "eq", '5" tall', false]]],
    ["title=like.%foo%", [["title", "like", "%foo%", false]]],
    ["at=is.null", [["at", "is", "null", false]]],
    ["v=eq.1.5", [["v", "eq", "1.5", false]]],
    ["url=eq.http://a=b", [["url", "eq", "http://a=b", false]]],
    ["x=isdistinct.1", [["x", "isdistinct", "1", false]]],
    ["   ", []],
  ] as const)("reads %s", (text, expected) => {
    const read = parseFilters(text).map((f) => [f.column, f.operator, f.value, f.isNegated]);
    expect(read).toEqual(expected);
  });

  it.each([
    ["an unknown operator", "s=foo.hey", '["foo", "hey"]'],
    ["a text without an operator", "undefined", '["undefined"]'],
    ["an extra comma", "id=eq.1,", "empty segments"],
    ["in without parentheses", "s=in.a,b", "must be wrapped by parentheses"],
    ["an operator from a prototype", "s=constructor.1", '["constructor", "1"]'],
  ])("refuses %s", (_what, text, message) => {
    expect(() => parseFilters(text)).toThrow(message);
  });

  it("reads back what the client's builder wrote", () => {
    const value = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'a,()"\\ .') }));
    fc.assert(
      fc.property(value, value, (first, second) => {
        const text = postgresChangesFilter().eq("a", first).neq("b", second).build();
        expect(parseFilters(text).map((filter) => filter.value)).toEqual([first, second]);
      }),
      { numRuns: 10_000 },
    );
  });

  it("answers any text with filters or a FilterError", () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab=.,()"\\eqinot '), maxLength: 40 });
    fc.assert(
      fc.property(text, (input) => {
        try {
          parseFilters(input);
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("filterSql", () => {
  const place = { operand: 'r."a"', type: "integer", parameter: "$1" };

  it("never holds the value", () => {
    const sql = filterSql(
      { column: "a", operator: "eq", value: "1'; drop", isNegated: false },
      place,
    );
    expect(sql).toBe('coalesce((r."a" = $1::integer), false)');
  });

  it("takes only keywords after is, and truth only of booleans", () => {
    const is = (value: string) => () =>
      filterSql({ column: "a", operator: "is", value, isNegated: false }, place);
    expect(is("null")).not.toThrow();
    expect(is("true")).toThrow("requires a boolean column");
    expect(is("null or true")).toThrow("must be null, true, false, or unknown");
  });
});
