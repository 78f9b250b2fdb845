import { randomBytes } from "node:crypto";
import type pg from "pg";
import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from "pg-logical-replication";

/** One change of one row. Values are in Postgres's text format; an unchanged value stored out of line is missing. */
export interface RowChange {
  type: "INSERT" | "UPDATE" | "DELETE";
  relation: Pgoutput.MessageRelation;
  /** Low 32 bits of the transaction's id. */
  xid: number;
  committedAtMs: number;
  row: TextRow | undefined;
  /** The replica identity, or with `replica identity full` the whole row before. Nothing when it did not change. */
  old: TextRow | undefined;
}

/** Values in Postgres's text format. */
export type TextRow = Record<string, string | null | undefined>;

interface WalOptions {
  databaseUrl: string;
  publication: string;
  /** The next change waits for its end. What it throws ends the stream. */
  onChange: (change: RowChange) => Promise<void> | void;
  /** Every commit from here on comes through. */
  onReady: () => void;
}

/**
 * Streams committed changes of a publication until `signal` aborts, which it answers by returning, or the stream
 * breaks, which it throws. The slot is temporary: nothing is kept back for a stream that is gone, so what
 * happens between two streams is lost to them.
 */
export async function streamWal(options: WalOptions, signal: AbortSignal): Promise<void> {
  const service = new LogicalReplicationService(
    { connectionString: options.databaseUrl, application_name: "local-supabase realtime" },
    { acknowledge: { auto: false, timeoutSeconds: 5 }, flowControl: { enabled: true } },
  );
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  service.on("error", (error: Error) => broken.reject(error));
  service.on("start", () => options.onReady());
  service.on("heartbeat", (lsn: string, _timestamp: number, shouldRespond: boolean) => {
    if (shouldRespond) void service.acknowledge(lsn);
  });
  let transaction = { xid: 0, committedAtMs: 0 };
  const onMessage = (message: Pgoutput.Message): Promise<void> | void => {
    if (message.tag === "begin") {
      const committedAtMs = Number((message.commitTime as bigint) / 1000n);
      transaction = { xid: message.xid >>> 0, committedAtMs };
      return;
    }
    const change = changeOf(message);
    if (change) return options.onChange({ ...change, ...transaction });
  };
  // biome-ignore lint/nursery/noMisusedPromises: with flow control the service waits for it
  service.on("data", async (_lsn: string, message: Pgoutput.Message) => onMessage(message));
  const abort = (): void => broken.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    signal.throwIfAborted();
    const plugin = new TemporarySlotPlugin(options.publication);
    const subscribed = service.subscribe(plugin, `realtime_${randomBytes(8).toString("hex")}`);
    await Promise.race([subscribed, broken.promise]);
    throw new Error("the stream of changes ended");
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", abort);
    service.on("error", () => {});
    await service.stop().catch(() => {});
  }
}

/** pgoutput over a slot that lives as long as its connection, with values left as text. */
class TemporarySlotPlugin extends PgoutputPlugin {
  constructor(publication: string) {
    super({ protoVersion: 1, publicationNames: [publication] });
  }

  override async start(client: pg.Client, slot: string, lsn: string): Promise<unknown> {
    await client.query(
      `CREATE_REPLICATION_SLOT "${slot}" TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`,
    );
    return super.start(client, slot, lsn);
  }

  override parse(buffer: Buffer): Pgoutput.Message {
    const message = super.parse(buffer);
    if (message.tag === "relation") {
      for (const column of message.columns) column.parser = (text) => text;
    }
    return message;
  }
}

function changeOf(message: Pgoutput.Message): Omit<RowChange, "xid" | "committedAtMs"> | undefined {
  switch (message.tag) {
    case "insert":
      return { type: "INSERT", relation: message.relation, row: message.new, old: undefined };
    case "update": {
      const old = message.old ?? message.key ?? undefined;
      return { type: "UPDATE", relation: message.relation, row: message.new, old };
    }
    case "delete": {
      const old = message.old ?? message.key ?? undefined;
      return { type: "DELETE", relation: message.relation, row: undefined, old };
    }
    default:
      return undefined;
  }
}
