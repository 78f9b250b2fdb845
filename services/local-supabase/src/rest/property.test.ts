import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestRest, type TestRest } from "./testing.ts";

/*
 * Random tables, rows and queries: what REST answers must be what plain SQL, written here by other
 * means (literals, correlated subqueries, no joins), gives for the same question.
 */

type ColumnType = "int" | "text" | "boolean";

interface Table {
  name: string;
  columns: { name: string; type: ColumnType }[];
  /** Tables that its `…_id` columns refer to. */
  parents: string[];
}

const VALUES: Record<ColumnType, fc.Arbitrary<string>> = {
  int: fc.integer({ min: -3, max: 3 }).map(String),
  text: fc.constantFrom("", "a", "b", "ab", "a,b", "it's", '"q"', "50%", "(x)", "null", "\\", "é"),
  boolean: fc.constantFrom("true", "false"),
};

const columnsOf = (prefix: string) =>
  fc
    .array(fc.constantFrom<ColumnType>("int", "text", "boolean"), { minLength: 1, maxLength: 4 })
    .map((types) => types.map((type, at) => ({ name: `${prefix}${at}`, type })));

/** A few tables, each referring to some before it. */
const schemaArbitrary = fc
  .tuple(columnsOf("p"), columnsOf("q"), columnsOf("r"), fc.boolean())
  .map(([p, q, r, isDiamond]): Table[] => [
    { name: "t_p", columns: p, parents: [] },
    { name: "t_q", columns: q, parents: ["t_p"] },
    { name: "t_r", columns: r, parents: isDiamond ? ["t_p", "t_q"] : ["t_q"] },
  ]);

/** A list of one empty text is an empty list in PostgREST's grammar. */
const list = (value: fc.Arbitrary<string>) =>
  fc
    .array(value, { minLength: 1, maxLength: 3 })
    .filter((values) => values.length > 1 || values[0] !== "");

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;

interface Condition {
  url: string;
  tree: string;
  sql: string;
}

const OPERATORS = { eq: "=", neq: "<>", gt: ">", gte: ">=", lt: "<", lte: "<=" };

/** One condition, as a parameter, as a term of a tree, and as SQL. */
const conditionOf = (table: Table): fc.Arbitrary<Condition> =>
  fc.constantFrom(...table.columns).chain(({ name, type }) => {
    const isNot = fc.boolean();
    const inTree = (value: string) => `"${value.replace(/["\\]/gu, "\\$&")}"`;
    const compared = fc
      .tuple(
        isNot,
        fc.constantFrom(...(Object.keys(OPERATORS) as (keyof typeof OPERATORS)[])),
        VALUES[type],
      )
      .map(([not, operator, value]) => ({
        url: `${name}=${not ? "not." : ""}${operator}.${encodeURIComponent(value)}`,
        tree: `${name}.${not ? "not." : ""}${operator}.${inTree(value)}`,
        sql: `${not ? "not " : ""}("${name}" ${OPERATORS[operator]} ${quoted(value)})`,
      }));
    const listed = fc.tuple(isNot, list(VALUES[type])).map(([not, values]) => {
      const list = `(${values.map(inTree).join(",")})`;
      return {
        url: `${name}=${not ? "not." : ""}in.${encodeURIComponent(list)}`,
        tree: `${name}.${not ? "not." : ""}in.${list}`,
        sql: `${not ? "not " : ""}("${name}" in (${values.map(quoted).join(",")}))`,
      };
    });
    const nulls = isNot.map((not) => ({
      url: `${name}=${not ? "not." : ""}is.null`,
      tree: `${name}.${not ? "not." : ""}is.null`,
      sql: `"${name}" is ${not ? "not " : ""}null`,
    }));
    const distinct = VALUES[type].map((value) => ({
      url: `${name}=isdistinct.${encodeURIComponent(value)}`,
      tree: `${name}.isdistinct.${inTree(value)}`,
      sql: `("${name}" is distinct from ${quoted(value)})`,
    }));
    return fc.oneof(compared, listed, nulls, distinct);
  });

/** A tree of conditions, at most three deep. */
const treeOf = (table: Table): fc.Arbitrary<{ tree: string; sql: string }> =>
  fc.letrec<{ node: { tree: string; sql: string } }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      conditionOf(table),
      fc
        .tuple(
          fc.boolean(),
          fc.constantFrom("and", "or"),
          fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
        )
        .map(([not, operator, terms]) => ({
          tree: `${not ? "not." : ""}${operator}(${terms.map((t) => t.tree).join(",")})`,
          sql: `${not ? "not " : ""}(${terms.map((t) => t.sql).join(` ${operator} `)})`,
        })),
    ),
  })).node;

interface Query {
  parameters: string[];
  where: string;
}

