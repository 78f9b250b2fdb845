import { RestError, unknownColumn } from "../error.ts";
import type { Filter } from "../grammar/filter.ts";
import type { Query } from "../grammar/query.ts";
import type { Payload } from "../payload.ts";
import type { Preferences } from "../preferences.ts";
import type { Column, Relation } from "../schema/objects.ts";
import type { SchemaCache } from "../schema/schema-cache.ts";
import { computedColumns, type PlannedCondition, type ReadNode } from "./read-node.ts";
import { planConditions } from "./read-plan.ts";

export interface Conflict {
  columns: string[];
  resolution: "merge-duplicates" | "ignore-duplicates";
}

/** What changes rows, and which of their columns are needed afterwards. */
export type MutatePlan = { relation: Relation; returning: Returning } & (
  | {
      kind: "insert";
      columns: Column[];
      payload: Payload;
      conflict: Conflict | undefined;
      useDefaults: boolean;
      /** Of a PUT: what the row must satisfy. */
      where: PlannedCondition[];
    }
  | {
      kind: "update";
      columns: Column[];
      payload: Payload;
      where: PlannedCondition[];
      useDefaults: boolean;
    }
  | { kind: "delete"; where: PlannedCondition[] }
);

/** Columns and computed columns that the answer is made of; `all` stands for `*`. */
export interface Returning {
  all: boolean;
  names: string[];
}

export interface MutateRequest {
  method: "POST" | "PATCH" | "PUT" | "DELETE";
  query: Query;
  preferences: Preferences;
  /** Undefined for DELETE. */
  payload: Payload | undefined;
  /** What the answer shows of the changed rows. */
  read: ReadNode;
}

/** Plans an insert, update, upsert or delete. @throws {RestError} for whatever does not exist */
export function planMutation(
  cache: SchemaCache,
  relation: Relation,
  request: MutateRequest,
): MutatePlan {
  const { method, query, preferences, read } = request;
  const returning = returningFor(relation, read, preferences);
  const base = { relation, returning };
  if (method === "DELETE")
    return {
      ...base,
      kind: "delete",
      where: guarded("DELETE", planConditions(cache, relation, query)),
    };

  const payload = request.payload ?? { json: "[]", isObject: false, keys: [] };
  const columns = payload.keys.map((key) => columnOf(relation, key));
  const useDefaults = preferences.missing === "default";
  if (method === "PATCH") {
    const where = guarded("UPDATE", planConditions(cache, relation, query));
    return { ...base, kind: "update", columns, payload, where, useDefaults };
  }
  if (method === "PUT") {
    requireKeyFilters(relation, query);
    const where = planConditions(cache, relation, query);
    const conflict = { columns: relation.primaryKey, resolution: "merge-duplicates" as const };
    return { ...base, kind: "insert", columns, payload, conflict, useDefaults: false, where };
  }
  const conflict = conflictOf(relation, query, preferences);
  return { ...base, kind: "insert", columns, payload, conflict, useDefaults, where: [] };
}

function columnOf(relation: Relation, name: string): Column {
  const column = relation.columns.get(name);
  if (column) return column;
  const message = `Could not find the '${name}' column of '${relation.name}' in the schema cache`;
  throw new RestError(400, "PGRST204", message);
}

function conflictOf(relation: Relation, query: Query, preferences: Preferences) {
  const { resolution } = preferences;
  const columns = query.onConflict ?? relation.primaryKey;
  for (const name of columns)
    if (!relation.columns.has(name)) throw unknownColumn(relation.name, name);
  return resolution && columns.length > 0 ? { columns, resolution } : undefined;
}

/** Hosted Supabase loads `safeupdate`, which refuses to change all rows at once by oversight. */
function guarded(command: string, where: PlannedCondition[]): PlannedCondition[] {
  if (where.length === 0) throw new RestError(400, "21000", `${command} requires a WHERE clause`);
  return where;
}

/** A PUT names its one row by all of its primary key. @throws {RestError} PGRST105, PGRST114 */
function requireKeyFilters(relation: Relation, query: Query): void {
  if (query.limits.length > 0 || query.offsets.length > 0) {
    const message = "limit/offset querystring parameters are not allowed for PUT";
    throw new RestError(400, "PGRST114", message);
  }
  const isEquality = ({ field, operation, isNegated }: Filter) =>
    !isNegated &&
    field.path.length === 0 &&
    operation.kind === "quantifiable" &&
    operation.operator === "eq" &&
    operation.quantifier === undefined;
  const filters = query.filters.map(({ value }) => value);
  const named = new Set(filters.map(({ field }) => field.name));
  const isWhole =
    relation.primaryKey.length > 0 &&
    named.size === relation.primaryKey.length &&
    relation.primaryKey.every((name) => named.has(name));
  if (isWhole && filters.every(isEquality) && query.logic.length === 0) return;
  const message = "Filters must include all and only primary key columns with 'eq' operators";
  throw new RestError(405, "PGRST105", message);
}

/** The columns shown, those that embedding joins on, and the key for `Location`. */
function returningFor(relation: Relation, read: ReadNode, preferences: Preferences): Returning {
  if (preferences.return === "headers-only") return { all: false, names: relation.primaryKey };
  if (preferences.return !== "representation") return { all: false, names: [] };
  return neededColumns(read, relation.primaryKey);
}

/** What a read over the rows of a mutation needs those rows to have. */
function neededColumns(read: ReadNode, key: string[]): Returning {
  const selected = read.select.flatMap(({ field }) => field?.column ?? []);
  const usesRow = read.embeds.some(({ relationship }) => relationship?.kind === "computed");
  if (usesRow || read.select.some(({ field, aggregate }) => !field && !aggregate))
    return { all: true, names: computedColumns(read) };
  const joined = read.embeds.flatMap(({ relationship: r }) => {
    if (r?.kind === "foreignKey") return r.pairs.map(([column]) => column);
    return r?.kind === "junction" ? r.fromPairs.map(([, column]) => column) : [];
  });
  return { all: false, names: [...new Set([...selected, ...joined, ...key])] };
}
