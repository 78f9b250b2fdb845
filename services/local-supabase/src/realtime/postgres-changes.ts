import { type Log, poll } from "@portero/runtime";
import pg from "pg";
import type { ChangeWish } from "./bindings.ts";
import { encodeShared, type Vsn, type WireFrame } from "./codec.ts";
import type { Filter } from "./filters.ts";
import {
  createRowReader,
  type Identity,
  type JsonRow,
  type RowReader,
  type Sight,
  type Table,
} from "./rows.ts";
import { type RowChange, streamWal } from "./wal.ts";

/** A channel that hears about changes. */
export interface Subscriber {
  /** As on the wire. */
  topic: string;
  vsn: Vsn;
  /** Replaced when the token is. */
  identity: Identity;
  wishes: { id: number; wish: ChangeWish }[];
  deliver(frame: WireFrame): void;
}

/** The stream of changes to tables of the publication `supabase_realtime`. */
export interface ChangeFeed {
  /** Resolves once every later commit comes through. The stream starts with the first call. */
  ready(): Promise<void>;
  subscribe(subscriber: Subscriber): void;
  unsubscribe(subscriber: Subscriber): void;
  stats(): { subscribers: number; changes: number; deliveries: number };
  stop(): Promise<void>;
}

interface FeedOptions {
  databaseUrl: string;
  log: Log;
  /** The stream was broken and is whole again: what happened in between is lost. */
  onGap: () => void;
}

/** A subscriber's wish that a change fits so far. */
interface Candidate {
  subscriber: Subscriber;
  /** The subscriber's when the change came. */
  identity: Identity;
  id: number;
  wish: ChangeWish;
}

const backoff = { baseMs: 100, maxMs: 5000 };
const statementTimeoutMs = 10_000;
const failedPolicy = "Error 500: Internal Server Error, RLS policy evaluation failed";

/** A feed that rests until somebody subscribes. */
export function createChangeFeed({ databaseUrl, log, onGap }: FeedOptions): ChangeFeed {
  const subscribers = new Set<Subscriber>();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let streaming = Promise.withResolvers<void>();
  let isStreaming = false;
  let hasStreamed = false;
  const counts = { changes: 0, deliveries: 0 };

  async function streamOnce(signal: AbortSignal): Promise<void> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      statement_timeout: statementTimeoutMs,
      application_name: "local-supabase realtime",
    });
    const lost = new AbortController();
    client.on("error", (error) => lost.abort(error));
    await client.connect();
    try {
      const reader = createRowReader(client);
      const onReady = (): void => {
        if (hasStreamed) onGap();
        hasStreamed = true;
        isStreaming = true;
        streaming.resolve();
      };
      const onChange = (change: RowChange) => handle(reader, change);
      const publication = "supabase_realtime";
      const either = AbortSignal.any([signal, lost.signal]);
      await streamWal({ databaseUrl, publication, onChange, onReady }, either);
      lost.signal.throwIfAborted();
    } finally {
      if (isStreaming) streaming = Promise.withResolvers();
      isStreaming = false;
      await client.end().catch(() => {});
    }
  }

  async function handle(reader: RowReader, change: RowChange): Promise<void> {
    const candidates = candidatesFor(subscribers, change);
    if (candidates.length === 0) return;
    counts.changes++;
    try {
      await deliver(reader, change, candidates);
    } catch (error) {
      // A table that was altered or dropped since cannot be asked any more; a lost connection ends the stream.
      const isOfTheTable = error instanceof pg.DatabaseError && !error.code?.startsWith("57P");
      if (!isOfTheTable) throw error;
      const table = `${change.relation.schema}.${change.relation.name}`;
      log.warn({ table, err: error }, "a change could not be shown to anyone");
    }
  }

  async function deliver(
    reader: RowReader,
    change: RowChange,
    candidates: Candidate[],
  ): Promise<void> {
    await reader.untilVisible(change.xid);
    const table = await reader.tableOf(change.relation);
    if (!table) return;
    const shown = await (change.type === "DELETE"
      ? showDelete(reader, table, change, candidates)
      : showRow(reader, table, change, candidates));
    const frames = new Map<string, WireFrame>();
    for (const { subscriber, dataJson, ids } of shown) {
      if (!subscribers.has(subscriber)) continue;
      const payload = `{"ids":[${ids.join(",")}],"data":${dataJson}}`;
      const key = `${subscriber.vsn} ${subscriber.topic} ${payload}`;
      const frame =
        frames.get(key) ??
        encodeShared(subscriber.vsn, subscriber.topic, "postgres_changes", payload);
      frames.set(key, frame);
      counts.deliveries++;
      subscriber.deliver(frame);
    }
  }

  return {
    ready() {
      running ??= poll(streamOnce, {
        everyMs: 0,
        backoff,
        signal: stopping.signal,
        onFailure: (error) => log.warn({ err: error }, "the stream of changes broke"),
      });
      return streaming.promise;
    },
    subscribe: (subscriber) => void subscribers.add(subscriber),
    unsubscribe: (subscriber) => void subscribers.delete(subscriber),
    stats: () => ({ subscribers: subscribers.size, ...counts }),
    async stop() {
      stopping.abort();
      streaming.resolve();
      await running;
    },
  };
}

