import type { Aggregate } from "../grammar/select.ts";
import type { PlannedOrder, PlannedSelect, ReadNode } from "../plan/read-node.ts";
import type { RowRange } from "../range.ts";
import { type ColumnPairs, isToOne } from "../schema/relationships.ts";
import { conditionSql, fieldSql, whereSql } from "./condition-sql.ts";
import { EMPTY, identifier, join, type Sql, sql, trusted } from "./fragment.ts";

/** One column that a node gives: to the answer, or to its parent when it is spread. */
interface Output {
  /** Before its aggregate. */
  value: Sql;
  name: string;
  /** Whether `name` is what SQL calls it anyway. */
  isNamed: boolean;
  /** Made of an embedded resource's rows. */
  isJson: boolean;
  aggregate: { function: Aggregate; cast: string | undefined } | undefined;
}

/**
 * A whole read as one `select`: of its table, or of the rows that the common table expression
 * `given` holds. An embedded resource is a lateral join named `e` and its table's alias.
 */
export function readSql(node: ReadNode, given?: string): Sql {
  const outputs = outputsOf(node);
  // A resource that is spread into one row takes no aggregates itself: its parent does.
  const isGrouped = !isSpreadRow(node) && outputs.some((output) => output.aggregate);
  const columns = isGrouped || isSpreadRow(node) ? outputs : starred(node, outputs);
  const list = columns.map((output) => columnSql(output, isGrouped));
  const items = list.length === 0 && node.relationship ? sql`1` : join(list, ", ");
  const joins = join(node.embeds.map(embedJoin), "");
  const where = whereSql([
    ...joinConditions(node),
    ...node.where.map((condition) => conditionSql(node.alias, condition, embedIsNull)),
  ]);
  const group = isGrouped ? groupSql(columns) : EMPTY;
  return sql`select ${items} from ${fromSql(node, given)}${joins}${where}${group}${orderSql(node)}${rangeSql(node.range)}`;
}

/** The rows that a read would give without its range, as `select 1`, for counting them. */
export function countSql(node: ReadNode, given?: string): Sql {
  const conditions = node.where.map((condition) =>
    conditionSql(node.alias, condition, (embed) => sql`not ${existsSql(embed)}`),
  );
  const inner = node.embeds.filter((embed) => embed.isInner).map(existsSql);
  const where = whereSql([...joinConditions(node), ...conditions, ...inner]);
  return sql`select 1 from ${fromSql(node, given)}${where}`;
}

function existsSql(embed: ReadNode): Sql {
  return sql`exists (${countSql(embed)})`;
}

function fromSql(node: ReadNode, given: string | undefined): Sql {
  const { relation, alias, relationship, parentAlias } = node;
  const as = identifier(alias);
  if (given !== undefined) return sql`${identifier(given)} as ${as}`;
  const table = sql`${identifier(relation.schema, relation.name)} as ${as}`;
  if (relationship?.kind === "junction") {
    const { schema, name } = relationship.junction;
    return sql`${table}, ${identifier(schema, name)} as ${identifier(`j${alias}`)}`;
  }
  if (relationship?.kind === "computed") {
    const { function: called, from } = relationship;
    // The cast chooses among overloads where the row comes from a common table expression.
    const row = sql`${identifier(parentAlias)}::${identifier(from.schema, from.name)}`;
    return sql`${identifier(called.schema, called.name)}(${row}) as ${as}`;
  }
  return table;
}

function joinConditions({ relationship: r, alias, parentAlias }: ReadNode): Sql[] {
  const equal = (own: string, pairs: ColumnPairs, other: string) =>
    pairs.map(([column, target]) => sql`${identifier(own, column)} = ${identifier(other, target)}`);
  if (r?.kind === "foreignKey") return equal(parentAlias, r.pairs, alias);
  if (r?.kind !== "junction") return [];
  const between = `j${alias}`;
  return [...equal(between, r.toPairs, alias), ...equal(between, r.fromPairs, parentAlias)];
}

function outputsOf(node: ReadNode): Output[] {
  return [
    ...node.select.flatMap((item) => selectOutputs(node, item)),
    ...node.embeds.flatMap(embedOutputs),
  ];
}

function selectOutputs(node: ReadNode, item: PlannedSelect): Output[] {
  const { field, alias, cast, aggregate } = item;
  if (!field && !aggregate) {
    const names = [...node.relation.columns.keys()];
    return names.map((name) => plainOutput(identifier(node.alias, name), name));
  }
  const value = field ? casted(fieldSql(node.alias, field), cast) : trusted("1");
  const name = alias ?? aggregate ?? field?.column ?? "";
  const isNamed = alias === undefined && cast === undefined && !aggregate;
  const taken = aggregate && { function: aggregate, cast: item.aggregateCast };
  return [{ value, name, isNamed, isJson: false, aggregate: taken }];
}

