import type { JsonStep } from "../grammar/field.ts";
import {
  FULL_TEXT,
  type IsValue,
  type Operation,
  QUANTIFIABLE,
  SIMPLE,
} from "../grammar/filter.ts";
import type { PlannedCondition, PlannedField, ReadNode } from "../plan/read-node.ts";
import { EMPTY, identifier, join, type Sql, sql, trusted } from "./fragment.ts";

/** How a statement says that an embedded resource has no rows. */
type EmbedIsNull = (embed: ReadNode) => Sql;

/** `where …`, or nothing. */
export function whereSql(conditions: Sql[]): Sql {
  return conditions.length === 0 ? EMPTY : sql` where ${join(conditions, " and ")}`;
}

/** A condition over the columns of `alias`. */
export function conditionSql(
  alias: string,
  condition: PlannedCondition,
  embedIsNull: EmbedIsNull,
): Sql {
  const not = trusted(condition.isNegated ? "not " : "");
  switch (condition.kind) {
    case "logic": {
      const terms = condition.terms.map((term) => conditionSql(alias, term, embedIsNull));
      return sql`${not}(${join(terms, ` ${condition.operator} `)})`;
    }
    case "embedIsNull":
      return sql`${not}(${embedIsNull(condition.embed)})`;
    case "operation":
      return sql`${not}${operationSql(alias, condition.field, condition.operation)}`;
  }
}

/** A column or the value inside it. */
export function fieldSql(alias: string, { column, path, isJson }: PlannedField): Sql {
  const whole = identifier(alias, column);
  if (path.length === 0) return whole;
  return sql`(${isJson ? whole : sql`to_jsonb(${whole})`}${join(path.map(stepSql), "")})`;
}

function stepSql({ arrow, operand }: JsonStep): Sql {
  const by = "key" in operand ? sql`${operand.key}::text` : sql`${operand.index}::int`;
  return sql`${trusted(arrow)}${by}`;
}

function operationSql(alias: string, field: PlannedField, operation: Operation): Sql {
  const left = fieldSql(alias, field);
  switch (operation.kind) {
    case "simple":
      return sql`${left} ${trusted(SIMPLE[operation.operator])} ${operation.value}`;
    case "quantifiable": {
      const { operator, quantifier } = operation;
      const isPattern = operator === "like" || operator === "ilike";
      const value = isPattern ? operation.value.replaceAll("*", "%") : operation.value;
      const right = quantifier ? sql`${trusted(quantifier)} (${value})` : sql`${value}`;
      return sql`${left} ${trusted(QUANTIFIABLE[operator])} ${right}`;
    }
    case "is":
      return sql`${left} is ${trusted(IS_SQL[operation.value])}`;
    case "isdistinct":
      return sql`${left} is distinct from ${operation.value}`;
    case "in": {
      const isEmpty = operation.values.length === 1 && operation.values[0] === "";
      return sql`${left} = any (${arrayLiteral(isEmpty ? [] : operation.values)})`;
    }
    case "fullText": {
      const { operator, config, value } = operation;
      const language = config === undefined ? EMPTY : sql`${config}::regconfig, `;
      const vector =
        field.isTextVector && field.path.length === 0 ? left : sql`to_tsvector(${language}${left})`;
      return sql`${vector} @@ ${trusted(FULL_TEXT[operator])}(${language}${value})`;
    }
  }
}

const IS_SQL: Record<IsValue, string> = {
  null: "null",
  not_null: "not null",
  true: "true",
  false: "false",
  unknown: "unknown",
};

/** An array as one text, so that Postgres gives it the type of what it is compared with. */
function arrayLiteral(values: string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/gu, "\\$&")}"`).join(",")}}`;
}
