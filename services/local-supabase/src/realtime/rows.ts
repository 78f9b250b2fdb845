import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Filter, filterSql } from "./filters.ts";
import { isInSnapshot, parseSnapshot, type Snapshot } from "./snapshot.ts";
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

/** A row, each value in JSON. */
export type JsonRow = Map<string, string>;

/** Which rows of a batch an identity is to be asked about, by number from 0. */
export interface Question {
  identity: Identity;
  rows: number[];
}

/** What there is to see of a batch of rows, all of it at one moment. */
export interface Sight {
  /** The rows as they are now, and low 32 bits of the id of the transaction that made them so; nothing when gone. */
  rows: ({ values: JsonRow; xmin: number } | undefined)[];
  /** For each question the rows that its identity sees, and those where a policy failed. */
  answers: { seen: Set<number>; failed: Set<number> }[];
  privileges: Privileges;
}

export interface Privileges {
  /** Columns that each role may select. */
  selectable: Map<string, Set<string>>;
  isRlsEnabled: boolean;
}

/** Answers about rows at one moment. Nothing of them is kept for the next change. */
export interface RowReader {
  tableOf(relation: RowChange["relation"]): Promise<Table | undefined>;
  /** Waits until new snapshots see the transaction: the WAL carries a commit before they do. */
  untilVisible(xid: number): Promise<void>;
  /** `keys` holds the primary keys of a batch of rows. */
  see(table: Table, keys: (string | null)[][], questions: Question[]): Promise<Sight>;
  privileges(table: Table, roles: string[]): Promise<Privileges>;
  /** Rows in JSON from their text. */
  decode(table: Table, rows: TextRow[]): Promise<JsonRow[]>;
  /** Columns that policies of the table look at. */
  policyColumns(table: Table): Promise<string[]>;
  /** For each row and filter whether it passes. Columns that a row does not have pass nothing. */
  match(table: Table, rows: TextRow[], filters: Filter[]): Promise<boolean[][]>;
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
      while (!snapshot || !isInSnapshot(snapshot, xid)) {
        if (performance.now() > deadlineMs) throw new Error(`transaction ${xid} stays invisible`);
        const { rows } = await client.query({
          name: "snapshot",
          text: "select pg_current_snapshot()::text as snapshot",
        });
        snapshot = parseSnapshot(rows[0].snapshot);
        if (!isInSnapshot(snapshot, xid)) await sleep(1);
      }
    },

    async see(table, keys, questions) {
      const { rows } = await client.query(seeSql(table), [
        keys.flat(),
        keys.length,
        questions.map(({ identity }) => identity.role),
        questions.map(({ identity }) => identity.claimsJson),
        questions.map((question) => `{${question.rows.map((row) => row + 1)}}`),
        ...privilegeValues(table, rolesOf(questions)),
      ]);
      const [{ seen, selectable, rls }] = rows;
      return {
        rows: rows.map(({ values, xmin }) => {
          return values && { values: jsonRow(table, values), xmin: Number(xmin) };
        }),
        answers: seen.map(parseAnswer),
        privileges: privilegesOf(table, rolesOf(questions), selectable, rls),
      };
    },

    async privileges(table, roles) {
      const { rows } = await client.query(
        `select ${privilegesSql("$1", "$2", "$3")}`,
        privilegeValues(table, roles),
      );
      return privilegesOf(table, roles, rows[0].selectable, rows[0].rls);
    },

    async decode(table, texts) {
      const { rows } = await client.query(
        `select array[${jsonColumns(table, "r")}] as values ${recordsSql(table)} order by e.n`,
        [recordsJson(table, texts)],
      );
      return rows.map(({ values }, i) => {
        const row = jsonRow(table, values);
        for (const name of row.keys()) if (texts[i]?.[name] === undefined) row.delete(name);
        return row;
      });
    },

    async policyColumns(table) {
      const { rows } = await client.query<{ column: string | null }>(
        `select distinct a.attname::text as column
          from pg_policy p join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
            and d.refclassid = 'pg_class'::regclass and d.refobjid = p.polrelid and d.deptype = 'n'
          left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = nullif(d.refobjsubid, 0)
          where p.polrelid = $1::int8::oid`,
        [table.oid],
      );
      // Without a column a policy reads the row as a whole.
      return rows.flatMap(({ column }) => column ?? table.columns.map(({ name }) => name));
    },

    async match(table, texts, filters) {
      const conditions = filters.map((filter, i) => {
        const column = table.columns.find(({ name }) => name === filter.column);
        if (!column) return "false";
        const operand = `r.${pg.escapeIdentifier(column.name)}`;
        const parameter = `($2::text[])[${i + 1}]`;
        return filterSql(filter, { operand, type: column.type, parameter });
      });
      const { rows } = await client.query<{ passed: boolean[] }>(
        `select array[${conditions.join(", ")}]::boolean[] as passed ${recordsSql(table)}
          where $2::text[] is not null order by e.n`,
        [recordsJson(table, texts), filters.map(({ value }) => value)],
      );
      return rows.map(({ passed }, row) =>
        passed.map(
          (isPassed, i) => isPassed && texts[row]?.[filters[i]?.column ?? ""] !== undefined,
        ),
      );
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
 * sub-select are evaluated once per statement. As the function is `stable` all of them see the caller's snapshot. Each
 * answer is an array of row numbers, negative where a policy failed. A row is looked up in a sub-select that cannot become
 * a join: joined, the policy would be asked about every row of the table.
 */
function visibilityFunction(table: Table): string {
  const isVisible = (n: string): string =>
    `(select true from ${table.name} t where ${keyCondition(table, "keys", n)})`;
  return `create or replace function ${functionName(table)}(keys text[], roles text[], claims text[], wanted text[])
    returns text[] language plpgsql stable as $visible$
    #variable_conflict use_variable
    declare
      answers text[] := '{}';
      asked int[];
      answer int[];
      present_role text;
      is_role boolean;
      n int;
    begin
      for i in 1 .. cardinality(claims) loop
        if roles[i] is distinct from present_role then
          present_role := roles[i];
          begin
            perform set_config('role', present_role, true);
            is_role := true;
          exception when others then
            is_role := false;
          end;
        end if;
        answers[i] := '{}';
        continue when not is_role;
        begin
          perform set_config('request.jwt.claims', claims[i], true);
          asked := wanted[i];
          if cardinality(asked) > 1 then
            answers[i] := array(select r.n from unnest(asked) r(n) where ${isVisible("r.n")});
          elsif ${isVisible("asked[1]")} then
            answers[i] := asked;
          end if;
        exception when others then
          perform set_config('request.jwt.claims', claims[i], true);
          answer := '{}';
          foreach n in array asked loop
            begin
              if ${isVisible("n")} then
                answer := answer || n;
              end if;
            exception when others then
              answer := answer || -n;
            end;
          end loop;
          answers[i] := answer;
        end;
      end loop;
      perform set_config('role', 'none', true);
      return answers;
    end $visible$`;
}

function seeSql(table: Table): string {
  return `select case when t.ctid is not null then array[${jsonColumns(table, "t")}] end as values,
      t.xmin::text::int8 as xmin,
      case when g.n = 1 then ${functionName(table)}($1, $3, $4, $5) end as seen,
      p.*
    from generate_series(1, $2::int) g(n)
    left join ${table.name} t on ${keyCondition(table, "($1::text[])", "g.n")}
    left join (select ${privilegesSql("$6", "$7", "$8")}) p on g.n = 1
    order by g.n`;
}

function functionName({ oid }: Table): string {
  return `pg_temp.realtime_visible_${oid}`;
}

function keyCondition(table: Table, keys: string, n: string): string {
  const { length } = table.key;
  return table.key
    .map(({ name, type }, i) => {
      const key = `${keys}[(${n} - 1) * ${length} + ${i + 1}]::${type}`;
      return `t.${pg.escapeIdentifier(name)} = ${key}`;
    })
    .join(" and ");
}

function jsonColumns(table: Table, alias: string): string {
  return table.columns
    .map(({ name }) => `to_jsonb(${alias}.${pg.escapeIdentifier(name)})::text`)
    .join(", ");
}

/** Rows from `$1`, as records of the table's type. */
function recordsSql(table: Table): string {
  return `from jsonb_array_elements($1::jsonb) with ordinality e(record, n),
    lateral jsonb_populate_record(null::${table.name}, e.record) r`;
}

/** `selectable` has an answer for each role and column, role by role. */
function privilegesSql(roles: string, columns: string, oid: string): string {
  return `array(select case when to_regrole(quote_ident(r.name)) is null then false
        else has_column_privilege(r.name, ${oid}::int8::oid, c.name, 'select') end
      from unnest(${roles}::text[]) with ordinality r(name, n), unnest(${columns}::text[]) with ordinality c(name, n)
      order by r.n, c.n) as selectable,
    (select relrowsecurity from pg_class where oid = ${oid}::int8::oid) as rls`;
}

function privilegeValues(table: Table, roles: string[]): unknown[] {
  return [roles, table.columns.map(({ name }) => name), table.oid];
}

function privilegesOf(
  { columns }: Table,
  roles: string[],
  selectable: boolean[],
  isRlsEnabled: boolean,
): Privileges {
  const ofRole = (r: number): Set<string> => {
    const mine = columns.filter((_, i) => selectable[r * columns.length + i]);
    return new Set(mine.map(({ name }) => name));
  };
  return { selectable: new Map(roles.map((role, r) => [role, ofRole(r)])), isRlsEnabled };
}

function parseAnswer(text: string): Sight["answers"][number] {
  const numbers = text.length > 2 ? text.slice(1, -1).split(",").map(Number) : [];
  return {
    seen: new Set(numbers.filter((n) => n > 0).map((n) => n - 1)),
    failed: new Set(numbers.filter((n) => n < 0).map((n) => -n - 1)),
  };
}

function rolesOf(questions: Question[]): string[] {
  return [...new Set(questions.map(({ identity }) => identity.role))];
}

function jsonRow({ columns }: Table, values: (string | null)[]): JsonRow {
  return new Map(columns.map(({ name }, i) => [name, values[i] ?? "null"]));
}

/** Rows as JSON for `jsonb_populate_record`, which reads texts by each type's own input function. */
function recordsJson(table: Table, rows: TextRow[]): string {
  return `[${rows.map((row) => recordJson(table, row)).join(",")}]`;
}

function recordJson(table: Table, row: TextRow): string {
  const members = table.columns.flatMap(({ name, typeName }) => {
    const text = row[name];
    if (text === undefined || text === null) return [];
    const isJson = typeName === "json" || typeName === "jsonb";
    return [`${JSON.stringify(name)}:${isJson ? text : JSON.stringify(text)}`];
  });
  return `{${members.join(",")}}`;
}
