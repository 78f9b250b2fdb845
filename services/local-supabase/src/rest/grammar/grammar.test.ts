import { describe, expect, it } from "vitest";
import { RestError } from "../error.ts";
import { parseTreePath } from "./field.ts";
import { parseFilter, parseLogicTree } from "./filter.ts";
import { parseOrder } from "./order.ts";
import { parseQuery } from "./query.ts";
import { parseSelect } from "./select.ts";

const column = (name: string, more: object = {}) => ({
  kind: "field",
  field: { name, path: [] },
  alias: undefined,
  cast: undefined,
  aggregate: undefined,
  aggregateCast: undefined,
  ...more,
});

const embed = (target: string, items: unknown[], more: object = {}) => ({
  kind: "embed",
  target,
  alias: undefined,
  hint: undefined,
  join: undefined,
  isSpread: false,
  items,
  ...more,
});

const key = (arrow: "->" | "->>", name: string) => ({ arrow, operand: { key: name } });
const index = (arrow: "->" | "->>", at: number) => ({ arrow, operand: { index: at } });

describe("select", () => {
  it.each([
    ["*", [column("*")]],
    ["", []],
    ["id,name", [column("id"), column("name")]],
    ["first name, last-name ", [column("first name"), column("last-name")]],
    ['"a,b(c)"', [column("a,b(c)")]],
    ['"say \\"hi\\""', [column('say "hi"')]],
    ["número", [column("número")]],
    ["fullName:full_name", [column("full_name", { alias: "fullName" })]],
    ["salary::text", [column("salary", { cast: "text" })]],
    ["at::double precision", [column("at", { cast: "double precision" })]],
    ["a:b::int", [column("b", { alias: "a", cast: "int" })]],
    [
      "data->>phone,data->a->0->>-1",
      [
        column("", { field: { name: "data", path: [key("->>", "phone")] } }),
        column("", {
          field: { name: "data", path: [key("->", "a"), index("->", 0), index("->>", -1)] },
        }),
      ],
    ],
    ["count()", [column("*", { aggregate: "count" })]],
    ["n:count()::text", [column("*", { aggregate: "count", alias: "n", aggregateCast: "text" })]],
    [
      "total:amount::int.sum()::text",
      [column("amount", { alias: "total", cast: "int", aggregate: "sum", aggregateCast: "text" })],
    ],
    ["clients()", [embed("clients", [])]],
    ["id,clients(id,name)", [column("id"), embed("clients", [column("id"), column("name")])]],
    [
      "c:clients!fk!inner(*)",
      [embed("clients", [column("*")], { alias: "c", hint: "fk", join: "inner" })],
    ],
    ["clients!inner!fk(*)", [embed("clients", [column("*")], { hint: "fk", join: "inner" })]],
    ["clients!left(*)", [embed("clients", [column("*")], { join: "left" })]],
    ["...clients(name)", [embed("clients", [column("name")], { isSpread: true })]],
    ["a(b(c(*)))", [embed("a", [embed("b", [embed("c", [column("*")])])])]],
    ["messages(count)", [embed("messages", [column("count")])]],
  ])("reads %s", (text, items) => {
    expect(parseSelect(text)).toEqual(items);
  });

  it.each([
    [
      "id,clients(name[])",
      'failed to parse select parameter (id,clients(name[]))" (line 1, column 16)',
      "'['",
    ],
    ["name::", "(line 1, column 7)", "end of input"],
    ["a(b", "(line 1, column 4)", "end of input"],
    ["data->>-78xy", "column", "x"],
    ["id;drop table users", "(line 1, column 3)", "';'"],
    [":", "(line 1, column 1)", '":"'],
    ['"a\0b"', "column 1", "quoted value"],
  ])("refuses %s", (text, position, unexpected) => {
    const error = errorOf(() => parseSelect(text));
    expect(error).toMatchObject({ status: 400, code: "PGRST100" });
    expect(error.message).toContain(position);
    expect(error.details).toContain(unexpected);
  });
});

