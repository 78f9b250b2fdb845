import pg from "pg";
import type { Claims } from "../context.ts";
import { RealtimeError } from "./errors.ts";
import { type Filter, FilterError, filterSql, parseFilters } from "./filters.ts";

/** What one binding of a channel wants to hear about. */
export interface ChangeWish {
  event: "*" | "INSERT" | "UPDATE" | "DELETE";
  schema: string;
  /** `*` for every table. */
  table: string;
  filters: Filter[];
  /** Beside the primary key; all columns when missing. */
  select: string[] | undefined;
}

const maxInValues = 100;
const events = new Set(["INSERT", "UPDATE", "DELETE"]);

/**
 * Reads a binding of a join.
 * @throws {RealtimeError} with Supabase's text
 */
export function parseBinding(params: Record<string, unknown>): ChangeWish {
  const { event, schema, table, filter } = params;
  const verb = typeof event === "string" ? event.toUpperCase() : "*";
  const select = parseSelect(params["select"]);
  const isText = (value: unknown): value is string | undefined =>
    value === undefined || value === null || typeof value === "string";
  const isNamed = typeof schema === "string" || typeof table === "string";
  if (!isNamed || !isText(schema) || !isText(table) || !isText(filter)) {
    throw refused(
      "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to",
    );
  }
  const wish: ChangeWish = {
    event: events.has(verb) ? (verb as ChangeWish["event"]) : "*",
    schema: schema ?? "public",
    table: table ?? "*",
    filters: parseFilterText(filter ?? ""),
    select,
  };
  if (select && (wish.schema === "*" || wish.table === "*")) {
    throw refused(
      "Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.",
    );
  }
  return wish;
}

/**
 * Asks the catalog whether the role of `claims` can be served: tables in the publication, columns it may select,
 * filters that its columns' types have operators for.
 * @throws {RealtimeError} with Supabase's text
 */
export async function checkWish(pool: pg.Pool, wish: ChangeWish, { role }: Claims): Promise<void> {
  try {
    const tables = await tablesFor(pool, wish, role);
    if (tables.size === 0) {
      throw refused(
        `Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: [${describe(wish)}]`,
      );
    }
    for (const typeOf of tables.values()) {
      await probe(pool, wish.filters, typeOf);
      const unknown = wish.select?.find((column) => !typeOf.has(column));
      if (unknown !== undefined) throw new FilterError(`invalid column for select ${unknown}`);
    }
  } catch (error) {
    if (!(error instanceof FilterError) && !(error instanceof pg.DatabaseError)) throw error;
    throw refused(
      `Unable to subscribe to changes with given parameters. An exception happened so please check your connect parameters: [${describe(wish)}]. Exception: ${error.message}`,
    );
  }
}

/** The tables that a wish means, each with the types of the columns that the role may select. */
async function tablesFor(
  pool: pg.Pool,
  { schema, table }: ChangeWish,
  role: string,
): Promise<Map<string, Map<string | null, string>>> {
  const { rows } = await pool.query<{ table: string; column: string | null; type: string }>(
    `select p.schemaname || '.' || p.tablename as "table", a.attname::text as "column",
        a.atttypid::regtype::text as type
      from pg_publication_tables p
      join pg_class c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
      left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and has_column_privilege($3, c.oid, a.attnum, 'select')
      where p.pubname = 'supabase_realtime'
        and exists (select from pg_roles r where r.rolname = $3 and pg_has_role('authenticator', r.oid, 'member'))
        and ($1 = '*' or p.schemaname = $1) and ($2 = '*' or p.tablename = $2)`,
    [schema, table, role],
  );
  const byTable = Map.groupBy(rows, (row) => row.table);
  return new Map(
    [...byTable].map(([name, columns]) => [
      name,
      new Map(columns.map(({ column, type }) => [column, type])),
    ]),
  );
}

/** Evaluates each condition once, on its own value, so that it cannot fail first on somebody's row. */
async function probe(
  pool: pg.Pool,
  filters: Filter[],
  typeOf: Map<string | null, string>,
): Promise<void> {
  if (filters.length === 0) return;
  const probes = filters.map((filter, at) => {
    const type = typeOf.get(filter.column);
    if (type === undefined) throw new FilterError(`invalid column for filter ${filter.column}`);
    const parameter = `$${at + 1}`;
    const isValue = filter.operator !== "in" && filter.operator !== "is";
    const operand = `${isValue ? parameter : "null"}::${type}`;
    return {
      condition: filterSql(filter, { operand, type, parameter }),
      values: filter.operator === "in" ? `cardinality(${parameter}::${type}[])` : "0",
    };
  });
  const { rows } = await pool.query(
    `select array[${probes.map(({ condition }) => condition)}], greatest(${probes.map(({ values }) => values)}) as values`,
    filters.map(({ value }) => value),
  );
  if (rows[0].values > maxInValues) {
    throw new FilterError(`too many values for \`in\` filter. Maximum ${maxInValues}`);
  }
}

function parseFilterText(text: string): Filter[] {
  try {
    return parseFilters(text);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw refused(`Error parsing \`filter\` params: ${error.message}`);
  }
}

function parseSelect(value: unknown): string[] | undefined {
  if (typeof value === "string") {
    throw refused(
      'Error parsing `select` params: expected a list of column name strings, e.g. select: ["col1", "col2"]',
    );
  }
  if (!Array.isArray(value)) return undefined;
  const columns = value.filter((column) => typeof column === "string");
  return columns.length > 0 ? columns : undefined;
}

function describe({ event, schema, table, filters, select }: ChangeWish): string {
  const list = filters.map(
    ({ column, operator, value, isNegated }) =>
      `{"${column}", "${operator}", "${value}", ${isNegated}}`,
  );
  const columns = select ? JSON.stringify(select) : "nil";
  return `event: ${event}, schema: ${schema}, table: ${table}, filters: [${list.join(", ")}], select: ${columns}`;
}

function refused(message: string): RealtimeError {
  return new RealtimeError("RealtimeDisabledForConfiguration", message);
}
