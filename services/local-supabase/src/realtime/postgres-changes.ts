import { type Log, poll } from "@portero/runtime";
import pg from "pg";
import { encodeShared, type WireFrame } from "./codec.ts";
import { createRowReader, type RowReader } from "./rows.ts";
import { type Candidate, type Subscriber, show } from "./sight.ts";
import { type RowChange, streamWal } from "./wal.ts";

/** The stream of changes to tables of the publication `supabase_realtime`. */
export interface ChangeFeed {
  /** Resolves once every later commit comes through. The stream starts with the first call. */
  ready(): Promise<void>;
  subscribe(subscriber: Subscriber): void;
  unsubscribe(subscriber: Subscriber): void;
  stop(): Promise<void>;
}

interface FeedOptions {
  databaseUrl: string;
  log: Log;
  /** The stream was broken and is whole again: what happened in between is lost. */
  onGap: () => void;
}

const backoff = { baseMs: 100, maxMs: 5000 };
const statementTimeoutMs = 10_000;
/** Changes that are decided together when they come faster than one by one. */
const maxBatch = 50;
/** Beyond them the stream waits. */
const maxQueued = 200;

/** A feed that rests until somebody subscribes. */
export function createChangeFeed({ databaseUrl, log, onGap }: FeedOptions): ChangeFeed {
  const subscribers = new Set<Subscriber>();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let streaming = Promise.withResolvers<void>();
  let isStreaming = false;
  let hasStreamed = false;

  async function streamOnce(signal: AbortSignal): Promise<void> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      statement_timeout: statementTimeoutMs,
      application_name: "local-supabase realtime",
    });
    const lost = new AbortController();
    client.on("error", (error) => lost.abort(error));
    await client.connect();
    const queue: RowChange[] = [];
    let working: Promise<void> | undefined;
    try {
      const reader = createRowReader(client);
      const onReady = (): void => {
        if (hasStreamed) onGap();
        hasStreamed = true;
        isStreaming = true;
        streaming.resolve();
      };
      const onChange = async (change: RowChange): Promise<void> => {
        if (candidatesFor(subscribers, change).length === 0) return;
        queue.push(change);
        working ??= work(reader, queue)
          .catch((error) => lost.abort(error))
          .finally(() => {
            working = undefined;
          });
        if (queue.length >= maxQueued) await working;
      };
      const publication = "supabase_realtime";
      const either = AbortSignal.any([signal, lost.signal]);
      await streamWal({ databaseUrl, publication, onChange, onReady }, either);
      lost.signal.throwIfAborted();
    } finally {
      if (isStreaming) streaming = Promise.withResolvers();
      isStreaming = false;
      queue.length = 0;
      await client.end().catch(() => {});
      await working;
    }
  }

  async function work(reader: RowReader, queue: RowChange[]): Promise<void> {
    while (queue.length > 0) {
      const batch = takeBatch(queue);
      try {
        await deliver(reader, batch);
      } catch (error) {
        // A table that was altered or dropped since cannot be asked any more; a lost connection ends the stream.
        const isOfTheTable = error instanceof pg.DatabaseError && !error.code?.startsWith("57P");
        if (!isOfTheTable) throw error;
        const table = `${batch[0].relation.schema}.${batch[0].relation.name}`;
        log.warn({ table, err: error }, "changes could not be shown to anyone");
      }
    }
  }

  async function deliver(reader: RowReader, batch: Batch): Promise<void> {
    for (const { xid } of batch) await reader.untilVisible(xid);
    const table = await reader.tableOf(batch[0].relation);
    if (!table) return;
    const asked = batch.map((change) => ({
      change,
      candidates: candidatesFor(subscribers, change),
    }));
    for (const shown of await show(reader, table, asked)) {
      const frames = new Map<string, WireFrame>();
      for (const { subscriber, dataJson, ids } of shown) {
        if (!subscribers.has(subscriber)) continue;
        const payload = `{"ids":[${ids.join(",")}],"data":${dataJson}}`;
        const key = `${subscriber.vsn} ${subscriber.topic} ${payload}`;
        const frame =
          frames.get(key) ??
          encodeShared(subscriber.vsn, subscriber.topic, "postgres_changes", payload);
        frames.set(key, frame);
        subscriber.deliver(frame);
      }
    }
  }

  return {
    ready() {
      running ??= poll(streamOnce, {
        everyMs: 0,
        backoff,
        signal: stopping.signal,
        onFailure: (err) => log.warn({ err }, "the stream of changes broke"),
      });
      return streaming.promise;
    },
    subscribe: (subscriber) => void subscribers.add(subscriber),
    unsubscribe: (subscriber) => void subscribers.delete(subscriber),
    async stop() {
      stopping.abort();
      streaming.resolve();
      await running;
    },
  };
}

type Batch = [RowChange, ...RowChange[]];

/** Takes the changes from the front that can be decided together: of one table, all of rows that exist or none. */
function takeBatch(queue: RowChange[]): Batch {
  const [first, ...rest] = queue as Batch;
  const isDelete = first.type === "DELETE";
  const isOther = ({ relation, type }: RowChange): boolean =>
    relation !== first.relation || (type === "DELETE") !== isDelete;
  const end = rest.findIndex(isOther);
  const length = Math.min(end < 0 ? queue.length : end + 1, maxBatch);
  return queue.splice(0, length) as Batch;
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
