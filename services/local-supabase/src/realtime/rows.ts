import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Filter, filterSql } from "./filters.ts";
import { isVisible, parseSnapshot, type Snapshot } from "./snapshot.ts";
import type { RowChange, TextRow } from "./wal.ts";

/** Whom a row is shown to: as Postgres sees a request. */
export interface Identity {
  role: string;
  claimsJson: string;
}

/** A table as the catalog describes it, under one version of its columns. */
export interface Table {
  oid: number;
  name: string;
  columns: Column[];
  key: Column[];
}

export interface Column {
  name: string;
  /** As clients are told, `int8`. */
  typeName: string;
  /** As SQL writes it, `bigint`. */
  type: string;
}

/** A row in JSON, column by column, and which of them each role may select. */
export interface JsonRow {
  values: Map<string, string>;
  selectable: Map<string, Set<string>>;
  isRlsEnabled: boolean;
}

/** A row and who sees it. */
export interface Sight {
  row: JsonRow;
  /** Low 32 bits of the id of the transaction that wrote this version. */
  xmin: number;
  /** For each identity; `null` where a policy fails. */
  seen: (boolean | null)[];
}

/** Answers about one row at one moment. Nothing of them is kept for the next change. */
export interface RowReader {
  tableOf(relation: RowChange["relation"]): Promise<Table | undefined>;
  /** Waits until new snapshots see the transaction: the WAL carries a commit before they do. */
  untilVisible(xid: number): Promise<void>;
  /** The row as it is now, and who sees it. Nothing when it is gone. */
  read(table: Table, key: (string | null)[], identities: Identity[]): Promise<Sight | undefined>;
  /** A row that exists no more, from its text. */
  decode(table: Table, row: TextRow, roles: string[]): Promise<JsonRow>;
  /** Whether the table's policies would have to be asked anew about `before`, another version of the row `now`. */
  isPolicyConcerned(table: Table, before: JsonRow, now: JsonRow): Promise<boolean>;
  /** For each filter whether the row passes. Columns that the row does not have pass nothing. */
  match(table: Table, row: TextRow, filters: Filter[]): Promise<boolean[]>;
}

const visibilityTimeoutMs = 10_000;

/** A reader on a superuser's connection, whose temporary schema it uses. */
export function createRowReader(client: pg.Client): RowReader {
  const tables = new WeakMap<RowChange["relation"], Promise<Table | undefined>>();
  let snapshot: Snapshot | undefined;

  return {
    tableOf(relation) {
      const known = tables.get(relation) ?? describeTable(client, relation);
      tables.set(relation, known);
      return known;
    },

    async untilVisible(xid) {
      const deadlineMs = performance.now() + visibilityTimeoutMs;
      while (!snapshot || !isVisible(snapshot, xid)) {
        if (performance.now() > deadlineMs) throw new Error(`transaction ${xid} stays invisible`);
        const { rows } = await client.query({
          name: "snapshot",
          text: "select pg_current_snapshot()::text as snapshot",
        });
        snapshot = parseSnapshot(rows[0].snapshot);
        if (!isVisible(snapshot, xid)) await sleep(1);
      }
    },

    async read(table, key, identities) {
      const { rows } = await client.query({
        text: readSql(table),
        values: [
          key,
          identities.map(({ role }) => role),
          identities.map(({ claimsJson }) => claimsJson),
          ...privilegeValues(table, rolesOf(identities)),
        ],
      });
      const [{ values, xmin, seen, selectable, rls }] = rows;
      if (!values) return undefined;
      const row = jsonRow(table, { values, selectable, rls, identities });
      return { row, xmin: Number(xmin), seen };
    },

    async decode(table, row, roles) {
      const identities = roles.map((role) => ({ role, claimsJson: "" }));
      const { rows } = await client.query(
        `select array[${jsonColumns(table, "r")}] as values,
            ${privilegesSql("$2", "$3", "$4")} as selectable,
            (select relrowsecurity from pg_class where oid = $4::int8::oid) as rls
          from jsonb_populate_record(null::${table.name}, $1::jsonb) r`,
        [recordJson(table, row), ...privilegeValues(table, rolesOf(identities))],
      );
      const decoded = jsonRow(table, { ...rows[0], identities });
      for (const name of decoded.values.keys()) {
        if (row[name] === undefined) decoded.values.delete(name);
      }
      return decoded;
    },

    async isPolicyConcerned(table, before, now) {
      if (!now.isRlsEnabled) return false;
      const { rows } = await client.query<{ column: string | null }>(
        `select distinct a.attname::text as column
          from pg_policy p join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
            and d.refclassid = 'pg_class'::regclass and d.refobjid = p.polrelid and d.deptype = 'n'
          left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = nullif(d.refobjsubid, 0)
          where p.polrelid = $1::int8::oid`,
        [table.oid],
      );
      // Without a column a policy reads the row as a whole.
      return rows.some(
        ({ column }) => column === null || before.values.get(column) !== now.values.get(column),
      );
    },

    async match(table, row, filters) {
      const conditions = filters.map((filter, i) => {
        const column = table.columns.find(({ name }) => name === filter.column);
        if (!column || row[column.name] === undefined) return "false";
        const operand = `r.${pg.escapeIdentifier(column.name)}`;
        return filterSql(filter, {
          operand,
          type: column.type,
          parameter: `($2::text[])[${i + 1}]`,
        });
      });
      const { rows } = await client.query<{ passed: boolean[] }>(
        `select array[${conditions.join(", ")}]::boolean[] as passed
          from jsonb_populate_record(null::${table.name}, $1::jsonb) r where $2::text[] is not null`,
        [recordJson(table, row), filters.map(({ value }) => value)],
      );
      return rows[0]?.passed ?? [];
    },
  };
}