function candidatesFor(
  subscribers: Iterable<Subscriber>,
  { type, relation }: RowChange,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (const subscriber of subscribers) {
    const { identity } = subscriber;
    for (const { id, wish } of subscriber.wishes) {
      const isAsked =
        (wish.event === "*" || wish.event === type) &&
        (wish.table === "*" || wish.table === relation.name) &&
        (wish.schema === "*" || wish.schema === relation.schema);
      if (isAsked) candidates.push({ subscriber, identity, id, wish });
    }
  }
  return candidates;
}

/** What one subscriber is sent; one message for all of its wishes that show the same. */
interface Shown {
  subscriber: Subscriber;
  dataJson: string;
  ids: number[];
}

/** An insert or update as each subscriber may see it. */
async function showRow(
  reader: RowReader,
  table: Table,
  change: RowChange,
  candidates: Candidate[],
): Promise<Shown[]> {
  if (table.key.length === 0) {
    const failure = failureJson(change, "Error 400: Bad Request, no primary key");
    return group(candidates, () => ({ variant: "", dataJson: () => failure }));
  }
  const row = { ...change.old, ...definedOf(change.row ?? {}) };
  const passing = await passFilters(reader, table, row, candidates);
  const identities = distinct(passing.map(({ identity }) => identity));
  if (identities.size === 0) return [];
  const key = table.key.map(({ name }) => row[name] ?? null);
  const sight = await reader.read(table, key, [...identities.values()]);
  if (!sight) return [];
  const seenBy = new Map([...identities.keys()].map((name, i) => [name, sight.seen[i]]));
  const before = change.old && (await reader.decode(table, change.old, []));
  const record = await recordOf(reader, table, change, sight);
  const oldKey = new Map(table.key.map(({ name }) => [name, record.get(name) ?? "null"]));
  const old_record = change.type === "UPDATE" ? (before?.values ?? oldKey) : undefined;
  const rows = { record, old_record };
  return group(passing, ({ identity: { role, claimsJson }, wish }) => {
    const selectable = sight.row.selectable.get(role);
    if (!table.key.every(({ name }) => selectable?.has(name))) {
      return { variant: "401", dataJson: () => failureJson(change, "Error 401: Unauthorized") };
    }
    const seen = seenBy.get(nameOf({ role, claimsJson }));
    if (seen === null) {
      return { variant: "500", dataJson: () => failureJson(change, failedPolicy) };
    }
    if (!seen) return undefined;
    const shows = columnsShown(table, wish, sight.row, role);
    const variant = `${role} ${JSON.stringify(wish.select)}`;
    return { variant, dataJson: () => dataJson(change, table, shows, rows) };
  });
}

/**
 * The values to show: those of the change, unless another has replaced them since. The policies answered for the row as
 * it is now, so where the two differ in what policies look at, only the present values may be shown.
 */
async function recordOf(
  reader: RowReader,
  table: Table,
  change: RowChange,
  sight: Sight,
): Promise<Map<string, string>> {
  const now = sight.row;
  if (sight.xmin === change.xid) return now.values;
  const then = await reader.decode(table, change.row ?? {}, []);
  // What is stored out of line and did not change is missing in the WAL.
  const values = new Map([...now.values, ...then.values]);
  return (await reader.isPolicyConcerned(table, { ...then, values }, now)) ? now.values : values;
}