describe("filters", () => {
  const id = { name: "id", path: [] };
  const filter = (operation: object, isNegated = false) => ({
    kind: "filter",
    field: id,
    isNegated,
    operation,
  });
  const simple = (operator: string, value: string) => ({ kind: "simple", operator, value });
  const compare = (operator: string, value: string, quantifier?: string) => ({
    kind: "quantifiable",
    operator,
    quantifier,
    value,
  });

  it.each([
    ["eq.5", filter(compare("eq", "5"))],
    ["not.eq.5", filter(compare("eq", "5"), true)],
    ["eq.a.b,(c)", filter(compare("eq", "a.b,(c)"))],
    ["eq.", filter(compare("eq", ""))],
    ["neq.a\nb", filter(simple("neq", "a\nb"))],
    ["like(any).{a*,b}", filter(compare("like", "{a*,b}", "any"))],
    ["not.gte(all).{1}", filter(compare("gte", "{1}", "all"), true)],
    ["is.null", filter({ kind: "is", value: "null" })],
    ["is.NOT_NULL", filter({ kind: "is", value: "not_null" })],
    ["not.is.true", filter({ kind: "is", value: "true" }, true)],
    ["isdistinct.x", filter({ kind: "isdistinct", value: "x" })],
    ["in.(1,2,3)", filter({ kind: "in", values: ["1", "2", "3"] })],
    ['in.("a,b","c\\"d",e)', filter({ kind: "in", values: ["a,b", 'c"d', "e"] })],
    ['in.("a"b,c)', filter({ kind: "in", values: ['"a"b', "c"] })],
    ["in.()", filter({ kind: "in", values: [""] })],
    ["cs.{a,b}", filter(simple("cs", "{a,b}"))],
    ["adj.(1,10)", filter(simple("adj", "(1,10)"))],
    ["fts.cat", filter({ kind: "fullText", operator: "fts", config: undefined, value: "cat" })],
    [
      "not.wfts(english).fat -rat",
      filter({ kind: "fullText", operator: "wfts", config: "english", value: "fat -rat" }, true),
    ],
  ])("reads %s", (value, expected) => {
    expect(parseFilter(id, value)).toEqual(expected);
  });

  it.each([
    ["noop.1", 'unexpected "o" expecting "not" or operator (eq, gt, ...)'],
    ["1", `unexpected "1" expecting "not" or operator (eq, gt, ...)`],
    ["is.nil", "isVal: (null, not_null, true, false, unknown)"],
    ["in.1,2", '"("'],
    ["in.(1,2", '")"'],
    ["neq(any).{1}", "operator (eq, gt, ...)"],
    ["fts().x", "letter, digit"],
  ])("refuses %s", (value, details) => {
    const error = errorOf(() => parseFilter(id, value));
    expect(error).toMatchObject({ status: 400, code: "PGRST100" });
    expect(error.message).toContain(`"failed to parse filter (${value})" (line 1, column `);
    expect(error.details).toContain(details);
  });

  it("reads the path of an embedded field", () => {
    expect(parseTreePath('a."b c".data->>x')).toEqual({
      embeds: ["a", "b c"],
      field: { name: "data", path: [key("->>", "x")] },
    });
  });

  it("reads trees of conditions", () => {
    const tree = parseLogicTree(
      "or",
      '(id.eq.1,not.and(id.gte.2,id.lte.3),id.in.("a,b",c),id.cs.{x,y},id.eq."p,q")',
    );
    expect(tree).toEqual({
      kind: "logic",
      operator: "or",
      isNegated: false,
      terms: [
        filter(compare("eq", "1")),
        {
          kind: "logic",
          operator: "and",
          isNegated: true,
          terms: [filter(compare("gte", "2")), filter(compare("lte", "3"))],
        },
        filter({ kind: "in", values: ["a,b", "c"] }),
        filter(simple("cs", "{x,y}")),
        filter(compare("eq", "p,q")),
      ],
    });
  });

  it.each(["()", "(id.eq.1", "(id.eq.1,xor(id.eq.2))", ")(", "(id.in.1,2)"])(
    "refuses the tree %s",
    (value) => {
      expect(errorOf(() => parseLogicTree("or", value))).toMatchObject({ code: "PGRST100" });
    },
  );

  it("bounds the depth of trees", () => {
    const deep = "(and".repeat(5_000);
    expect(errorOf(() => parseLogicTree("and", deep)).code).toBe("PGRST100");
    expect(errorOf(() => parseSelect("a(".repeat(5_000))).code).toBe("PGRST100");
  });
});

describe("order", () => {
  it.each([
    ["name.desc.nullsfirst", [["name", "desc", "first", undefined]]],
    [
      "a,b.asc",
      [
        ["a", undefined, undefined, undefined],
        ["b", "asc", undefined, undefined],
      ],
    ],
    ["a.nullslast", [["a", undefined, "last", undefined]]],
    ["clients(name).desc", [["name", "desc", undefined, "clients"]]],
  ])("reads %s", (text, terms) => {
    expect(parseOrder(text).map((t) => [t.field.name, t.direction, t.nulls, t.relation])).toEqual(
      terms,
    );
  });

  it("reads a JSON path", () => {
    expect(parseOrder("data->a->>0.desc")[0]?.field.path).toEqual([
      key("->", "a"),
      index("->>", 0),
    ]);
  });

  it.each(["id.ac", "id.descc", "id.asc.nullslasttt", "clients(a,b)", "id.asc.desc"])(
    "refuses %s",
    (text) => {
      expect(errorOf(() => parseOrder(text))).toMatchObject({ status: 400, code: "PGRST100" });
    },
  );
});

describe("a query string", () => {
  it("places every parameter", () => {
    const query = parseQuery(
      "select=id&a.b.id=eq.1&or=(x.eq.1,y.eq.2)&a.not.or=(x.eq.1)&order=id&a.order=id.desc" +
        "&limit=3&a.offset=2&limit=x&columns=%22a%22,b&on_conflict=id",
      false,
    );
    expect(query.filters[0]).toMatchObject({
      embeds: ["a", "b"],
      value: { field: { name: "id" } },
    });
    expect(query.logic).toMatchObject([
      { embeds: [], value: { operator: "or", isNegated: false } },
      { embeds: ["a"], value: { operator: "or", isNegated: true } },
    ]);
    expect(query.order.map((o) => o.embeds)).toEqual([[], ["a"]]);
    expect(query.limits).toEqual([{ embeds: [], value: 3 }]);
    expect(query.offsets).toEqual([{ embeds: ["a"], value: 2 }]);
    expect(query.columns).toEqual(["a", "b"]);
    expect(query.onConflict).toEqual(["id"]);
  });

  it("takes what is no filter as an argument of a call, and only there", () => {
    const query = parseQuery("name=supabot&id=eq.1&tags={a,b}&not=eq", true);
    expect(query.args).toEqual([
      ["name", "supabot"],
      ["tags", "{a,b}"],
      ["not", "eq"],
    ]);
    expect(query.filters).toHaveLength(1);
    expect(errorOf(() => parseQuery("name=supabot", false)).code).toBe("PGRST100");
  });

  it("reads plus signs and percent escapes", () => {
    const [filter] = parseQuery("name=eq.a+b%2Bc%20d", false).filters;
    expect(filter?.value.operation).toMatchObject({ value: "a b+c d" });
  });
});

function errorOf(run: () => unknown): RestError {
  try {
    run();
  } catch (error) {
    if (error instanceof RestError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
