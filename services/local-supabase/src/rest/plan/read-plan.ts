import { notEmbedded, RestError, unknownColumn, unknownType } from "../error.ts";
import type { Field, JsonStep } from "../grammar/field.ts";
import type { Filter, LogicTree, Operation } from "../grammar/filter.ts";
import type { OrderTerm } from "../grammar/order.ts";
import type { Placed, Query } from "../grammar/query.ts";
import type { Aggregate, SelectField, SelectItem } from "../grammar/select.ts";
import type { RowRange } from "../range.ts";
import type { Relation } from "../schema/objects.ts";
import { isToOne, type Relationship } from "../schema/relationships.ts";
import type { SchemaCache } from "../schema/schema-cache.ts";
import { mostSimilar } from "../schema/similar.ts";
import { findRelationship, requireToOne } from "./find-relationship.ts";

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

/** The parts of a query that a read uses; a mutation's own filters are not among them. */
export interface ReadRequest {
  query: Query;
  /** Filters of the root belong to the mutation, not to what is read of its rows. */
  isMutation: boolean;
  range: RowRange;
  maxRows: number | undefined;
}

/** Plans what a query reads, starting at `relation`. @throws {RestError} for whatever does not exist */
export function planRead(cache: SchemaCache, relation: Relation, request: ReadRequest): ReadNode {
  const { query, isMutation, range, maxRows } = request;
  const planner = new Planner(cache);
  const root = planner.node(relation, query.select);
  const placed = <T>(items: Placed<T>[]) => items.filter((i) => !isMutation || i.embeds.length > 0);
  if (!isMutation) root.range = range;
  for (const { embeds, value } of placed(query.limits)) {
    if (embeds.length > 0) nodeAt(root, embeds).range.limit = Math.max(0, value);
  }
  for (const { embeds, value } of placed(query.offsets)) {
    if (embeds.length > 0) nodeAt(root, embeds).range.offset = Math.max(0, value);
  }
  for (const { embeds, value } of placed(query.order)) {
    const node = nodeAt(root, embeds);
    node.order = value.map((term) => planner.order(node, term));
  }
  for (const { embeds, value } of [...placed(query.filters), ...placed(query.logic)]) {
    const node = nodeAt(root, embeds);
    node.where.push(planner.condition(node, value));
  }
  if (maxRows !== undefined && !isMutation) restrict(root, maxRows);
  return root;
}

/** Plans the conditions on the rows that an update or a delete changes. */
export function planConditions(
  cache: SchemaCache,
  relation: Relation,
  query: Query,
): PlannedCondition[] {
  const planner = new Planner(cache);
  const root = planner.node(relation, []);
  return [...query.filters, ...query.logic]
    .filter(({ embeds }) => embeds.length === 0)
    .map(({ value }) => planner.condition(root, value));
}

class Planner {
  readonly #cache: SchemaCache;
  #nodes = 0;

  constructor(cache: SchemaCache) {
    this.#cache = cache;
  }

