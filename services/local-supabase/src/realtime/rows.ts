import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Filter, filterSql } from "./filters.ts";
import {
  jsonColumns,
  privilegesSql,
  privilegeValues,
  recordsJson,
  recordsSql,
  seeSql,
  type Table,
  visibilityFunction,
} from "./row-sql.ts";
import { isInSnapshot, parseSnapshot, type Snapshot } from "./snapshot.ts";
import type { RowChange, TextRow } from "./wal.ts";

/** Whom a row is shown to: as Postgres sees a request. */
export interface Identity {
  role: string;
  claimsJson: string;
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
  /**
   * For each row and filter whether it passes. Columns that a row does not have pass nothing, nor does a filter that
   * fails or takes too long on somebody's row: it is not asked again.
   */
  match(table: Table, rows: TextRow[], filters: Filter[]): Promise<boolean[][]>;
}

const visibilityTimeoutMs = 10_000;
/** Of all filters together. An expression may be written to take forever. */
const matchTimeoutMs = 1000;

/** A reader on a superuser's connection, whose temporary schema it uses. */
export function createRowReader(client: pg.Client): RowReader {
  const tables = new WeakMap<RowChange["relation"], Promise<Table | undefined>>();
  const failing = new Set<string>();
  let snapshot: Snapshot | undefined;

  async function matchAll(table: Table, texts: TextRow[], filters: Filter[]): Promise<boolean[][]> {
    const conditions = filters.map((filter, i) => {
      const column = table.columns.find(({ name }) => name === filter.column);
      if (!column || failing.has(JSON.stringify(filter))) return "false";
      const operand = `r.${pg.escapeIdentifier(column.name)}`;
      const parameter = `($2::text[])[${i + 1}]`;
      return filterSql(filter, { operand, type: column.type, parameter });
    });
    const { rows } = await client.query<{ passed: boolean[] }>(
      `select array[${conditions.join(", ")}]::boolean[] as passed ${recordsSql(table)}
        where $2::text[] is not null order by e.n`,
      [recordsJson(table, texts), filters.map(({ value }) => value)],
    );
    return rows.map(({ passed }) => passed);
  }

  /** Finds the filters that fail, each by itself. */
  async function rememberFailing(table: Table, texts: TextRow[], filters: Filter[]): Promise<void> {
    for (const filter of filters) {
      await matchAll(table, texts, [filter]).catch((error) => {
        if (!isOfTheFilter(error)) throw error;
        failing.add(JSON.stringify(filter));
      });
    }
  }

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
      const isBounded = filters.some(({ operator }) => operator.endsWith("match"));
      if (isBounded) await client.query(`set statement_timeout = ${matchTimeoutMs}`);
      try {
        const passed = await matchAll(table, texts, filters).catch(async (error) => {
          if (!isOfTheFilter(error)) throw error;
          await rememberFailing(table, texts, filters);
          return matchAll(table, texts, filters);
        });
        return passed.map((row, n) =>
          row.map((isPassed, i) => isPassed && texts[n]?.[filters[i]?.column ?? ""] !== undefined),
        );
      } finally {
        if (isBounded) await client.query("reset statement_timeout");
      }
    },
  };
}

/** Of the database, but neither a lost connection nor a shutdown. */
function isOfTheFilter(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !error.code?.startsWith("57P");
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
