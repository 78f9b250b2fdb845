import type { ChangeWish } from "./bindings.ts";
import { changeJson, failureJson } from "./change-json.ts";
import type { Vsn, WireFrame } from "./codec.ts";
import type { Filter } from "./filters.ts";
import type { Table } from "./row-sql.ts";
import type { Identity, JsonRow, Question, RowReader, Sight } from "./rows.ts";
import type { RowChange, TextRow } from "./wal.ts";

/** A channel's wish for changes, by the number that tells its client which callback to call. */
export interface Wish {
  id: number;
  wish: ChangeWish;
}

/** A channel that hears about changes. */
export interface Subscriber {
  /** As on the wire. */
  topic: string;
  vsn: Vsn;
  identity: Identity;
  wishes: Wish[];
  deliver(frame: WireFrame): void;
}

/** A subscriber's wish that a change fits by its event and table. */
export interface Candidate extends Wish {
  subscriber: Subscriber;
  /** The subscriber's when the change was looked at. */
  identity: Identity;
}

interface Asked {
  change: RowChange;
  candidates: Candidate[];
}

/** What one subscriber is sent; one message for all of its wishes that show the same. */
export interface Shown {
  subscriber: Subscriber;
  dataJson: string;
  ids: number[];
}

const noKey = "Error 400: Bad Request, no primary key";
const noPrivilege = "Error 401: Unauthorized";
const failedPolicy = "Error 500: Internal Server Error, RLS policy evaluation failed";

/** What each subscriber may see of a batch of changes of one table, all deletions or none, change by change. */
export async function show(reader: RowReader, table: Table, batch: Asked[]): Promise<Shown[][]> {
  if (batch[0]?.change.type === "DELETE") return showDeletions(reader, table, batch);
  if (table.key.length > 0) return showRows(reader, table, batch);
  return batch.map(({ change, candidates }) =>
    group(candidates, () => ({ variant: "", dataJson: () => failureJson(change, noKey) })),
  );
}

async function showRows(reader: RowReader, table: Table, batch: Asked[]): Promise<Shown[][]> {
  // What is stored out of line and did not change is missing in the row, but not always in the old one.
  const rows = batch.map(({ change }) => ({ ...definedOf(change.old), ...definedOf(change.row) }));
  const passing = await passFilters(reader, table, rows, batch);
  const questions = questionsOf(passing);
  if (questions.size === 0) return [];
  const keys = rows.map((row) => table.key.map(({ name }) => row[name] ?? null));
  const sight = await reader.see(table, keys, [...questions.values()]);
  const numberOf = new Map([...questions.keys()].map((name, i) => [name, i]));
  const records = await recordsOf(reader, table, batch, sight);
  const before = await oldRecords(reader, table, batch, records);
  return batch.map(({ change }, n) => {
    const rows = { record: records[n], old_record: before[n] };
    if (!rows.record) return [];
    return group(passing[n] ?? [], ({ identity, wish }) => {
      const selectable = sight.privileges.selectable.get(identity.role);
      if (!table.key.every(({ name }) => selectable?.has(name))) {
        return { variant: "401", dataJson: () => failureJson(change, noPrivilege) };
      }
      const answer = sight.answers[numberOf.get(nameOf(identity)) ?? -1];
      if (answer?.failed.has(n)) {
        return { variant: "500", dataJson: () => failureJson(change, failedPolicy) };
      }
      if (!answer?.seen.has(n)) return undefined;
      const shows = columnsShown(table, wish, selectable);
      const dataJson = (): string => changeJson(change, table, shows, rows);
      return { variant: variantOf(identity, wish), dataJson };
    });
  });
}

/**
 * The values to show: those of each change, unless another has replaced them since. The policies answered for the row as
 * it is now, so where the two differ in what policies look at, only the present values may be shown.
 */
async function recordsOf(
  reader: RowReader,
  table: Table,
  batch: Asked[],
  { rows, privileges }: Sight,
): Promise<(JsonRow | undefined)[]> {
  const records = rows.map((now) => now?.values);
  const replaced = batch.flatMap(({ change }, n) => {
    const now = rows[n];
    return now && now.xmin !== change.xid
      ? [{ n, now: now.values, written: change.row ?? {} }]
      : [];
  });
  if (replaced.length === 0) return records;
  const concerned = privileges.isRlsEnabled ? await reader.policyColumns(table) : [];
  const decoded = await reader.decode(
    table,
    replaced.map(({ written }) => written),
  );
  for (const [i, { n, now }] of replaced.entries()) {
    const values = new Map([...now, ...(decoded[i] ?? [])]);
    if (concerned.every((column) => values.get(column) === now.get(column))) records[n] = values;
  }
  return records;
}