/** A deletion: no policy can be asked about a row that is gone, so under policies only its key is told. */
async function showDelete(
  reader: RowReader,
  table: Table,
  change: RowChange,
  candidates: Candidate[],
): Promise<Shown[]> {
  const roles = [...new Set(candidates.map(({ identity }) => identity.role))];
  const before = await reader.decode(table, change.old ?? {}, roles);
  const isTold = (name: string): boolean =>
    !before.isRlsEnabled || table.key.some((column) => column.name === name);
  const told = Object.fromEntries(
    Object.entries(change.old ?? {}).filter(([name]) => isTold(name)),
  );
  const passing = await passFilters(reader, table, told, candidates);
  const values = new Map([...before.values].filter(([name]) => isTold(name)));
  return group(passing, ({ identity: { role }, wish }) => {
    const shows = columnsShown(table, wish, before, role);
    const variant = `${role} ${JSON.stringify(wish.select)}`;
    const rows = { record: undefined, old_record: values };
    return { variant, dataJson: () => dataJson(change, table, shows, rows) };
  });
}

async function passFilters(
  reader: RowReader,
  table: Table,
  row: RowChange["row"] & object,
  candidates: Candidate[],
): Promise<Candidate[]> {
  const filters = new Map<string, Filter>();
  for (const { wish } of candidates) {
    for (const filter of wish.filters) filters.set(JSON.stringify(filter), filter);
  }
  if (filters.size === 0) return candidates;
  const passed = await reader.match(table, row, [...filters.values()]);
  const passing = new Set([...filters.keys()].filter((_, i) => passed[i]));
  return candidates.filter(({ wish }) =>
    wish.filters.every((filter) => passing.has(JSON.stringify(filter))),
  );
}

function columnsShown(
  table: Table,
  { select }: ChangeWish,
  { selectable }: JsonRow,
  role: string,
): (name: string) => boolean {
  const mine = selectable.get(role);
  const isKey = new Set(table.key.map(({ name }) => name));
  return (name) =>
    mine?.has(name) === true && (!select || select.includes(name) || isKey.has(name));
}

function dataJson(
  change: RowChange,
  table: Table,
  shows: (name: string) => boolean,
  rows: Record<"record" | "old_record", Map<string, string> | undefined>,
): string {
  const columns = table.columns
    .filter(({ name }) => shows(name))
    .map(({ name, typeName }) => ({ name, type: typeName }));
  const members = Object.entries(rows).flatMap(([name, values]) => {
    if (!values) return [];
    const shown = [...values].filter(([column]) => shows(column));
    const cells = shown.map(([column, json]) => `${JSON.stringify(column)}:${json}`);
    return [`,"${name}":{${cells.join(",")}}`];
  });
  const head = JSON.stringify({
    ...headOf(change),
    commit_timestamp: new Date(change.committedAtMs).toISOString(),
    columns,
    errors: null,
  });
  return `${head.slice(0, -1)}${members.join("")}}`;
}

function failureJson(change: RowChange, error: string): string {
  return JSON.stringify({ ...headOf(change), errors: [error] });
}

function headOf({ relation, type }: RowChange): object {
  return { schema: relation.schema, table: relation.name, type };
}

/**
 * Writes what each candidate is sent, once for each variant, and puts together what goes to the same subscriber.
 * `show` gives nothing for those who must not see the change.
 */
function group(
  candidates: Candidate[],
  show: (candidate: Candidate) => { variant: string; dataJson: () => string } | undefined,
): Shown[] {
  const written = new Map<string, string>();
  const shown = new Map<Subscriber, Shown[]>();
  for (const candidate of candidates) {
    const what = show(candidate);
    if (!what) continue;
    const dataJson = written.get(what.variant) ?? what.dataJson();
    written.set(what.variant, dataJson);
    const { subscriber, id } = candidate;
    const messages = shown.get(subscriber) ?? [];
    shown.set(subscriber, messages);
    const same = messages.find((message) => message.dataJson === dataJson);
    if (same) same.ids.push(id);
    else messages.push({ subscriber, dataJson, ids: [id] });
  }
  return [...shown.values()].flat();
}

function distinct(identities: Identity[]): Map<string, Identity> {
  // Grouped by role: plans are made anew whenever the role changes.
  const sorted = identities.toSorted((a, b) => (a.role < b.role ? -1 : a.role > b.role ? 1 : 0));
  return new Map(sorted.map((identity) => [nameOf(identity), identity]));
}

function nameOf({ role, claimsJson }: Identity): string {
  return `${role} ${claimsJson}`;
}

function definedOf<T>(row: Record<string, T | undefined>): Record<string, T> {
  const entries = Object.entries(row).filter(
    (entry): entry is [string, T] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
