import { unknownColumn, unknownType } from "../error.ts";
import type { Field } from "../grammar/field.ts";
import type { SelectField } from "../grammar/select.ts";
import type { Relation } from "../schema/objects.ts";
import type { SchemaCache } from "../schema/schema-cache.ts";
import { mostSimilar } from "../schema/similar.ts";
import type { PlannedField, PlannedSelect } from "./read-node.ts";

/** A column or computed column of `relation`. @throws {RestError} 42703 */
export function planField(relation: Relation, { name, path }: Field): PlannedField {
  const column = relation.columns.get(name);
  if (!column && !relation.computed.has(name)) {
    throw unknownColumn(relation.name, name, mostSimilar(name, relation.columns.keys(), 0.6));
  }
  const type = column?.type;
  const isJson = type === "json" || type === "jsonb";
  return { column: name, path, isJson, isTextVector: type === "tsvector" };
}

/** One item of a select list. @throws {RestError} 42703, 42704 */
export function planSelect(
  cache: SchemaCache,
  relation: Relation,
  item: SelectField,
): PlannedSelect {
  const { field, aggregate } = item;
  const typeOf = (name: string | undefined) => {
    if (name === undefined) return undefined;
    const type = cache.castType(relation.schema, name);
    if (type === undefined) throw unknownType(name);
    return type;
  };
  const planned = {
    alias: item.alias ?? aliasOf(field),
    cast: typeOf(item.cast),
    aggregate,
    aggregateCast: typeOf(item.aggregateCast),
  };
  if (field.name === "*") return { ...planned, field: undefined };
  // `messages(count)`, without parentheses: Postgres would read it as a function of the row.
  if (field.name === "count" && field.path.length === 0 && !relation.columns.has("count"))
    return { ...planned, field: undefined, aggregate: "count" };
  return { ...planned, field: planField(relation, field) };
}

/** A value inside JSON is named after the last key on the way to it. */
function aliasOf({ name, path }: Field): string | undefined {
  if (path.length === 0) return undefined;
  const keys = path.flatMap(({ operand }) => ("key" in operand ? [operand.key] : []));
  return keys.at(-1) ?? name;
}
