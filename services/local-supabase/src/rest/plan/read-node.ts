import type { JsonStep } from "../grammar/field.ts";
import type { Operation } from "../grammar/filter.ts";
import type { OrderTerm } from "../grammar/order.ts";
import type { Aggregate } from "../grammar/select.ts";
import type { RowRange } from "../range.ts";
import type { Relation } from "../schema/objects.ts";
import type { Relationship } from "../schema/relationships.ts";

/** A column that exists, or a value inside it. */
export interface PlannedField {
  column: string;
  path: JsonStep[];
  /** Whether `->` works on the column as it is. */
  isJson: boolean;
  isTextVector: boolean;
}

export interface PlannedSelect {
  /** Undefined for all columns, or for `count()`. */
  field: PlannedField | undefined;
  alias: string | undefined;
  /** Types by their SQL names. */
  cast: string | undefined;
  aggregate: Aggregate | undefined;
  aggregateCast: string | undefined;
}

export type PlannedCondition =
  | { kind: "operation"; field: PlannedField; operation: Operation; isNegated: boolean }
  | { kind: "embedIsNull"; embed: ReadNode; isNegated: boolean }
  | { kind: "logic"; operator: "and" | "or"; isNegated: boolean; terms: PlannedCondition[] };

export interface PlannedOrder {
  /** The embedded to-one resource that has the field. */
  embed: ReadNode | undefined;
  field: PlannedField;
  direction: OrderTerm["direction"];
  nulls: OrderTerm["nulls"];
}

/** One relation of a read, with those embedded in it. Every name in it exists. */
export interface ReadNode {
  relation: Relation;
  /** The table's name inside the statement, unique in it. */
  alias: string;
  parentAlias: string;
  /** What Postgres would call it in errors, if the SQL were PostgREST's. */
  label: string;
  /** The key of its rows in the parent's, and how filters name it. */
  name: string;
  target: string;
  relationship: Relationship | undefined;
  isInner: boolean;
  isSpread: boolean;
  select: PlannedSelect[];
  where: PlannedCondition[];
  order: PlannedOrder[];
  range: RowRange;
  embeds: ReadNode[];
}

/** The computed columns that a read uses of its root's rows. */
export function computedColumns({ relation, select, where, order }: ReadNode): string[] {
  const inCondition = (condition: PlannedCondition): string[] => {
    if (condition.kind === "logic") return condition.terms.flatMap(inCondition);
    return condition.kind === "operation" ? [condition.field.column] : [];
  };
  const used = [
    ...select.flatMap(({ field }) => field?.column ?? []),
    ...where.flatMap(inCondition),
    ...order.flatMap(({ embed, field }) => (embed ? [] : [field.column])),
  ];
  return [...new Set(used)].filter((name) => relation.computed.has(name));
}
