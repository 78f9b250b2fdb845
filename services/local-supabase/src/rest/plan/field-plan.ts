import { RestError, unknownColumn, unknownType } from "../error.ts";
import type { Field } from "../grammar/field.ts";
import type { Aggregate, SelectField } from "../grammar/select.ts";
import type { SchemaCache } from "../schema/schema-cache.ts";
import { misspelled } from "../schema/similar.ts";
import type { PlannedField, PlannedSelect, ReadNode } from "./read-node.ts";

/** A node's relation, and its name in errors. */
type Place = Pick<ReadNode, "relation" | "label">;

/** A column or computed column of a node. @throws {RestError} 42703 */
export function planField({ relation, label }: Place, { name, path }: Field): PlannedField {
  const column = relation.columns.get(name);
  if (!column && !relation.computed.has(name)) {
    throw unknownColumn(label, name, misspelled(name, relation.columns.keys()));
  }
  const type = column?.type;
  const isJson = type === "json" || type === "jsonb";
  return { column: name, path, isJson, isTextVector: type === "tsvector" };
}

/** One item of a select list. @throws {RestError} 42703, 42704 */
export function planSelect(cache: SchemaCache, place: Place, item: SelectField): PlannedSelect {
  const { relation } = place;
  const { field, aggregate } = item;
  const typeOf = (name: string | undefined) => {
    if (name === undefined) return undefined;
    const type = cache.castType(relation.schema, name);
    if (type === undefined) throw unknownType(name);
    return type;
  };
  const planned = {
    alias: item.alias ?? (aggregate ? undefined : aliasOf(field)),
    cast: typeOf(item.cast),
    aggregate: allowed(cache, aggregate),
    aggregateCast: typeOf(item.aggregateCast),
  };
  if (field.name === "*") return { ...planned, field: undefined };
  // `messages(count)`, without parentheses: Postgres would read it as a function of the row.
  if (field.name === "count" && field.path.length === 0 && !relation.columns.has("count"))
    return { ...planned, field: undefined, aggregate: "count" };
  return { ...planned, field: planField(place, field) };
}

/** @throws {RestError} PGRST123 */
function allowed(cache: SchemaCache, aggregate: Aggregate | undefined): Aggregate | undefined {
  if (!aggregate || cache.config.aggregates) return aggregate;
  throw new RestError(400, "PGRST123", "Use of aggregate functions is not allowed");
}

/** A value inside JSON is named after the last key on the way to it. */
function aliasOf({ name, path }: Field): string | undefined {
  if (path.length === 0) return undefined;
  const keys = path.flatMap(({ operand }) => ("key" in operand ? [operand.key] : []));
  return keys.at(-1) ?? name;
}
