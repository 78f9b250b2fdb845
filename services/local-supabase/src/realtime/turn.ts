import type { Claims } from "../context.ts";
import type { ClientFrame, Ref, ServerMessage, UserBroadcast } from "./codec.ts";
import type { RealtimeError } from "./errors.ts";
import type { JoinConfig } from "./join-config.ts";
import type { Bucket, Limits } from "./limits.ts";
import type { StoredMessage } from "./messages.ts";
import type { Wish } from "./sight.ts";

/** What the policies on `realtime.messages` allow on one channel. */
export interface Permissions {
  broadcast: boolean;
  presence: boolean;
}

/** What a verified token gives its bearer on one channel. */
export interface Grant {
  /** Nothing when the connection's API key speaks. */
  token: string | undefined;
  claims: Claims;
  expiresAtMs: number | undefined;
  /** Nothing on public channels, where everyone may do everything. */
  read: Permissions | undefined;
  /** What was asked for again at the join. */
  replayed: StoredMessage[];
  /** The database changes to tell, or why there will be none. */
  wishes: Wish[] | RealtimeError;
}

/** One channel of one connection. */
export interface ChannelState {
  /** As on the wire: `realtime:` and the name. */
  topic: string;
  name: string;
  joinRef: Ref;
  replyRef: Ref;
  config: JoinConfig;
  /** The answer that is waited for; frames that come meanwhile wait in `inbox`. */
  pending: "join" | "token" | "write" | undefined;
  inbox: ClientFrame[];
  /** Present from the moment the join was allowed. */
  grant: Grant | undefined;
  /** Known from the first private broadcast or track under the present token. */
  write: Permissions | undefined;
  isPresenceSynced: boolean;
  presenceCalls: { count: number; sinceMs: number };
}

/** One client's WebSocket. Values are never changed in place. */
export interface ConnectionState {
  phase: "open" | "closed";
  channels: ReadonlyMap<string, ChannelState>;
  lastFrameAtMs: number;
  joins: Bucket | undefined;
  messages: Bucket | undefined;
}

/** What is to be done about an event, by whoever holds the socket. */
export type Effect =
  | { do: "send"; message: ServerMessage }
  | { do: "authorise"; channel: ChannelState; token: string | undefined }
  | { do: "authorise-write"; channel: ChannelState }
  | { do: "enter"; channel: ChannelState }
  /** The same channel under a new token. */
  | { do: "renew"; channel: ChannelState }
  | { do: "exit"; channel: ChannelState }
  | { do: "broadcast"; channel: ChannelState; message: string | UserBroadcast }
  | { do: "sync-presence"; channel: ChannelState }
  | { do: "track"; channel: ChannelState; payload: Record<string, unknown> }
  | { do: "untrack"; channel: ChannelState }
  | { do: "close"; code: number; reason: string };

/** One step of a connection under way, on a copy of its state. Each function below does one thing and returns it. */
export interface Turn {
  state: ConnectionState & { channels: Map<string, ChannelState> };
  effects: Effect[];
  nowMs: number;
  limits: Limits;
}

export function add(turn: Turn, effect: Effect): Turn {
  turn.effects.push(effect);
  return turn;
}

export function change(
  turn: Turn,
  channel: ChannelState,
  changes: Partial<ChannelState>,
): ChannelState {
  const changed = { ...channel, ...changes };
  turn.state.channels.set(channel.topic, changed);
  return changed;
}

/** Ends a channel for a reason that the client is told. */
export function shut(turn: Turn, channel: ChannelState, message: string): Turn {
  const body = { extension: "system", status: "error", message, channel: channel.name };
  send(turn, channel, null, "system", body);
  return leave(turn, channel, "phx_close");
}

/** Ends a channel. After an error the client joins again by itself, after a close it does not. */
export function leave(turn: Turn, channel: ChannelState, event: "phx_close" | "phx_error"): Turn {
  turn.state.channels.delete(channel.topic);
  if (channel.grant) add(turn, { do: "exit", channel });
  return send(turn, channel, channel.joinRef, event, {});
}

/** Ends the connection. */
export function close(turn: Turn, code: number, reason: string): Turn {
  return add(end(turn), { do: "close", code, reason });
}

/** The connection has ended. */
export function end(turn: Turn): Turn {
  for (const channel of turn.state.channels.values()) {
    if (channel.grant) add(turn, { do: "exit", channel });
  }
  turn.state.channels.clear();
  turn.state.phase = "closed";
  return turn;
}

export function reply(
  turn: Turn,
  { ref, topic, joinRef }: ClientFrame,
  status: "ok" | "error",
  response: object,
): Turn {
  const payload = { status, response };
  const message = { joinRef, ref, topic, event: "phx_reply", payload };
  return add(turn, { do: "send", message });
}

export function send(
  turn: Turn,
  { joinRef, topic }: ChannelState,
  ref: Ref,
  event: string,
  payload: object,
): Turn {
  return add(turn, { do: "send", message: { joinRef, ref, topic, event, payload } });
}
