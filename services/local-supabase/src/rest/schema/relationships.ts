import type { Catalog } from "./catalog.ts";
import { namesOf, type Relation } from "./objects.ts";
import { viewColumns } from "./view-columns.ts";

export type Cardinality = "many-to-one" | "one-to-one" | "one-to-many" | "many-to-many";

/** Columns of one side and the columns of the other side that they equal. */
export type ColumnPairs = [column: string, target: string][];

interface ForeignKeyRelationship {
  kind: "foreignKey";
  from: Relation;
  to: Relation;
  cardinality: Exclude<Cardinality, "many-to-many">;
  constraint: string;
  pairs: ColumnPairs;
}

interface JunctionRelationship {
  kind: "junction";
  from: Relation;
  to: Relation;
  cardinality: "many-to-many";
  junction: Relation;
  /** Pairs of a junction's column with the column of `from`, then of `to`, and their constraints. */
  fromPairs: ColumnPairs;
  fromConstraint: string;
  toPairs: ColumnPairs;
  toConstraint: string;
}

/** A function that takes a row and gives related rows. */
interface ComputedRelationship {
  kind: "computed";
  from: Relation;
  to: Relation;
  function: { schema: string; name: string };
  cardinality: "one-to-many" | "many-to-one";
}

export type Relationship = ForeignKeyRelationship | JunctionRelationship | ComputedRelationship;

/** True when at most one row is at the other end. */
export function isToOne({ cardinality }: Relationship): boolean {
  return cardinality === "many-to-one" || cardinality === "one-to-one";
}

/** Every way to get from one relation to another by foreign keys, also those that views inherit. */
export function relationshipsOf(catalog: Catalog, byOid: Map<string, Relation>): Relationship[] {
  const direct = catalog.foreign_keys.flatMap((key) => {
    const from = byOid.get(key.relation);
    const to = byOid.get(key.target);
    if (!from || !to) return [];
    const targets = namesOf(catalog, key.target, key.targetColumns);
    const pairs: ColumnPairs = namesOf(catalog, key.relation, key.columns).map((name, at) => [
      name,
      targets[at] ?? "",
    ]);
    return [foreignKey(from, to, key.name, pairs, isUnique(from, pairs))];
  });
  const all = [...direct, ...inheritedByViews(direct, viewsOf(catalog, byOid))];
  return [...all, ...all.map(inverse), ...junctions(all)];
}

/** Functions of one row that give rows: `create function films(directors) returns setof films`. */
export function computedRelationships(
  catalog: Catalog,
  byOid: Map<string, Relation>,
): Relationship[] {
  return catalog.routines.flatMap(({ schema, name, parameters, relation, returnsSet, rows }) => {
    const from = byOid.get(parameters[0]?.relation ?? "0");
    const to = byOid.get(relation);
    if (!from || !to || parameters.length !== 1) return [];
    const cardinality = returnsSet && rows !== 1 ? "one-to-many" : "many-to-one";
    return [{ kind: "computed" as const, from, to, function: { schema, name }, cardinality }];
  });
}

function foreignKey(
  from: Relation,
  to: Relation,
  constraint: string,
  pairs: ColumnPairs,
  isOneToOne: boolean,
): ForeignKeyRelationship {
  const cardinality = isOneToOne ? "one-to-one" : "many-to-one";
  return { kind: "foreignKey", from, to, cardinality, constraint, pairs };
}

function isUnique(relation: Relation, pairs: ColumnPairs): boolean {
  const columns = new Set(pairs.map(([column]) => column));
  return relation.uniqueKeys.some(
    (key) => key.length === columns.size && key.every((name) => columns.has(name)),
  );
}

function inverse(relationship: ForeignKeyRelationship): ForeignKeyRelationship {
  const { from, to, constraint, pairs, cardinality } = relationship;
  return {
    kind: "foreignKey",
    from: to,
    to: from,
    constraint,
    cardinality: cardinality === "one-to-one" ? "one-to-one" : "one-to-many",
    pairs: pairs.map(([column, target]) => [target, column]),
  };
}

