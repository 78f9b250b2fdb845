import type { MutatePlan, Returning } from "../plan/mutate-plan.ts";
import type { PlannedCondition } from "../plan/read-node.ts";
import type { Column } from "../schema/objects.ts";
import { conditionSql, whereSql } from "./condition-sql.ts";
import { EMPTY, identifier, join, type Sql, sql, trusted } from "./fragment.ts";

/** The table's name in a statement that changes it. */
const TARGET = "t0";

/** An insert, update or delete that returns what the answer needs. */
export function mutateSql(plan: MutatePlan): Sql {
  const { relation } = plan;
  const table = sql`${identifier(relation.schema, relation.name)} as ${identifier(TARGET)}`;
  const returning = sql` returning ${returningSql(plan.returning, TARGET)}`;
  if (plan.kind === "delete") return sql`delete from ${table}${conditions(plan.where)}${returning}`;
  if (plan.kind === "insert") return sql`${insertSql(plan)}${returning}`;
  if (plan.columns.length === 0) {
    // Nothing to set: no row changes, but the answer still has its columns.
    return sql`select ${returningSql(plan.returning, TARGET)} from ${table} where false`;
  }
  const set = plan.columns.map(
    ({ name }) => sql`${identifier(name)} = ${identifier("body", name)}`,
  );
  return sql`update ${table} set ${join(set, ", ")} from (${bodyRows(plan)} limit 1) as "body"${conditions(plan.where)}${returning}`;
}

/** The columns that a statement's rows must have for what reads them. */
export function returningSql({ all, names }: Returning, alias: string): Sql {
  const columns = names.map((name) => identifier(alias, name));
  if (all) return join([sql`${identifier(alias)}.*`, ...columns], ", ");
  return columns.length === 0 ? trusted("1") : join(columns, ", ");
}

type InsertPlan = MutatePlan & { kind: "insert" };

function insertSql(plan: InsertPlan): Sql {
  const { relation, columns, conflict, where } = plan;
  const list = columns.length === 0 ? EMPTY : sql` (${names(columns)})`;
  const into = sql`insert into ${identifier(relation.schema, relation.name)} as ${identifier(TARGET)}${list}`;
  // What merging turns from an insert into an update is counted down again below.
  const isMerge = conflict?.resolution === "merge-duplicates";
  const filters = where.map((condition) => conditionSql("body", condition, neverEmbedded));
  const counted = isMerge ? whereSql([...filters, countInserted(1)]) : whereSql(filters);
  return sql`${into} select ${names(columns, "body")} from (${bodyRows(plan)}) as "body"${counted}${onConflict(plan)}`;
}

function onConflict({ conflict, columns }: InsertPlan): Sql {
  if (!conflict) return EMPTY;
  const target = sql` on conflict (${join(
    conflict.columns.map((name) => identifier(name)),
    ", ",
  )})`;
  if (conflict.resolution === "ignore-duplicates" || columns.length === 0)
    return sql`${target} do nothing`;
  const set = columns.map(({ name }) => sql`${identifier(name)} = excluded.${identifier(name)}`);
  return sql`${target} do update set ${join(set, ", ")} where ${countInserted(-1)}`;
}

/** True always; counts in the transaction how many rows of an upsert are new. */
function countInserted(by: 1 | -1): Sql {
  const count = "coalesce(nullif(current_setting('pgrst.inserted', true), '')::int, 0)";
  return trusted(`set_config('pgrst.inserted', (${count} + ${by})::text, true) is not null`);
}

/** The body's rows, with the table's types; absent keys are null, or defaults where asked for. */
function bodyRows(plan: MutatePlan & { kind: "insert" | "update" }): Sql {
  const { payload, columns, useDefaults } = plan;
  if (columns.length === 0) {
    if (payload.isObject) return sql`select`;
    return sql`select from json_array_elements(${payload.json}::json)`;
  }
  const typed = join(
    columns.map(({ name, type }) => sql`${identifier(name)} ${trusted(type)}`),
    ", ",
  );
  if (!useDefaults) {
    const read = trusted(payload.isObject ? "json_to_record" : "json_to_recordset");
    return sql`select * from ${read}(${payload.json}::json) as _(${typed})`;
  }
  const array = payload.isObject
    ? sql`jsonb_build_array(${payload.json}::jsonb)`
    : sql`${payload.json}::jsonb`;
  const defaults = join(
    columns.flatMap((c) =>
      c.default === null ? [] : [sql`${c.name}::text, ${trusted(c.default)}`],
    ),
    ", ",
  );
  const whole = sql`jsonb_build_object(${defaults}) || "element"`;
  return sql`select "row".* from jsonb_array_elements(${array}) as "element", jsonb_to_record(${whole}) as "row"(${typed})`;
}

function conditions(where: PlannedCondition[]): Sql {
  return whereSql(where.map((condition) => conditionSql(TARGET, condition, neverEmbedded)));
}

function neverEmbedded(): Sql {
  return trusted("false");
}

function names(columns: Column[], alias?: string): Sql {
  return join(
    columns.map(({ name }) => (alias === undefined ? identifier(name) : identifier(alias, name))),
    ", ",
  );
}
