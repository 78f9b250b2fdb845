import type pg from "pg";
import { type Channels, channelKey } from "./channels.ts";
import {
  encodeShared,
  encodeUserBroadcast,
  type UserBroadcast,
  type Vsn,
  type WireFrame,
} from "./codec.ts";
import { RealtimeError } from "./errors.ts";

/** A message that was sent before a client joined. */
export interface StoredMessage {
  id: string;
  encode: Encode;
}

type Encode = (vsn: Vsn, wireTopic: string) => WireFrame | undefined;

/** A row of `realtime.messages` in Postgres's text format, as it stands in the WAL. */
type MessageRow = Record<string, string | null | undefined>;

/** Passes a row that was inserted into `realtime.messages` on to the members of its channel. */
export function broadcastRow(channels: Channels, row: MessageRow): void {
  const { id, topic, event, payload, binary_payload: bytes, extension } = row;
  if (!id || !topic || !event || extension !== "broadcast") return;
  if (!payload && !bytes) return;
  const encode = payload
    ? jsonOf(event, withId(payload, id), { id })
    : bytesOf(event, Buffer.from(bytes?.slice("\\x".length) ?? "", "hex"), { id });
  channels.send(
    channelKey(topic, row["private"] === "t"),
    encode,
    (member) => member.readsBroadcasts && !member.replayedIds.has(id),
  );
}

interface StoredRow {
  id: string;
  event: string;
  payload: string | null;
  bytes: Buffer | null;
}

/**
 * The latest messages on a private channel since a moment, oldest first.
 * @throws {RealtimeError}
 */
export async function replayMessages(
  pool: pg.Pool,
  channel: string,
  { sinceMs, limit }: { sinceMs: number; limit: number },
): Promise<StoredMessage[]> {
  try {
    const { rows } = await pool.query<StoredRow>(
      `select id, event, payload::text, binary_payload as bytes from realtime.messages
        where topic = $1 and private and extension = 'broadcast' and event is not null
          and inserted_at >= to_timestamp($2::float8 / 1000) at time zone 'utc'
        order by inserted_at desc limit $3`,
      [channel, sinceMs, limit],
    );
    return rows.reverse().map(({ id, event, payload, bytes }) => {
      const meta = { replayed: true, id };
      const isBinary = payload === null && bytes !== null;
      return {
        id,
        encode: isBinary ? bytesOf(event, bytes, meta) : jsonOf(event, payload ?? "null", meta),
      };
    });
  } catch (cause) {
    const text = "Realtime was unable to replay messages";
    throw new RealtimeError("UnableToReplayMessages", text, { cause });
  }
}

function jsonOf(event: string, payloadJson: string, meta: object): Encode {
  const name = JSON.stringify(event);
  const message = `{"type":"broadcast","event":${name},"payload":${payloadJson},"meta":${JSON.stringify(meta)}}`;
  return (vsn, wireTopic) => encodeShared(vsn, wireTopic, "broadcast", message);
}

function bytesOf(event: string, body: Buffer, meta: object): Encode {
  const broadcast: UserBroadcast = { event, encoding: "binary", body, meta };
  return (vsn, wireTopic) => encodeUserBroadcast(vsn, wireTopic, broadcast);
}

/** Rows that did not come through `realtime.send` may lack the id that clients look for within the payload. */
function withId(payloadJson: string, id: string): string {
  // `jsonb` writes its shortest keys first.
  if (payloadJson.startsWith('{"id":')) return payloadJson;
  if (!payloadJson.startsWith("{") || "id" in JSON.parse(payloadJson)) return payloadJson;
  const rest = payloadJson.slice(1);
  return `{"id":${JSON.stringify(id)}${rest.trim() === "}" ? "" : ","}${rest}`;
}
