import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RestError } from "../error.ts";
import { negotiate } from "../media-type.ts";
import { csvToJson, parsePayload } from "../payload.ts";
import { parsePreferences } from "../preferences.ts";
import { topLevelRange } from "../range.ts";
import { viewColumns } from "../schema/view-columns.ts";
import { parseColumns, parseLogicPath, parseTreePath } from "./field.ts";
import { parseFilter, parseLogicTree } from "./filter.ts";
import { parseOrder } from "./order.ts";
import { parseQuery } from "./query.ts";
import { parseSelect } from "./select.ts";

const id = { name: "id", path: [] };

/** What the grammars are made of, so that random text often gets far into them. */
const token = fc.constantFrom(
  ..."( ) , . : :: ! -> ->> * ... \" \\ ' ; -- { } [ ] = & + % _ $ 0 -1 a name é 表 \u0000 \ud800".split(
    " ",
  ),
  ..." |\t|\n|not.|and(|or(|in.(|is.null|eq.|like(any).|fts(english).|count()|.sum()|.desc|.nullsfirst".split(
    "|",
  ),
  ..."limit=|order=|select=|a.b.or=|on_conflict=|return=minimal|max-affected=|:targetList |{TARGETENTRY ".split(
    "|",
  ),
);
const text = fc.oneof(
  fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join("")),
  fc.string({ unit: "binary", maxLength: 60 }),
);

const PARSERS: [string, (input: string) => unknown][] = [
  ["select", parseSelect],
  ["a filter", (input) => parseFilter(id, input)],
  ["a logic tree", (input) => parseLogicTree("or", input)],
  ["a filter's key", parseTreePath],
  ["a logic tree's key", parseLogicPath],
  ["order", parseOrder],
  ["columns", (input) => parseColumns("columns", input)],
  ["a query string", (input) => parseQuery(input, false)],
  ["a call's query string", (input) => parseQuery(input, true)],
  ["preferences", (input) => parsePreferences(input, true)],
  ["accepted media types", negotiate],
  ["a range", (input) => topLevelRange(undefined, undefined, input)],
  ["a JSON body", (input) => parsePayload(input, undefined)],
  ["a CSV body", csvToJson],
  ["a view's definition", viewColumns],
];

describe("whatever it is given", () => {
  it.each(PARSERS)("reads %s or refuses it in words", (_name, parse) => {
    fc.assert(
      fc.property(text, (input) => {
        try {
          expect(parse(input)).toBeDefined();
        } catch (error) {
          if (!(error instanceof RestError)) throw error;
          expect(error.status).toBeGreaterThanOrEqual(400);
          expect(error.status).toBeLessThan(500);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  const long = 1_000_000;
  it.each([
    ["a long value", () => parseFilter(id, `eq.${"x".repeat(long)}`)],
    ["a long quoted value", () => parseLogicTree("or", `(id.eq."${"x\\".repeat(long / 2)}x")`)],
    ["a long list", () => parseFilter(id, `in.(${"1,".repeat(long / 2)}1)`)],
    ["a long tree", () => parseLogicTree("or", `(${"id.eq.1,".repeat(long / 8)}id.eq.1)`)],
    ["many columns", () => parseSelect("id,".repeat(long / 3))],
    ["a deep tree", () => parseLogicTree("and", "(not.or".repeat(long / 7))],
    ["deep embedding", () => parseSelect("a(".repeat(long / 2))],
    ["open quotes", () => parseSelect('"'.repeat(long))],
    ["dashes", () => parseOrder("a-".repeat(long / 2))],
    ["arrows", () => parseSelect(`a${"->b".repeat(long / 3)}`)],
  ])("reads a million characters in linear time: %s", (_name, parse) => {
    try {
      expect(parse()).toBeDefined();
    } catch (error) {
      expect(error).toBeInstanceOf(RestError);
    }
  });
});
