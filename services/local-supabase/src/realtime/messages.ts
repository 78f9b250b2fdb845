import type pg from "pg";
import { type Channels, channelKey } from "./channels.ts";
import { encodeShared } from "./codec.ts";
import { RealtimeError } from "./errors.ts";

/** A message that was sent before a client joined. */
export interface StoredMessage {
  id: string;
  payloadJson: string;
}

/** A row of `realtime.messages` in Postgres's text format, as it stands in the WAL. */
type MessageRow = Record<string, string | null | undefined>;

/** Passes a row that was inserted into `realtime.messages` on to the members of its channel. */
export function broadcastRow(channels: Channels, row: MessageRow): void {
  const { id, topic, event, payload, extension } = row;
  if (!id || !topic || !event || !payload || extension !== "broadcast") return;
  const message = payloadOf(event, withId(payload, id), { id });
  channels.send(
    channelKey(topic, row["private"] === "t"),
    (vsn, wireTopic) => encodeShared(vsn, wireTopic, "broadcast", message),
    (member) => member.readsBroadcasts && !member.replayedIds.has(id),
  );
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
    const { rows } = await pool.query<{ id: string; event: string; payload: string | null }>(
      `select id, event, payload::text from realtime.messages
        where topic = $1 and private and extension = 'broadcast' and event is not null
          and inserted_at >= to_timestamp($2::float8 / 1000) at time zone 'utc'
        order by inserted_at desc limit $3`,
      [channel, sinceMs, limit],
    );
    return rows.reverse().map(({ id, event, payload }) => ({
      id,
      payloadJson: payloadOf(event, payload ?? "null", { replayed: true, id }),
    }));
  } catch (cause) {
    const text = "Realtime was unable to replay messages";
    throw new RealtimeError("UnableToReplayMessages", text, { cause });
  }
}

function payloadOf(event: string, payloadJson: string, meta: object): string {
  const name = JSON.stringify(event);
  return `{"type":"broadcast","event":${name},"payload":${payloadJson},"meta":${JSON.stringify(meta)}}`;
}

/** Rows that did not come through `realtime.send` may lack the id that clients look for within the payload. */
function withId(payloadJson: string, id: string): string {
  if (!payloadJson.startsWith("{") || "id" in JSON.parse(payloadJson)) return payloadJson;
  const rest = payloadJson.slice(1);
  return `{"id":${JSON.stringify(id)}${rest.trim() === "}" ? "" : ","}${rest}`;
}
