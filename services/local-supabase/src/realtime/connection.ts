import type { Duplex } from "node:stream";
import type { Log } from "@portero/runtime";
import type pg from "pg";
import type { WebSocket } from "ws";
import type { Claims, Tokens } from "../context.ts";
import { admit } from "./admission.ts";
import { type Channels, channelKey, type Member } from "./channels.ts";
import {
  encodeMessage,
  encodeShared,
  encodeUserBroadcast,
  ProtocolError,
  parseFrame,
  type UserBroadcast,
  type Vsn,
  type WireFrame,
} from "./codec.ts";
import { type ConnectionEvent, openConnection, step } from "./connection-state.ts";
import { RealtimeError } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { Outbox } from "./outbox.ts";
import { writePermissions } from "./policies.ts";
import type { ChangeFeed } from "./postgres-changes.ts";
import type { Presence } from "./presence.ts";
import type { Subscriber } from "./sight.ts";
import type { ChannelState, Effect } from "./turn.ts";

/** What all connections share. */
export interface ConnectionContext {
  channels: Channels;
  presence: Presence;
  changes: ChangeFeed;
  outbox: Outbox;
  /** Resolves once messages from the database are streamed. */
  replicating: () => Promise<void>;
  pool: pg.Pool;
  tokens: Tokens;
  limits: Limits;
  log: Log;
}

/** One client's WebSocket. */
export interface Connection {
  dispatch(event: ConnectionEvent): void;
  /** Closes it, or cuts it when the client does not answer. */
  close(code: number, reason: string): void;
}

/** A channel that was entered. */
interface Joined {
  member: Member;
  subscriber: Subscriber | undefined;
}

const closeTimeoutMs = 3000;
/** Frames that wait for answers from the database, on all channels; beyond them nothing is read. */
const maxWaiting = 20;

/** A WebSocket without compression, and the stream that it writes to. */
export interface Line {
  socket: WebSocket;
  stream: Duplex;
}

