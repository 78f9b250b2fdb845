import type { ClientFrame } from "./codec.ts";
import { isRecord } from "./codec.ts";
import {
  add,
  type ChannelState,
  change,
  type Grant,
  type Permissions,
  reply,
  send,
  shut,
  type Turn,
} from "./turn.ts";

const maxInbox = 100;

/** A frame for a channel; it waits while the channel waits for an answer. */
export function onChannelFrame(turn: Turn, channel: ChannelState, frame: ClientFrame): Turn {
  if (channel.pending) {
    const inbox = [...channel.inbox, frame];
    if (inbox.length > maxInbox) return shut(turn, channel, "Too many messages per second");
    change(turn, channel, { inbox });
    return turn;
  }
  switch (frame.event) {
    case "access_token":
      return onToken(turn, channel, frame);
    case "broadcast":
      return onBroadcast(turn, channel, frame);
    case "presence":
      return onPresence(turn, channel, frame);
    default:
      return turn;
  }
}

/** The answer to `authorise`, of a join or of a new token. */
export function onAuthorised(turn: Turn, channel: ChannelState, grant: Grant): Turn {
  const { name, config } = channel;
  const isJoin = channel.pending === "join";
  const canRead = !grant.read || grant.read.broadcast || grant.read.presence;
  const isReplayDenied = isJoin && config.replay !== undefined && grant.read?.broadcast === false;
  if (!canRead || isReplayDenied) {
    const message = `You do not have permissions to read from this Channel topic: ${name}`;
    return onRefused(turn, channel, { code: "Unauthorized", message });
  }
  const lost = (right: keyof Permissions): boolean =>
    channel.grant?.read?.[right] === true && grant.read?.[right] === false;
  if (lost("broadcast") || lost("presence")) {
    const text = `You no longer have permission to read from this Channel topic: ${name}`;
    return shut(turn, channel, text);
  }
  const settled = change(turn, channel, { grant, write: undefined, pending: undefined, inbox: [] });
  if (isJoin) {
    const bindings = config.bindings.map(({ id, params }) => ({ ...params, id }));
    const response = { postgres_changes: bindings };
    send(turn, channel, channel.replyRef, "phx_reply", { status: "ok", response });
    add(turn, { do: "enter", channel: settled });
    if (config.presenceEnabled) syncPresence(turn, settled);
  } else {
    add(turn, { do: "renew", channel: settled });
  }
  return drain(turn, channel);
}

/** Why a token or a join was turned down: the code stands before the message in a join's reply. */
export interface Refusal {
  code: string;
  message: string;
}

/** The other answer to `authorise`. */
export function onRefused(turn: Turn, channel: ChannelState, { code, message }: Refusal): Turn {
  if (channel.pending !== "join") return shut(turn, channel, message);
  turn.state.channels.delete(channel.topic);
  const response = { reason: `${code}: ${message}` };
  return send(turn, channel, channel.replyRef, "phx_reply", { status: "error", response });
}

/** The answer to `authorise-write`. Without one nothing is allowed and nothing remembered: the next frame asks again. */
export function onWrites(turn: Turn, channel: ChannelState, write: Permissions | undefined): Turn {
  change(turn, channel, { write, pending: undefined, inbox: [] });
  if (write) return drain(turn, channel);
  for (const frame of channel.inbox) {
    if (frame.event === "broadcast") refuse(turn, channel, frame, "unable_to_set_policies");
  }
  return turn;
}

function onToken(turn: Turn, channel: ChannelState, { payload }: ClientFrame): Turn {
  const token = payload["access_token"];
  const isNew = typeof token === "string" && token !== channel.grant?.token;
  if (!isNew || token.startsWith("sb_")) return turn;
  const waiting = change(turn, channel, { pending: "token" });
  return add(turn, { do: "authorise", channel: waiting, token });
}

function onBroadcast(turn: Turn, channel: ChannelState, frame: ClientFrame): Turn {
  const write = writesOf(turn, channel, frame);
  if (!write) return turn;
  if (!write.broadcast) return refuse(turn, channel, frame, "unauthorized");
  const message = frame.userBroadcast ?? JSON.stringify(frame.payload);
  const bytes = typeof message === "string" ? Buffer.byteLength(message) : message.body.length;
  if (bytes > turn.limits.maxPayloadBytes) {
    return refuse(turn, channel, frame, "payload_size_exceeded");
  }
  add(turn, { do: "broadcast", channel, message });
  return channel.config.acknowledges ? reply(turn, frame, "ok", {}) : turn;
}

/** Tells of a broadcast that is not passed on, where answers were asked for. */
function refuse(turn: Turn, { config }: ChannelState, frame: ClientFrame, error: string): Turn {
  return config.acknowledges ? reply(turn, frame, "error", { error }) : turn;
}

function onPresence(turn: Turn, before: ChannelState, frame: ClientFrame): Turn {
  const { nowMs, limits } = turn;
  const write = writesOf(turn, before, frame);
  if (!write) return turn;
  const { count, sinceMs } = before.presenceCalls;
  const isSameWindow = nowMs - sinceMs <= limits.presenceWindowMs;
  if (isSameWindow && count >= limits.maxPresenceCallsPerWindow) {
    return shut(turn, before, "Client presence rate limit exceeded");
  }
  const presenceCalls = isSameWindow ? { count: count + 1, sinceMs } : { count: 1, sinceMs: nowMs };
  const channel = change(turn, before, { presenceCalls });
  const { event, payload = {} } = frame.payload;
  switch (typeof event === "string" ? event.toLowerCase() : undefined) {
    case "track":
      return write.presence
        ? onTrack(turn, channel, frame, payload)
        : reply(turn, frame, "error", {});
    case "untrack":
      return reply(add(turn, { do: "untrack", channel }), frame, "ok", {});
    case undefined:
      return reply(turn, frame, "ok", {});
    default:
      return reply(turn, frame, "error", {});
  }
}

function onTrack(turn: Turn, channel: ChannelState, frame: ClientFrame, payload: unknown): Turn {
  if (!isRecord(payload)) {
    return reply(turn, frame, "error", { reason: "Presence track payload must be a map" });
  }
  if (Buffer.byteLength(JSON.stringify(payload)) > turn.limits.maxPayloadBytes) {
    return shut(turn, channel, "Track message size exceeded");
  }
  reply(add(turn, { do: "track", channel, payload }), frame, "ok", {});
  return channel.isPresenceSynced ? turn : syncPresence(turn, channel);
}

/** What the channel may write; nothing when the policies are asked first and the frame waits for their answer. */
function writesOf(turn: Turn, channel: ChannelState, frame: ClientFrame): Permissions | undefined {
  if (!channel.config.isPrivate) return { broadcast: true, presence: true };
  if (channel.write) return channel.write;
  const waiting = change(turn, channel, { pending: "write", inbox: [frame] });
  add(turn, { do: "authorise-write", channel: waiting });
  return undefined;
}

function syncPresence(turn: Turn, channel: ChannelState): Turn {
  if (channel.grant?.read?.presence === false) return turn;
  const synced = change(turn, channel, { isPresenceSynced: true });
  return add(turn, { do: "sync-presence", channel: synced });
}

/** Handles what came in while an answer was waited for; the first frame that asks again makes the others wait again. */
function drain(turn: Turn, before: ChannelState): Turn {
  for (const frame of before.inbox) {
    const channel = turn.state.channels.get(before.topic);
    if (channel?.joinRef !== before.joinRef) return turn;
    onChannelFrame(turn, channel, frame);
  }
  return turn;
}
