import { onAuthorised, onChannelFrame, onRefused, onWrites, type Refusal } from "./channel-turn.ts";
import type { ClientFrame, Ref } from "./codec.ts";
import { parseJoin } from "./join-config.ts";
import { type Limits, take } from "./limits.ts";
import {
  add,
  type ChannelState,
  type ConnectionState,
  close,
  type Effect,
  end,
  type Grant,
  leave,
  type Permissions,
  reply,
  shut,
  type Turn,
} from "./turn.ts";

export type ConnectionEvent =
  | { type: "frame"; frame: ClientFrame }
  | { type: "malformed" }
  /** Answers to `authorise` and `authorise-write`; void when the channel has gone or joined anew since. */
  | { type: "authorised"; topic: string; joinRef: Ref; grant: Grant }
  | { type: "refused"; topic: string; joinRef: Ref; refusal: Refusal }
  | { type: "writes"; topic: string; joinRef: Ref; write: Permissions | undefined }
  | { type: "tick" }
  /** Messages or changes from the database may have been missed: clients must join again and catch up. */
  | { type: "gap"; of: "messages" | "changes" }
  | { type: "overflow" }
  | { type: "closed" };

const prefix = "realtime:";

/** A connection at its start. */
export function openConnection(nowMs: number): ConnectionState {
  const channels = new Map<string, ChannelState>();
  return { phase: "open", channels, lastFrameAtMs: nowMs, joins: undefined, messages: undefined };
}

/** The only way a connection changes: the state after `event`, and what is to be done about it, in order. */
export function step(
  before: ConnectionState,
  event: ConnectionEvent,
  nowMs: number,
  limits: Limits,
): { state: ConnectionState; effects: Effect[] } {
  if (before.phase === "closed") return { state: before, effects: [] };
  const state = { ...before, channels: new Map(before.channels) };
  const { effects } = react({ state, effects: [], nowMs, limits }, event);
  return { state, effects };
}

function react(turn: Turn, event: ConnectionEvent): Turn {
  switch (event.type) {
    case "frame":
      return onFrame(turn, event.frame);
    case "malformed":
      return close(turn, 1007, "Malformed frame");
    case "authorised":
    case "refused":
    case "writes":
      return onAnswer(turn, event);
    case "tick":
      return onTick(turn);
    case "gap":
      return onGap(turn, event.of);
    case "overflow":
      return close(turn, 1013, "The client reads too slowly");
    case "closed":
      return end(turn);
  }
}

function onFrame(turn: Turn, frame: ClientFrame): Turn {
  turn.state.lastFrameAtMs = turn.nowMs;
  if (frame.event === "phx_join") return onJoin(turn, frame);
  const channel = turn.state.channels.get(frame.topic);
  const perSecond = turn.limits.maxMessagesPerSecond;
  const messages = take(turn.state.messages, { perSecond, burst: perSecond * 10 }, turn.nowMs);
  if (!messages && channel) return shut(turn, channel, "Too many messages per second");
  if (!messages) return close(turn, 1008, "Too many messages per second");
  turn.state.messages = messages;
  if (frame.topic === "phoenix") {
    return frame.event === "heartbeat" ? reply(turn, frame, "ok", {}) : turn;
  }
  if (!channel && frame.event === "phx_leave") return reply(turn, frame, "ok", {});
  if (!channel) return reply(turn, frame, "error", { reason: "unmatched topic" });
  if (frame.joinRef !== null && frame.joinRef !== channel.joinRef) return turn;
  if (frame.event !== "phx_leave") return onChannelFrame(turn, channel, frame);
  return leave(reply(turn, frame, "ok", {}), channel, "phx_close");
}

function onJoin(turn: Turn, frame: ClientFrame): Turn {
  const { state, limits, nowMs } = turn;
  const refuse = (reason: string): Turn => reply(turn, frame, "error", { reason });
  const perSecond = limits.maxJoinsPerSecond;
  const joins = take(state.joins, { perSecond, burst: perSecond }, nowMs);
  if (!joins) {
    refuse("ClientJoinRateLimitReached: Too many joins per second");
    return close(turn, 1008, "Too many joins per second");
  }
  state.joins = joins;
  if (!frame.topic.startsWith(prefix)) return refuse("unmatched topic");
  const name = frame.topic.slice(prefix.length);
  if (name === "") return refuse("TopicNameRequired: You must provide a topic name");
  const earlier = state.channels.get(frame.topic);
  if (earlier) leave(turn, earlier, "phx_close");
  if (state.channels.size >= limits.maxChannelsPerConnection) {
    return refuse("ChannelRateLimitReached: Too many channels");
  }
  const config = parseJoin(frame.payload);
  if (config.replay !== undefined && !config.isPrivate) {
    return refuse("UnableToReplayMessages: Replay is not allowed for public channels");
  }
  if (config.replay === "invalid") {
    return refuse("UnableToReplayMessages: Replay params are not valid");
  }
  const channel: ChannelState = {
    topic: frame.topic,
    name,
    joinRef: frame.joinRef ?? frame.ref,
    replyRef: frame.ref,
    config,
    pending: "join",
    inbox: [],
    grant: undefined,
    write: undefined,
    isPresenceSynced: false,
    presenceCalls: { count: 0, sinceMs: nowMs },
  };
  state.channels.set(channel.topic, channel);
  return add(turn, { do: "authorise", channel, token: config.accessToken });
}

function onAnswer(
  turn: Turn,
  event: Extract<ConnectionEvent, { type: "authorised" | "refused" | "writes" }>,
): Turn {
  const channel = turn.state.channels.get(event.topic);
  const isAwaited =
    event.type === "writes"
      ? channel?.pending === "write"
      : channel?.pending === "join" || channel?.pending === "token";
  if (!channel || !isAwaited || channel.joinRef !== event.joinRef) return turn;
  switch (event.type) {
    case "authorised":
      return onAuthorised(turn, channel, event.grant);
    case "refused":
      return onRefused(turn, channel, event.refusal);
    case "writes":
      return onWrites(turn, channel, event.write);
  }
}

function onTick(turn: Turn): Turn {
  const { state, nowMs, limits } = turn;
  if (nowMs - state.lastFrameAtMs > limits.heartbeatTimeoutMs) {
    return close(turn, 1001, "No heartbeat");
  }
  for (const channel of state.channels.values()) {
    const expiresAtMs = channel.grant?.expiresAtMs;
    if (expiresAtMs === undefined || expiresAtMs > nowMs) continue;
    const seconds = Math.floor((nowMs - expiresAtMs) / 1000);
    shut(turn, channel, `Token has expired ${seconds} seconds ago`);
  }
  return turn;
}

function onGap(turn: Turn, of: "messages" | "changes"): Turn {
  for (const channel of turn.state.channels.values()) {
    const isConcerned = of === "messages" || channel.config.bindings.length > 0;
    if (channel.grant && isConcerned) leave(turn, channel, "phx_error");
  }
  return turn;
}