/** A table whose primary key holds two foreign keys relates their targets many-to-many. */
function junctions(keys: ForeignKeyRelationship[]): JunctionRelationship[] {
  const byJunction = Map.groupBy(keys, (key) => key.from);
  return [...byJunction].flatMap(([junction, own]) => {
    const primaryKey = new Set(junction.primaryKey);
    const inKey = own.filter((key) => key.pairs.every(([column]) => primaryKey.has(column)));
    return inKey.flatMap((first) =>
      inKey
        .filter((second) => second.constraint !== first.constraint)
        .map((second) => ({
          kind: "junction" as const,
          from: first.to,
          to: second.to,
          cardinality: "many-to-many" as const,
          junction,
          fromPairs: first.pairs,
          fromConstraint: first.constraint,
          toPairs: second.pairs,
          toConstraint: second.constraint,
        })),
    );
  });
}

interface View {
  view: Relation;
  base: Relation;
  /** The view's column for a base column. */
  columnFor: Map<string, string>;
}

/** Every pair of a view and a table that it shows columns of, through other views too. */
function viewsOf(catalog: Catalog, byOid: Map<string, Relation>): View[] {
  const sources = new Map(
    catalog.relations.map((r) => [r.oid, r.definition ? viewColumns(r.definition) : []]),
  );
  const baseOf = (oid: string, number: number, depth = 0): [string, number] | undefined => {
    if (!byOid.get(oid)?.isView) return [oid, number];
    const source = sources.get(oid)?.find((column) => column.number === number);
    return source && depth < 20 ? baseOf(source.baseOid, source.baseNumber, depth + 1) : undefined;
  };
  const views = new Map<string, View>();
  for (const [oid, columns] of sources) {
    const view = byOid.get(oid);
    for (const { number } of columns) {
      const [baseOid = "", baseNumber = 0] = baseOf(oid, number) ?? [];
      const base = byOid.get(baseOid);
      if (!view || !base) continue;
      const entry = views.get(`${oid} ${baseOid}`) ?? { view, base, columnFor: new Map() };
      views.set(`${oid} ${baseOid}`, entry);
      const [name = ""] = namesOf(catalog, oid, [number]);
      const [baseName = ""] = namesOf(catalog, baseOid, [baseNumber]);
      if (!entry.columnFor.has(baseName)) entry.columnFor.set(baseName, name);
    }
  }
  for (const { view, base, columnFor } of views.values()) {
    const key = base.primaryKey.flatMap((column) => columnFor.get(column) ?? []);
    if (key.length > 0 && key.length === base.primaryKey.length) view.primaryKey.push(...key);
  }
  return [...views.values()];
}

/** A view has a base table's relationships when it shows all columns of the key. */
function inheritedByViews(keys: ForeignKeyRelationship[], views: View[]): ForeignKeyRelationship[] {
  const byBase = Map.groupBy(views, (view) => view.base);
  return keys.flatMap((key) => {
    const { from, to, constraint, pairs, cardinality } = key;
    const fromSides = [{ relation: from, name: (column: string): string | undefined => column }];
    const toSides = [...fromSides];
    toSides[0] = { relation: to, name: (column) => column };
    for (const { view, columnFor } of byBase.get(from) ?? [])
      fromSides.push({ relation: view, name: (column) => columnFor.get(column) });
    for (const { view, columnFor } of byBase.get(to) ?? [])
      toSides.push({ relation: view, name: (column) => columnFor.get(column) });
    return fromSides.flatMap((fromSide) =>
      toSides.flatMap((toSide) => {
        if (fromSide.relation === from && toSide.relation === to) return [];
        const named = pairs.flatMap(([column, target]) => {
          const a = fromSide.name(column);
          const b = toSide.name(target);
          return a === undefined || b === undefined ? [] : [[a, b] as [string, string]];
        });
        if (named.length !== pairs.length) return [];
        const isOneToOne = cardinality === "one-to-one";
        return [foreignKey(fromSide.relation, toSide.relation, constraint, named, isOneToOne)];
      }),
    );
  });
}