/** Replica identities before updates; they are in the WAL only where they changed or are whole rows. */
async function oldRecords(
  reader: RowReader,
  table: Table,
  batch: Asked[],
  records: (JsonRow | undefined)[],
): Promise<(JsonRow | undefined)[]> {
  const told = batch.flatMap(({ change }, n) => (change.old ? [{ n, old: change.old }] : []));
  const decoded =
    told.length > 0
      ? await reader.decode(
          table,
          told.map(({ old }) => old),
        )
      : [];
  const before = new Map(told.map(({ n }, i) => [n, decoded[i]]));
  return batch.map(({ change }, n) => {
    if (change.type !== "UPDATE") return undefined;
    const keyOf = (): JsonRow =>
      new Map(table.key.map(({ name }) => [name, records[n]?.get(name) ?? "null"]));
    return before.get(n) ?? keyOf();
  });
}

/** Deletions: no policy can be asked about a row that is gone, so under policies only its key is told. */
async function showDeletions(reader: RowReader, table: Table, batch: Asked[]): Promise<Shown[][]> {
  const everyone = batch.flatMap(({ candidates }) => candidates);
  const roles = [...new Set(everyone.map(({ identity }) => identity.role))];
  const privileges = await reader.privileges(table, roles);
  const isKey = new Set(table.key.map(({ name }) => name));
  const told = batch.map(({ change }) => {
    const cells = Object.entries(definedOf(change.old));
    return Object.fromEntries(
      cells.filter(([name]) => !privileges.isRlsEnabled || isKey.has(name)),
    );
  });
  const passing = await passFilters(reader, table, told, batch);
  const before = await reader.decode(table, told);
  return batch.map(({ change }, n) =>
    group(passing[n] ?? [], ({ identity, wish }) => {
      const shows = columnsShown(table, wish, privileges.selectable.get(identity.role));
      const rows = { record: undefined, old_record: before[n] };
      const dataJson = (): string => changeJson(change, table, shows, rows);
      return { variant: variantOf(identity, wish), dataJson };
    }),
  );
}

async function passFilters(
  reader: RowReader,
  table: Table,
  rows: TextRow[],
  batch: Asked[],
): Promise<Candidate[][]> {
  const everyone = batch.flatMap(({ candidates }) => candidates);
  const filters = new Map<string, Filter>();
  for (const { wish } of everyone) {
    for (const filter of wish.filters) filters.set(JSON.stringify(filter), filter);
  }
  if (filters.size === 0) return batch.map(({ candidates }) => candidates);
  const passed = await reader.match(table, rows, [...filters.values()]);
  return batch.map(({ candidates }, n) => {
    const passing = new Set([...filters.keys()].filter((_, i) => passed[n]?.[i]));
    return candidates.filter(({ wish }) =>
      wish.filters.every((filter) => passing.has(JSON.stringify(filter))),
    );
  });
}

/** Each identity once, with the rows that somebody asks about in its name; grouped by role, which is dear to change. */
function questionsOf(passing: Candidate[][]): Map<string, Question> {
  const questions = new Map<string, Question>();
  for (const [n, candidates] of passing.entries()) {
    for (const { identity } of candidates) {
      const name = nameOf(identity);
      const question = questions.get(name) ?? { identity, rows: [] };
      if (question.rows.at(-1) !== n) question.rows.push(n);
      questions.set(name, question);
    }
  }
  return new Map([...questions].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function columnsShown(
  table: Table,
  { select }: ChangeWish,
  selectable: Set<string> | undefined,
): (name: string) => boolean {
  const isKey = new Set(table.key.map(({ name }) => name));
  return (name) =>
    selectable?.has(name) === true && (!select || select.includes(name) || isKey.has(name));
}

interface Message {
  /** The same for candidates who are sent the same. */
  variant: string;
  dataJson: () => string;
}

/**
 * Writes what each candidate is sent, once for each variant, and puts together what goes to the same subscriber.
 * `message` gives nothing for those who must not see the change.
 */
function group(
  candidates: Candidate[],
  message: (candidate: Candidate) => Message | undefined,
): Shown[] {
  const written = new Map<string, string>();
  const shown = new Map<Subscriber, Shown[]>();
  for (const candidate of candidates) {
    const { subscriber, id } = candidate;
    const what = message(candidate);
    if (!what) continue;
    const dataJson = written.get(what.variant) ?? what.dataJson();
    written.set(what.variant, dataJson);
    const messages = shown.get(subscriber) ?? [];
    shown.set(subscriber, messages);
    const same = messages.find((other) => other.dataJson === dataJson);
    if (same) same.ids.push(id);
    else messages.push({ subscriber, dataJson, ids: [id] });
  }
  return [...shown.values()].flat();
}

function variantOf({ role }: Identity, { select }: ChangeWish): string {
  return `${role} ${JSON.stringify(select)}`;
}

function nameOf({ role, claimsJson }: Identity): string {
  return `${role} ${claimsJson}`;
}

function definedOf(row: TextRow | undefined): TextRow {
  return Object.fromEntries(Object.entries(row ?? {}).filter(([, value]) => value !== undefined));
}