function embedOutputs(embed: ReadNode): Output[] {
  const rows = `e${embed.alias}`;
  if (embed.isSpread) {
    return outputsOf(embed).map(({ name, aggregate }) => ({
      ...plainOutput(identifier(rows, name), name),
      aggregate: isSpreadRow(embed) ? aggregate : undefined,
    }));
  }
  if (isShownNowhere(embed)) return [];
  const value = isSingle(embed)
    ? sql`row_to_json(${identifier(rows)}.*)`
    : sql`coalesce(${identifier(rows, "rows")}, '[]')`;
  return [{ value, name: embed.name, isNamed: false, isJson: true, aggregate: undefined }];
}

/** Selecting all columns means those that the table has when the statement runs. */
function starred(node: ReadNode, outputs: Output[]): Output[] {
  if (!node.select.some(({ field, aggregate }) => !field && !aggregate)) return outputs;
  const own = node.select.flatMap((item) => {
    if (item.field || item.aggregate) return selectOutputs(node, item);
    return [plainOutput(sql`${identifier(node.alias)}.*`, "*")];
  });
  return [...own, ...node.embeds.flatMap(embedOutputs)];
}

function columnSql(output: Output, isGrouped: boolean): Sql {
  const { value, name, isNamed, isJson, aggregate } = output;
  if (!isGrouped || !aggregate) {
    // Rows can be grouped by `jsonb`, by `json` they cannot.
    const grouped = isJson && isGrouped ? sql`(${value})::jsonb` : value;
    return isNamed ? grouped : sql`${grouped} as ${identifier(name)}`;
  }
  const whole = casted(sql`${trusted(aggregate.function)}(${value})`, aggregate.cast);
  return sql`${whole} as ${identifier(name)}`;
}

function embedJoin(embed: ReadNode): Sql {
  const rows = identifier(`e${embed.alias}`);
  const how = trusted(embed.isInner ? "inner" : "left");
  const inner = readSql(embed);
  if (isSingle(embed)) return sql` ${how} join lateral (${inner}) as ${rows} on true`;
  const collected = embed.isSpread
    ? outputsOf(embed).map(({ name }) => {
        const column = identifier(name);
        return sql`coalesce(json_agg("r".${column}), '[]') as ${column}`;
      })
    : [sql`json_agg("r".*) as "rows"`];
  const list = join([...collected, sql`count(*) as "~count"`], ", ");
  const on = embed.isInner ? sql`${rows}."~count" > 0` : sql`true`;
  return sql` ${how} join lateral (select ${list} from (${inner}) as "r") as ${rows} on ${on}`;
}

function embedIsNull(embed: ReadNode): Sql {
  const rows = identifier(`e${embed.alias}`);
  return isSingle(embed) ? sql`${rows} is not distinct from null` : sql`${rows}."~count" = 0`;
}

function groupSql(outputs: Output[]): Sql {
  const places = outputs.flatMap(({ aggregate }, at) => (aggregate ? [] : [at + 1]));
  return places.length === 0 ? EMPTY : trusted(` group by ${places.join(", ")}`);
}

function orderSql(node: ReadNode): Sql {
  if (node.order.length === 0) return EMPTY;
  const terms = node.order.map((term) => orderTerm(node, term));
  return sql` order by ${join(terms, ", ")}`;
}

function orderTerm(node: ReadNode, { embed, field, direction, nulls }: PlannedOrder): Sql {
  const sorted = fieldSql(embed ? `e${embed.alias}` : node.alias, field);
  const way = `${direction ? ` ${direction}` : ""}${nulls ? ` nulls ${nulls}` : ""}`;
  return sql`${sorted}${trusted(way)}`;
}

function rangeSql({ offset, limit }: RowRange): Sql {
  const limited = limit === undefined ? EMPTY : sql` limit ${limit}`;
  return offset === 0 ? limited : sql`${limited} offset ${offset}`;
}

function casted(value: Sql, type: string | undefined): Sql {
  return type === undefined ? value : sql`cast(${value} as ${trusted(type)})`;
}

function plainOutput(value: Sql, name: string): Output {
  return { value, name, isNamed: true, isJson: false, aggregate: undefined };
}

function isSingle({ relationship }: ReadNode): boolean {
  return relationship !== undefined && isToOne(relationship);
}

function isSpreadRow(node: ReadNode): boolean {
  return node.isSpread && isSingle(node);
}

/** `clients()` is there for its filters only. */
function isShownNowhere(node: ReadNode): boolean {
  return node.select.length === 0 && node.embeds.every(isShownNowhere);
}