  node(relation: Relation, items: SelectItem[], embed: Partial<ReadNode> = {}): ReadNode {
    const node: ReadNode = {
      relation,
      alias: `t${this.#nodes++}`,
      parentAlias: "",
      name: relation.name,
      target: relation.name,
      relationship: undefined,
      isInner: false,
      isSpread: false,
      select: [],
      where: [],
      order: [],
      range: { offset: 0, limit: undefined },
      embeds: [],
      ...embed,
    };
    for (const item of items) {
      if (item.kind === "field") node.select.push(this.#selected(relation, item));
      else {
        const { target, hint, join, isSpread, alias } = item;
        const relationship = findRelationship(this.#cache, relation, target, hint);
        const more = {
          name: alias ?? target,
          target,
          relationship,
          isInner: join === "inner",
          isSpread,
        };
        node.embeds.push(this.node(relationship.to, item.items, more));
      }
    }
    return node;
  }

  order(node: ReadNode, term: OrderTerm): PlannedOrder {
    const { relation, direction, nulls } = term;
    if (relation === undefined)
      return { embed: undefined, field: this.field(node.relation, term.field), direction, nulls };
    const embed = node.embeds.find(({ name }) => name === relation);
    if (!embed?.relationship) throw notEmbedded(relation);
    requireToOne(embed.relationship, node.relation.name, embed.name);
    const field = this.field(embed.relation, term.field);
    const isShown = embed.select.some((s) =>
      s.field ? s.field.column === field.column && !s.alias : !s.aggregate,
    );
    if (!isShown) throw unknownColumn(embed.name, field.column);
    return { embed, field, direction, nulls };
  }

  condition(node: ReadNode, tree: LogicTree): PlannedCondition {
    if (tree.kind === "logic") {
      return { ...tree, terms: tree.terms.map((term) => this.condition(node, term)) };
    }
    return (
      this.#embedCondition(node, tree) ?? {
        kind: "operation",
        field: this.field(node.relation, tree.field),
        operation: tree.operation,
        isNegated: tree.isNegated,
      }
    );
  }

  /** `embed=is.null` and `embed=not.is.null` ask whether there are related rows. */
  #embedCondition(node: ReadNode, filter: Filter): PlannedCondition | undefined {
    const { field, operation, isNegated } = filter;
    if (field.path.length > 0 || node.relation.columns.has(field.name)) return undefined;
    const embed = node.embeds.find(({ name }) => name === field.name);
    if (!embed) return undefined;
    if (operation.kind === "is" && (operation.value === "null" || operation.value === "not_null")) {
      return {
        kind: "embedIsNull",
        embed,
        isNegated: isNegated !== (operation.value === "not_null"),
      };
    }
    throw new RestError(400, "PGRST120", `Bad operator on the '${field.name}' embedded resource`, {
      details: "Only is null or not is null filters are allowed on embedded resources",
    });
  }

  #selected(relation: Relation, item: SelectField): PlannedSelect {
    const { field, aggregate } = item;
    const planned = {
      alias: item.alias ?? aliasOf(field),
      cast: this.#type(relation, item.cast),
      aggregate,
      aggregateCast: this.#type(relation, item.aggregateCast),
    };
    if (field.name === "*") return { ...planned, field: undefined };
    // A table's count without parentheses, as `messages(count)`: Postgres reads it as a function of the row.
    if (field.name === "count" && field.path.length === 0 && !relation.columns.has("count"))
      return { ...planned, field: undefined, aggregate: "count" };
    return { ...planned, field: this.field(relation, field) };
  }

  field(relation: Relation, { name, path }: Field): PlannedField {
    const column = relation.columns.get(name);
    if (!column && !relation.computed.has(name)) {
      throw unknownColumn(relation.name, name, mostSimilar(name, relation.columns.keys(), 0.6));
    }
    const type = column?.type;
    const isJson = type === "json" || type === "jsonb";
    return { column: name, path, isJson, isTextVector: type === "tsvector" };
  }

  #type(relation: Relation, name: string | undefined): string | undefined {
    if (name === undefined) return undefined;
    const type = this.#cache.castType(relation.schema, name);
    if (type === undefined) throw unknownType(name);
    return type;
  }
}

/** A value inside JSON is named after the last key on the way to it. */
function aliasOf({ name, path }: Field): string | undefined {
  if (path.length === 0) return undefined;
  const keys = path.flatMap(({ operand }) => ("key" in operand ? [operand.key] : []));
  return keys.at(-1) ?? name;
}

function nodeAt(root: ReadNode, embeds: string[]): ReadNode {
  return embeds.reduce((node, wanted) => {
    const embed = node.embeds.find(({ name, target }) => target === wanted || name === wanted);
    if (!embed) throw notEmbedded(wanted);
    return embed;
  }, root);
}

function restrict(node: ReadNode, maxRows: number): void {
  // A limit of one row's lateral join would only keep Postgres from joining better.
  if (!node.relationship || !isToOne(node.relationship))
    node.range.limit = Math.min(node.range.limit ?? maxRows, maxRows);
  for (const embed of node.embeds) restrict(embed, maxRows);
}