/** Serves a WebSocket until it closes. `keyClaims` are those of the API key that it was opened with. */
export function serveConnection(
  context: ConnectionContext,
  { socket, stream }: Line,
  { vsn, keyClaims }: { vsn: Vsn; keyClaims: Claims },
): Connection {
  const { channels, presence, changes, outbox, limits, log } = context;
  const joined = new Map<string, Joined>();
  const events: ConnectionEvent[] = [];
  let state = openConnection(Date.now());
  let cut: NodeJS.Timeout | undefined;

  socket.on("message", (data: Buffer, isBinary) => {
    try {
      const frame = parseFrame(vsn, data, isBinary);
      if (frame.event === "phx_join" && data.length > limits.maxJoinBytes) {
        close(1009, "The join is too large");
      } else dispatch({ type: "frame", frame });
    } catch (error) {
      // What can be parsed can still be nested too deeply to be written again.
      if (!(error instanceof ProtocolError)) log.warn({ err: error }, "a frame was not understood");
      dispatch({ type: "malformed" });
    }
  });
  socket.on("error", (error) => log.debug({ err: error }, "a WebSocket broke"));
  socket.on("close", () => {
    clearTimeout(cut);
    dispatch({ type: "closed" });
  });
  return { dispatch, close };

  /** What happens while effects are performed waits until they all are. */
  function dispatch(event: ConnectionEvent): void {
    events.push(event);
    if (events.length > 1) return;
    try {
      for (const next of events) {
        const turn = step(state, next, Date.now(), limits);
        state = turn.state;
        for (const effect of turn.effects) perform(effect);
      }
    } finally {
      events.length = 0;
    }
    const waiting = state.channels.values().reduce((sum, { inbox }) => sum + inbox.length, 0);
    if (waiting > maxWaiting) socket.pause();
    else if (socket.isPaused) socket.resume();
  }

  function perform(effect: Effect): void {
    switch (effect.do) {
      case "send":
        reply(encodeMessage(vsn, effect.message));
        break;
      case "authorise":
        void answerAuthorise(effect.channel, effect.token);
        break;
      case "authorise-write":
        void answerWrite(effect.channel);
        break;
      case "enter":
        enter(effect.channel);
        break;
      case "renew":
        renew(effect.channel);
        break;
      case "exit":
        exit(effect.channel);
        break;
      case "broadcast":
        broadcast(effect.channel, effect.message);
        break;
      case "sync-presence":
      case "track":
      case "untrack":
        present(effect);
        break;
      case "close":
        close(effect.code, effect.reason);
        break;
    }
  }

  function present(effect: Extract<Effect, { do: "sync-presence" | "track" | "untrack" }>): void {
    const { topic, config } = effect.channel;
    const member = joined.get(topic)?.member;
    if (!member) return;
    if (effect.do === "sync-presence") presence.sync(member);
    else if (effect.do === "untrack") presence.untrack(member);
    else presence.track(member, config.presenceKey, effect.payload);
  }

  function deliver(frame: WireFrame): void {
    if (socket.readyState !== socket.OPEN) return;
    // Past the WebSocket's own sender, which would make the frame's header again for each receiver.
    outbox.share(stream, frame.bytes);
    if (stream.writableLength > limits.maxBufferedBytes) dispatch({ type: "overflow" });
  }

  function reply(frame: WireFrame): void {
    if (socket.readyState === socket.OPEN) outbox.write(stream, frame.bytes);
  }

  function close(code: number, reason: string): void {
    socket.close(code, reason);
    cut ??= setTimeout(() => socket.terminate(), closeTimeoutMs);
  }

  async function answerAuthorise(channel: ChannelState, token: string | undefined): Promise<void> {
    const { topic, joinRef } = channel;
    try {
      const grant = await admit(context, channel, token, keyClaims);
      dispatch({ type: "authorised", topic, joinRef, grant });
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.code === "UnknownErrorOnChannel")
        log.error({ error: String(error) }, "no answer");
      dispatch({ type: "refused", topic, joinRef, refusal });
    }
  }

  async function answerWrite({ topic, joinRef, name, grant }: ChannelState): Promise<void> {
    try {
      const write = grant && (await writePermissions(context.pool, name, grant.claims));
      dispatch({ type: "writes", topic, joinRef, write });
    } catch (error) {
      log.warn({ err: error }, "policies could not be asked");
      dispatch({ type: "writes", topic, joinRef, write: undefined });
    }
  }

  function enter(channel: ChannelState): void {
    const { topic, name, config, grant } = channel;
    const member: Member = {
      key: channelKey(name, config.isPrivate),
      topic,
      vsn,
      readsBroadcasts: grant?.read?.broadcast !== false,
      readsPresence: false,
      replayedIds: new Set(grant?.replayed.map(({ id }) => id)),
      deliver,
    };
    const entry: Joined = { member, subscriber: undefined };
    joined.set(topic, entry);
    channels.enter(member);
    for (const { encode } of grant?.replayed ?? []) {
      const frame = encode(vsn, topic);
      if (frame) deliver(frame);
    }
    void listen(channel, entry);
    if (config.wantsReplicationReady) {
      void context.replicating().then(() => {
        if (joined.get(topic) !== entry) return;
        tell(channel, "system", "ok", "Replication connection established");
      });
    }
  }

  function renew(channel: ChannelState): void {
    const entry = joined.get(channel.topic);
    if (!entry) return;
    const { member, subscriber } = entry;
    member.readsBroadcasts = channel.grant?.read?.broadcast !== false;
    if (channel.grant?.read?.presence === false) member.readsPresence = false;
    if (subscriber) changes.unsubscribe(subscriber);
    void listen(channel, entry);
  }

  /** Subscribes a channel to the changes that it asked for, under the identity of its present token. */
  async function listen(channel: ChannelState, entry: Joined): Promise<void> {
    const { topic, grant, config } = channel;
    if (!grant || config.bindings.length === 0) return;
    const { wishes, claims } = grant;
    if (wishes instanceof RealtimeError) {
      tell(channel, "postgres_changes", "error", wishes.message);
      return;
    }
    const identity = { role: claims.role, claimsJson: JSON.stringify(claims) };
    const subscriber: Subscriber = { topic, vsn, identity, wishes, deliver };
    entry.subscriber = subscriber;
    await changes.ready();
    if (joined.get(topic) !== entry || entry.subscriber !== subscriber) return;
    changes.subscribe(subscriber);
    tell(channel, "postgres_changes", "ok", "Subscribed to PostgreSQL");
  }

  function exit({ topic }: ChannelState): void {
    const entry = joined.get(topic);
    if (!entry) return;
    joined.delete(topic);
    presence.untrack(entry.member);
    channels.exit(entry.member);
    if (entry.subscriber) changes.unsubscribe(entry.subscriber);
  }

  function broadcast({ topic, config }: ChannelState, message: string | UserBroadcast): void {
    const self = joined.get(topic)?.member;
    if (!self) return;
    channels.send(
      self.key,
      (version) =>
        typeof message === "string"
          ? encodeShared(version, topic, "broadcast", message)
          : encodeUserBroadcast(version, topic, message),
      (member) => member.readsBroadcasts && (config.echoes || member !== self),
    );
  }

  function tell(channel: ChannelState, extension: string, status: string, message: string): void {
    const { joinRef, topic, name } = channel;
    const payload = { extension, status, message, channel: name };
    reply(encodeMessage(vsn, { joinRef, ref: null, topic, event: "system", payload }));
  }
}

function refusalOf(error: unknown): { code: string; message: string } {
  if (error instanceof RealtimeError) return { code: error.code, message: error.message };
  return { code: "UnknownErrorOnChannel", message: "Unknown Error on Channel" };
}