/** Filters and a tree at one level of a query; `path` leads to it. */
const filtersOf = (table: Table, path: string): fc.Arbitrary<Query> =>
  fc
    .tuple(fc.array(conditionOf(table), { maxLength: 2 }), fc.option(treeOf(table)))
    .map(([conditions, tree]) => ({
      parameters: [
        ...conditions.map(({ url }) => path + url),
        ...(tree ? [`${path}and=${encodeURIComponent(`(${tree.tree})`)}`] : []),
      ],
      where: [...conditions.map((c) => c.sql), ...(tree ? [tree.sql] : []), "true"].join(" and "),
    }));

interface Question {
  path: string;
  sql: string;
}

/** What a parent shows of a child, or a child of its parent, and how plain SQL asks for the same. */
const questionOf = (schema: Table[]): fc.Arbitrary<Question> => {
  const [p, q, r] = schema as [Table, Table, Table];
  const range = fc.record({
    limit: fc.integer({ min: 0, max: 4 }),
    offset: fc.integer({ min: 0, max: 2 }),
    desc: fc.boolean(),
  });
  return fc
    .tuple(
      filtersOf(q, ""),
      filtersOf(r, "rs."),
      filtersOf(p, "t_p."),
      range,
      range,
      fc.boolean(),
      fc.boolean(),
    )
    .map(([own, child, parent, page, inner, isChildInner, isParentInner]) => {
      const order = (desc: boolean) => (desc ? "id.desc" : "id");
      const select = `id,${q.columns.map((c) => c.name).join(",")},rs:t_r${isChildInner ? "!inner" : ""}(id),t_p${isParentInner ? "!inner" : ""}(id,p0)`;
      const parameters = [
        `select=${select}`,
        `order=${order(page.desc)}`,
        `limit=${page.limit}`,
        `offset=${page.offset}`,
        `rs.order=${order(inner.desc)}`,
        `rs.limit=${inner.limit}`,
        ...own.parameters,
        ...child.parameters,
        ...parent.parameters,
      ];
      const children = `select c.id from (select * from t_r where ${child.where}) c where c.t_q_id = q.id order by c.id ${inner.desc ? "desc" : ""} limit ${inner.limit}`;
      const parents = `select x.id, x.p0 from (select * from t_p where ${parent.where}) x where x.id = q.t_p_id`;
      const sql = `select q.id, ${q.columns.map((c) => `q.${c.name}`).join(", ")},
        coalesce((select json_agg(json_build_object('id', k.id)) from (${children}) k), '[]') as rs,
        (select json_build_object('id', y.id, 'p0', y.p0) from (${parents}) y) as t_p
        from (select * from t_q where ${own.where}) q
        where ${isChildInner ? `exists (${children})` : "true"} and ${isParentInner ? `exists (${parents})` : "true"}
        order by q.id ${page.desc ? "desc" : ""} limit ${page.limit} offset ${page.offset}`;
      return { path: `/t_q?${parameters.join("&")}`, sql };
    });
};

/** Tables with rows, drawn from the schema's own arbitrary values. */
function creation(schema: Table[]): string {
  const values = fc.sample(
    fc.tuple(
      ...schema.map(({ columns, parents }) =>
        fc.array(
          fc.tuple(
            ...columns.map(({ type }) => fc.option(VALUES[type], { freq: 3 })),
            ...parents.map(() =>
              fc.option(fc.integer({ min: 1, max: 4 }).map(String), { freq: 3 }),
            ),
          ),
          { minLength: 4, maxLength: 8 },
        ),
      ),
    ),
    1,
  )[0] as (string | null)[][][];
  return schema
    .map(({ name, columns, parents }, at) => {
      const keys = parents.map((parent) => `${parent}_id int references ${parent}`);
      const own = columns.map((column) => `${column.name} ${column.type}`);
      const rows = (values[at] ?? []).map(
        (row, id) =>
          `(${[id + 1, ...row.map((value) => (value === null ? "null" : quoted(value)))].join(",")})`,
      );
      return `create table ${name} (id int primary key, ${[...own, ...keys].join(", ")});
        insert into ${name} values ${rows.join(",")};`;
    })
    .join("\n");
}

let rest: TestRest;

beforeAll(async () => {
  rest = await startTestRest("select 1");
});
afterAll(() => rest?.stop());

describe("a random query over random tables", () => {
  it.each([1, 2, 3, 4])("answers what plain SQL answers, schema %i", async () => {
    const [schema = []] = fc.sample(schemaArbitrary, 1);
    await rest.query(`drop table if exists t_r, t_q, t_p; ${creation(schema)}`);
    await fc.assert(
      fc.asyncProperty(questionOf(schema), async ({ path, sql }) => {
        const response = await rest.fetch(path);
        const answered = await response.json();
        const { rows } = await rest.query(sql);
        expect(answered, `${path}\n${sql}`).toEqual(rows);
      }),
      { numRuns: 100 },
    );
  });
});
