import { notEmbedded, RestError, unknownColumn } from "../error.ts";
import type { Filter, LogicTree } from "../grammar/filter.ts";
import type { OrderTerm } from "../grammar/order.ts";
import type { Placed, Query } from "../grammar/query.ts";
import type { SelectEmbed, SelectItem } from "../grammar/select.ts";
import type { RowRange } from "../range.ts";
import type { Relation } from "../schema/objects.ts";
import { isToOne } from "../schema/relationships.ts";
import type { SchemaCache } from "../schema/schema-cache.ts";
import { planField, planSelect } from "./field-plan.ts";
import { findRelationship, requireToOne } from "./find-relationship.ts";
import type { PlannedCondition, PlannedOrder, ReadNode } from "./read-node.ts";

/** What a read is made from. */
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
  const root = rootNode(cache, relation, query.select);
  const placed = <T>(items: Placed<T>[]) => items.filter((i) => !isMutation || i.embeds.length > 0);
  for (const { embeds, value } of query.limits)
    nodeAt(root, embeds).range.limit = Math.max(0, value);
  for (const { embeds, value } of query.offsets)
    nodeAt(root, embeds).range.offset = Math.max(0, value);
  root.range = range;
  for (const { embeds, value } of placed(query.order)) {
    const node = nodeAt(root, embeds);
    node.order = value.map((term) => planOrder(node, term));
  }
  for (const { embeds, value } of [...placed(query.filters), ...placed(query.logic)]) {
    const node = nodeAt(root, embeds);
    node.where.push(planCondition(node, value));
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
  const root = rootNode(cache, relation, []);
  return [...query.filters, ...query.logic]
    .filter(({ embeds }) => embeds.length === 0)
    .map(({ value }) => planCondition(root, value));
}

function rootNode(cache: SchemaCache, relation: Relation, items: SelectItem[]): ReadNode {
  let nodes = 0;
  const nodeOf = (
    of: Relation,
    selected: SelectItem[],
    depth: number,
    embed: Partial<ReadNode>,
  ): ReadNode => {
    const node: ReadNode = {
      relation: of,
      alias: `t${nodes++}`,
      parentAlias: "",
      label: of.name,
      name: of.name,
      target: of.name,
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
    for (const item of selected) {
      if (item.kind === "field") node.select.push(planSelect(cache, node, item));
      else node.embeds.push(embedOf(node, item, depth + 1));
    }
    return node;
  };
  const embedOf = (parent: ReadNode, item: SelectEmbed, depth: number): ReadNode => {
    const { target, hint, join, isSpread, alias } = item;
    const relationship = findRelationship(cache, parent.relation, target, hint);
    const name = alias ?? target;
    if (parent.embeds.some((embed) => embed.name === name)) {
      const twice = `"${parent.relation.name}_${name}_${depth}"`;
      throw new RestError(400, "42712", `table name ${twice} specified more than once`);
    }
    const isAliased = relationship.kind !== "junction";
    return nodeOf(relationship.to, item.items, depth, {
      label: isAliased ? `${relationship.to.name}_${depth}` : relationship.to.name,
      name,
      target,
      relationship,
      parentAlias: parent.alias,
      isInner: join === "inner",
      isSpread,
    });
  };
  return nodeOf(relation, items, 0, {});
}

function planOrder(node: ReadNode, term: OrderTerm): PlannedOrder {
  const { relation, direction, nulls } = term;
  if (relation === undefined)
    return { embed: undefined, field: planField(node, term.field), direction, nulls };
  const embed = node.embeds.find(({ name }) => name === relation);
  if (!embed?.relationship) throw notEmbedded(relation);
  requireToOne(embed.relationship, node.relation.name, embed.name);
  const field = planField(embed, term.field);
  const isShown = embed.select.some((s) =>
    s.field ? s.field.column === field.column && !s.alias : !s.aggregate,
  );
  if (!isShown) throw unknownColumn(embed.name, field.column);
  return { embed, field, direction, nulls };
}

function planCondition(node: ReadNode, tree: LogicTree): PlannedCondition {
  if (tree.kind === "logic")
    return { ...tree, terms: tree.terms.map((term) => planCondition(node, term)) };
  const { operation, isNegated } = tree;
  return (
    embedCondition(node, tree) ?? {
      kind: "operation",
      field: planField(node, tree.field),
      operation,
      isNegated,
    }
  );
}

/** `embed=is.null` and `embed=not.is.null` ask whether there are related rows. */
function embedCondition(node: ReadNode, filter: Filter): PlannedCondition | undefined {
  const { field, operation, isNegated } = filter;
  if (field.path.length > 0 || node.relation.columns.has(field.name)) return undefined;
  const embed = node.embeds.find(({ name }) => name === field.name);
  if (!embed) return undefined;
  if (operation.kind === "is" && (operation.value === "null" || operation.value === "not_null")) {
    const isNotNull = operation.value === "not_null";
    return { kind: "embedIsNull", embed, isNegated: isNegated !== isNotNull };
  }
  throw new RestError(400, "PGRST120", `Bad operator on the '${field.name}' embedded resource`, {
    details: "Only is null or not is null filters are allowed on embedded resources",
  });
}

/** @throws {RestError} PGRST108 */
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
