import type { RestConfig } from "../config.ts";
import type { Catalog } from "./catalog.ts";
import { namesOf, type Relation, type Routine, unnamedRelation } from "./objects.ts";
import { computedRelationships, type Relationship, relationshipsOf } from "./relationships.ts";

/** What the exposed schemas hold, as of one moment. */
export interface SchemaCache {
  config: RestConfig;
  relation(schema: string, name: string): Relation | undefined;
  relations(schema: string): Relation[];
  routines(schema: string, name: string): Routine[];
  routineNames(schema: string): string[];
  /** Relationships that start at a relation. */
  relationships(relation: Relation): Relationship[];
  /** A type's qualified SQL name, for one that is visible under `name`. */
  castType(schema: string, name: string): string | undefined;
  /** A role's own `statement_timeout`. */
  statementTimeout(role: string): string | undefined;
}

/** Names that SQL's grammar gives to types whose catalog names differ. */
const SQL_TYPES = new Set([
  "bigint",
  "bit",
  "bit varying",
  "boolean",
  "char",
  "character",
  "character varying",
  "dec",
  "decimal",
  "double precision",
  "float",
  "int",
  "integer",
  "interval",
  "numeric",
  "real",
  "smallint",
  "time",
  "time with time zone",
  "time without time zone",
  "timestamp",
  "timestamp with time zone",
  "timestamp without time zone",
  "varchar",
]);

/** Indexes a catalog. Pure. */
export function schemaCacheOf(catalog: Catalog, config: RestConfig): SchemaCache {
  const byOid = new Map(catalog.relations.map((r) => [r.oid, relationOf(r)]));
  for (const key of catalog.keys) {
    const relation = byOid.get(key.relation);
    if (!relation) continue;
    const columns = namesOf(catalog, key.relation, key.columns);
    if (key.isPrimary) relation.primaryKey = columns;
    relation.uniqueKeys.push(columns);
  }
  const relations = new Map([...byOid.values()].map((r) => [keyOf(r.schema, r.name), r]));
  const routines = Map.groupBy(
    catalog.routines.map((routine) => routineOf(routine, byOid)).filter(isCallable),
    (r) => keyOf(r.schema, r.name),
  );
  addComputedColumns(catalog, byOid);
  const relationships = Map.groupBy(
    [...computedRelationships(catalog, byOid), ...relationshipsOf(catalog, byOid)],
    (r) => r.from,
  );
  const types = new Map(catalog.types.map(([name, schema]) => [keyOf(schema, name), name]));

  return {
    config,
    relation: (schema, name) => relations.get(keyOf(schema, name)),
    relations: (schema) => [...relations.values()].filter((r) => r.schema === schema),
    routines: (schema, name) => routines.get(keyOf(schema, name)) ?? [],
    routineNames: (schema) =>
      [...routines.values()].flatMap(([r]) => (r?.schema === schema ? r.name : [])),
    relationships: (relation) => relationships.get(relation) ?? [],
    castType(schema, name) {
      const sqlName = name.toLowerCase().replace(/ +/gu, " ");
      if (SQL_TYPES.has(sqlName)) return sqlName;
      const owner = [schema, "public", "extensions", "pg_catalog"].find((s) =>
        types.has(keyOf(s, name)),
      );
      return owner && `"${owner}"."${name.replaceAll('"', '""')}"`;
    },
    statementTimeout: (role) => catalog.timeouts[role],
  };
}

function relationOf(r: Catalog["relations"][number]): Relation {
  const columns = r.columns.map(({ name, type, default: value }) => ({
    name,
    type,
    default: value,
  }));
  return {
    oid: r.oid,
    schema: r.schema,
    name: r.name,
    isView: r.isView,
    columns: new Map(columns.map((column) => [column.name, column])),
    primaryKey: [],
    uniqueKeys: [],
    computed: new Set(),
  };
}

function routineOf(r: Catalog["routines"][number], byOid: Map<string, Relation>): Routine {
  const firstDefault = r.parameters.length - r.defaults;
  return {
    schema: r.schema,
    name: r.name,
    parameters: r.parameters.map(({ name, type, isVariadic }, at) => ({
      name,
      type,
      isVariadic,
      isRequired: at < firstDefault && !isVariadic,
    })),
    isVolatile: r.isVolatile,
    returnsSet: r.returnsSet,
    isVoid: r.isVoid,
    isComposite: r.isComposite,
    timeout: r.timeout ?? undefined,
    returns: byOid.get(r.relation) ?? outputRelation(r),
  };
}

/** Arguments go by name; the only nameless one is that which takes a whole body. */
function isCallable({ parameters }: Routine): boolean {
  const [only] = parameters;
  if (parameters.length === 1 && only?.name === "") return /^(jsonb?|text)$/u.test(only.type);
  return parameters.every(({ name }) => name !== "");
}

function outputRelation(r: Catalog["routines"][number]): Relation | undefined {
  const columns = r.outputs?.map(
    (name) => [name, { name, type: "unknown", default: null }] as const,
  );
  return columns && { ...unnamedRelation(r), columns: new Map(columns) };
}

function addComputedColumns(catalog: Catalog, byOid: Map<string, Relation>): void {
  for (const { name, parameters, isComposite, returnsSet } of catalog.routines) {
    const [parameter] = parameters;
    if (parameters.length !== 1 || isComposite || returnsSet) continue;
    byOid.get(parameter?.relation ?? "0")?.computed.add(name);
  }
}

function keyOf(schema: string, name: string): string {
  return `${schema}\0${name}`;
}
