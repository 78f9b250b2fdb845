import { RestError } from "../error.ts";
import type { Relation } from "../schema/objects.ts";
import { isToOne, type Relationship } from "../schema/relationships.ts";
import type { SchemaCache } from "../schema/schema-cache.ts";
import { mostSimilar } from "../schema/similar.ts";

/**
 * The one relationship from `origin` that a select item means, by its target and hint.
 * @throws {RestError} PGRST200 for none, PGRST201 for several
 */
export function findRelationship(
  cache: SchemaCache,
  origin: Relation,
  target: string,
  hint: string | undefined,
): Relationship {
  const all = cache.relationships(origin).filter((r) => r.to.schema === origin.schema);
  const computed = all.find((r) => r.kind === "computed" && r.function.name === target);
  if (computed) return computed;
  const found = all.filter((r) =>
    r.kind !== "computed" && r.from === r.to
      ? isMeantSelf(r, target, hint)
      : isMeant(r, target, hint),
  );
  const [only] = found;
  if (!only) throw noRelationship(cache, origin, target, hint, all);
  if (found.length > 1) throw ambiguous(origin, target, found);
  return only;
}

/** The target is a relation, a constraint or a column of the origin; the hint narrows it down. */
function isMeant(r: Relationship, target: string, hint: string | undefined): boolean {
  if (r.kind === "computed") return false;
  if (hint === undefined) {
    if (target === r.to.name) return true;
    return (
      r.kind === "foreignKey" && !r.to.isView && (r.constraint === target || column(r) === target)
    );
  }
  if (target !== r.to.name) return false;
  if (r.kind === "junction") return hint === r.junction.name;
  return hint === r.constraint || hint === column(r) || hint === targetColumn(r);
}

/**
 * One foreign key of a table to itself gives two relationships: the table's name means the many,
 * the key's column the one.
 */
function isMeantSelf(r: Relationship, target: string, hint: string | undefined): boolean {
  if (r.kind !== "foreignKey") return false;
  const isMany = r.cardinality === "one-to-many";
  if (hint === undefined) {
    if (target === r.to.name) return isMany;
    return r.cardinality === "many-to-one" && column(r) === target;
  }
  return target === r.to.name && isMany && targetColumn(r) === hint;
}

const column = (r: Relationship & { kind: "foreignKey" }) =>
  r.pairs.length === 1 ? r.pairs[0]?.[0] : undefined;
const targetColumn = (r: Relationship & { kind: "foreignKey" }) =>
  r.pairs.length === 1 ? r.pairs[0]?.[1] : undefined;

function noRelationship(
  cache: SchemaCache,
  origin: Relation,
  target: string,
  hint: string | undefined,
  all: Relationship[],
): RestError {
  const between = `'${origin.name}' and '${target}'`;
  const using = hint === undefined ? "" : ` using the hint '${hint}'`;
  return new RestError(
    400,
    "PGRST200",
    `Could not find a relationship between ${between} in the schema cache`,
    {
      details: `Searched for a foreign key relationship between ${between}${using} in the schema '${origin.schema}', but no matches were found.`,
      hint: suggestion(cache, origin, target, all),
    },
  );
}

function suggestion(
  cache: SchemaCache,
  origin: Relation,
  target: string,
  all: Relationship[],
): string | null {
  const meant = (name: string | undefined, given: string) =>
    name === undefined || name === given
      ? null
      : `Perhaps you meant '${name}' instead of '${given}'.`;
  if (all.length > 0)
    return meant(
      mostSimilar(
        target,
        all.map((r) => r.to.name),
        0.33,
      ),
      target,
    );
  const related = cache.relations(origin.schema).filter((r) => cache.relationships(r).length > 0);
  return meant(
    mostSimilar(
      origin.name,
      related.map((r) => r.name),
      0.33,
    ),
    origin.name,
  );
}

function ambiguous(origin: Relation, target: string, found: Relationship[]): RestError {
  const hints = found.map(
    (r) => `'${r.to.name}!${r.kind === "junction" ? r.junction.name : nameOf(r)}'`,
  );
  return new RestError(
    300,
    "PGRST201",
    `Could not embed because more than one relationship was found for '${origin.name}' and '${target}'`,
    {
      details: found.map(describe),
      hint: `Try changing '${target}' to one of the following: ${hints.join(", ")}. Find the desired relationship in the 'details' key.`,
    },
  );
}

function nameOf(r: Relationship): string {
  return r.kind === "foreignKey" ? r.constraint : "";
}

function describe(r: Relationship) {
  const list = (names: string[]) => `(${names.join(", ")})`;
  const embedding = `${r.from.name} with ${r.to.name}`;
  if (r.kind === "junction") {
    const first = `${r.fromConstraint}${list(r.fromPairs.map(([own]) => own))}`;
    const second = `${r.toConstraint}${list(r.toPairs.map(([own]) => own))}`;
    const relationship = `${r.junction.name} using ${first} and ${second}`;
    return { cardinality: r.cardinality, embedding, relationship };
  }
  const pairs = r.kind === "foreignKey" ? r.pairs : [];
  const own = `${r.from.name}${list(pairs.map(([name]) => name))}`;
  const other = `${r.to.name}${list(pairs.map(([, name]) => name))}`;
  const relationship = `${nameOf(r)} using ${own} and ${other}`;
  return { cardinality: r.cardinality, embedding, relationship };
}

/** @throws {RestError} PGRST118 when rows cannot be sorted by an embedded resource's field */
export function requireToOne(r: Relationship, origin: string, name: string): void {
  if (isToOne(r)) return;
  throw new RestError(400, "PGRST118", `A related order on '${name}' is not possible`, {
    details: `'${origin}' and '${name}' do not form a many-to-one or one-to-one relationship`,
  });
}