async function describeTable(
  client: pg.Client,
  relation: RowChange["relation"],
): Promise<Table | undefined> {
  const { rows } = await client.query(
    `select c.oid::int8 as oid, format('%I.%I', n.nspname, c.relname) as name,
        a.attname::text as column, t.typname::text as "typeName", a.atttypid::regtype::text as type,
        a.attnum = any(i.indkey) as "isKey"
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
      left join pg_index i on i.indrelid = c.oid and i.indisprimary
      where c.oid = $1::int8::oid order by a.attnum`,
    [relation.relationOid >>> 0],
  );
  if (rows.length === 0) return undefined;
  const columns = rows.map(({ column, typeName, type }) => ({ name: column, typeName, type }));
  const key = columns.filter((_, i) => rows[i].isKey);
  const table = { oid: Number(rows[0].oid), name: rows[0].name, columns, key };
  if (key.length > 0) await client.query(visibilityFunction(table));
  return table;
}

/**
 * One call asks as every identity in turn: separate statements, because policies that read the claims within a
 * sub-select are evaluated once per statement. As the function is `stable` all of them see the caller's snapshot.
 */
function visibilityFunction(table: Table): string {
  return `create or replace function ${functionName(table)}(key text[], roles text[], claims text[])
    returns boolean[] language plpgsql stable as $visible$
    declare
      seen boolean[] := '{}';
    begin
      for i in 1 .. cardinality(claims) loop
        begin
          perform set_config('role', roles[i], true), set_config('request.jwt.claims', claims[i], true);
          perform 1 from ${table.name} t where ${keyCondition(table, "key")};
          seen[i] := found;
        exception when others then
          seen[i] := null;
        end;
      end loop;
      perform set_config('role', 'none', true);
      return seen;
    end $visible$`;
}

function readSql(table: Table): string {
  return `select case when t.ctid is not null then array[${jsonColumns(table, "t")}] end as values,
      case when t.ctid is not null then ${functionName(table)}($1, $2, $3) end as seen,
      t.xmin::text::int8 as xmin,
      ${privilegesSql("$4", "$5", "$6")} as selectable,
      (select relrowsecurity from pg_class where oid = $6::int8::oid) as rls
    from (select) one left join ${table.name} t on ${keyCondition(table, "($1::text[])")}`;
}

function functionName({ oid }: Table): string {
  return `pg_temp.realtime_visible_${oid}`;
}

function keyCondition(table: Table, key: string): string {
  return table.key
    .map(({ name, type }, i) => `t.${pg.escapeIdentifier(name)} = ${key}[${i + 1}]::${type}`)
    .join(" and ");
}

function jsonColumns(table: Table, alias: string): string {
  return table.columns
    .map(({ name }) => `to_jsonb(${alias}.${pg.escapeIdentifier(name)})::text`)
    .join(", ");
}

/** An array with an answer for each role and column, role by role. */
function privilegesSql(roles: string, columns: string, oid: string): string {
  return `array(select case when to_regrole(quote_ident(r.name)) is null then false
      else has_column_privilege(r.name, ${oid}::int8::oid, c.name, 'select') end
    from unnest(${roles}::text[]) with ordinality r(name, n), unnest(${columns}::text[]) with ordinality c(name, n)
    order by r.n, c.n)`;
}

function privilegeValues(table: Table, roles: string[]): unknown[] {
  return [roles, table.columns.map(({ name }) => name), table.oid];
}

function rolesOf(identities: Identity[]): string[] {
  return [...new Set(identities.map(({ role }) => role))];
}

function jsonRow(
  table: Table,
  answer: {
    values: (string | null)[];
    selectable: boolean[];
    rls: boolean;
    identities: Identity[];
  },
): JsonRow {
  const names = table.columns.map(({ name }) => name);
  const roles = rolesOf(answer.identities);
  return {
    values: new Map(names.map((name, i) => [name, answer.values[i] ?? "null"])),
    selectable: new Map(
      roles.map((role, r) => [
        role,
        new Set(names.filter((_, i) => answer.selectable[r * names.length + i])),
      ]),
    ),
    isRlsEnabled: answer.rls,
  };
}

/** The row as JSON for `jsonb_populate_record`, which reads texts by each type's own input function. */
function recordJson(table: Table, row: TextRow): string {
  const members = table.columns.flatMap(({ name, typeName }) => {
    const text = row[name];
    if (text === undefined || text === null) return [];
    const isJson = typeName === "json" || typeName === "jsonb";
    return [`${JSON.stringify(name)}:${isJson ? text : JSON.stringify(text)}`];
  });
  return `{${members.join(",")}}`;
}
