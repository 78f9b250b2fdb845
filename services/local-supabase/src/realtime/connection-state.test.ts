import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type ConnectionEvent, openConnection, step } from "./connection-state.ts";
import { defaultLimits } from "./limits.ts";
import type { ConnectionState, Effect, Grant } from "./turn.ts";

const START_MS = 1_000_000;
const topic = "realtime:room";
const limits = { ...defaultLimits, maxChannelsPerConnection: 2, maxPayloadBytes: 100 };
const yes = { broadcast: true, presence: true };
const no = { broadcast: false, presence: false };

function frame(event: string, payload: Record<string, unknown> = {}, extra = {}): ConnectionEvent {
  return { type: "frame", frame: { joinRef: "1", ref: "9", topic, event, payload, ...extra } };
}

function grantOf(read: Grant["read"], expiresAtMs = START_MS + 60_000): Grant {
  const claims = { role: "authenticated" };
  return { token: "old", claims, expiresAtMs, read, replayed: [], wishes: [] };
}

const authorised = (read: Grant["read"]): ConnectionEvent => {
  return { type: "authorised", topic, joinRef: "1", grant: grantOf(read) };
};
const join = (config: object): ConnectionEvent =>
  frame("phx_join", { config: { broadcast: { ack: true }, ...config } }, { ref: "1" });
const token = frame("access_token", { access_token: "new" });
const broadcast = frame("broadcast", { type: "broadcast", event: "e", payload: {} });

/** All that can be the matter with one channel, each reached through the machine itself. */
const situations = {
  absent: [],
  joining: [join({})],
  joined: [join({}), authorised(undefined)],
  privately: [join({ private: true }), authorised(yes)],
  writing: [
    join({ private: true }),
    authorised(yes),
    { type: "writes", topic, joinRef: "1", write: yes },
  ],
  mute: [
    join({ private: true }),
    authorised(yes),
    { type: "writes", topic, joinRef: "1", write: no },
  ],
  renewing: [join({ private: true }), authorised(yes), token],
  asking: [join({ private: true }), authorised(yes), broadcast],
  ended: [{ type: "closed" }],
} satisfies Record<string, ConnectionEvent[]>;
// The answer about writing is only taken when it was asked for.
situations.writing.splice(2, 0, broadcast);
situations.mute.splice(2, 0, broadcast);

const events = {
  join: join({ private: true }),
  leave: frame("phx_leave"),
  heartbeat: frame("heartbeat", {}, { topic: "phoenix", joinRef: null }),
  "of an earlier join": frame("broadcast", {}, { joinRef: "0" }),
  unknown: frame("nonsense"),
  token,
  "same token": frame("access_token", { access_token: "old" }),
  "key as token": frame("access_token", { access_token: "sb_publishable_x" }),
  broadcast,
  "large broadcast": frame("broadcast", { payload: "x".repeat(200) }),
  track: frame("presence", { event: "track", payload: { a: 1 } }),
  "track a text": frame("presence", { event: "track", payload: "a" }),
  "track too much": frame("presence", { event: "track", payload: { a: "x".repeat(200) } }),
  untrack: frame("presence", { event: "untrack" }),
  authorised: authorised(yes),
  "authorised less": authorised({ broadcast: true, presence: false }),
  "authorised nothing": authorised(no),
  refused: { type: "refused", topic, joinRef: "1", refusal: { code: "C", message: "m" } },
  "stale answer": { type: "authorised", topic, joinRef: "0", grant: grantOf(yes) },
  writes: { type: "writes", topic, joinRef: "1", write: yes },
  "writes nothing": { type: "writes", topic, joinRef: "1", write: no },
  "no answer on writes": { type: "writes", topic, joinRef: "1", write: undefined },
  tick: { type: "tick" },
  "tick after expiry": { type: "tick" },
  "tick in silence": { type: "tick" },
  "gap of messages": { type: "gap", of: "messages" },
  "gap of changes": { type: "gap", of: "changes" },
  overflow: { type: "overflow" },
  malformed: { type: "malformed" },
  closed: { type: "closed" },
} satisfies Record<string, ConnectionEvent>;

type Situation = keyof typeof situations;
type EventName = keyof typeof events;

const laterMs: Partial<Record<EventName, number>> = {
  "tick after expiry": START_MS + 60_000,
  "tick in silence": START_MS + 60_001,
};

/** `state: what is done about it`. A dot stands for the situation unchanged and nothing done. */
const table: Record<EventName, Record<Situation, string>> = {
  join: {
    absent: "joining: authorise",
    joining: "joining: phx_close authorise",
    joined: "joining: exit phx_close authorise",
    privately: "joining: exit phx_close authorise",
    writing: "joining: exit phx_close authorise",
    mute: "joining: exit phx_close authorise",
    renewing: "joining: exit phx_close authorise",
    asking: "joining: exit phx_close authorise",
    ended: ".",
  },
  leave: {
    absent: "absent: ok",
    joining: "absent: ok phx_close",
    joined: "absent: ok exit phx_close",
    privately: "absent: ok exit phx_close",
    writing: "absent: ok exit phx_close",
    mute: "absent: ok exit phx_close",
    renewing: "absent: ok exit phx_close",
    asking: "absent: ok exit phx_close",
    ended: ".",
  },
  heartbeat: {
    absent: "absent: ok",
    joining: "joining: ok",
    joined: "joined: ok",
    privately: "joined: ok",
    writing: "joined: ok",
    mute: "joined: ok",
    renewing: "token: ok",
    asking: "write+1: ok",
    ended: ".",
  },
  "of an earlier join": {
    absent: "absent: error(unmatched topic)",
    joining: ".",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: ".",
    asking: ".",
    ended: ".",
  },
  unknown: {
    absent: "absent: error(unmatched topic)",
    joining: "joining+1:",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: "token+1:",
    asking: "write+2:",
    ended: ".",
  },
  token: {
    absent: "absent: error(unmatched topic)",
    joining: "joining+1:",
    joined: "token: authorise",
    privately: "token: authorise",
    writing: "token: authorise",
    mute: "token: authorise",
    renewing: "token+1:",
    asking: "write+2:",
    ended: ".",
  },
  "same token": {
    absent: "absent: error(unmatched topic)",
    joining: "joining+1:",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: "token+1:",
    asking: "write+2:",
    ended: ".",
  },
  "key as token": {
    absent: "absent: error(unmatched topic)",
    joining: "joining+1:",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: "token+1:",
    asking: "write+2:",
    ended: ".",
  },
  broadcast: {
    absent: "absent: error(unmatched topic)",
    joining: "joining+1:",
    joined: "joined: broadcast ok",
    privately: "write+1: authorise-write",
    writing: "joined: broadcast ok",
    mute: "joined: error(unauthorized)",
    renewing: "token+1:",
    asking: "write+2:",
    ended: ".",
  },
  "large broadcast": {
    absent: "absent: error(unmatched topic)",
    joining: "joining+1:",
    joined: "joined: error(payload_size_exceeded)",
    privately: "write+1: authorise-write",
    writing: "joined: error(payload_size_exceeded)",
    mute: "joined: error(unauthorized)",
    renewing: "token+1:",
    asking: "write+2:",
    ended: ".",
  },
  track: {
    absent: "absent: error(unmatched topic)",
    joining: "joining+1:",
    joined: "joined: track ok sync-presence",
    privately: "write+1: authorise-write",
    writing: "joined: track ok sync-presence",
    mute: "joined: error()",
    renewing: "token+1:",
    asking: "write+2:",
    ended: ".",
  },
  "track a text": {
    absent: "absent: error(unmatched topic)",
    joining: "joining+1:",
    joined: "joined: error(Presence track payload must be a map)",
    privately: "write+1: authorise-write",
    writing: "joined: error(Presence track payload must be a map)",
    mute: "joined: error()",
    renewing: "token+1:",
    asking: "write+2:",
    ended: ".",
  },
  "track too much": {
    absent: "absent: error(unmatched topic)",
    joining: "joining+1:",
    joined: "absent: system(Track message size exceeded) exit phx_close",
    privately: "write+1: authorise-write",
    writing: "absent: system(Track message size exceeded) exit phx_close",
    mute: "joined: error()",
    renewing: "token+1:",
    asking: "write+2:",
    ended: ".",
  },
  untrack: {
    absent: "absent: error(unmatched topic)",
    joining: "joining+1:",
    joined: "joined: untrack ok",
    privately: "write+1: authorise-write",
    writing: "joined: untrack ok",
    mute: "joined: untrack ok",
    renewing: "token+1:",
    asking: "write+2:",
    ended: ".",
  },
  authorised: {
    absent: ".",
    joining: "joined: ok enter",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: "joined: renew",
    asking: ".",
    ended: ".",
  },
  "authorised less": {
    absent: ".",
    joining: "joined: ok enter",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing:
      "absent: system(You no longer have permission to read from this Channel topic: room) exit phx_close",
    asking: ".",
    ended: ".",
  },
  "authorised nothing": {
    absent: ".",
    joining:
      "absent: error(Unauthorized: You do not have permissions to read from this Channel topic: room)",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing:
      "absent: system(You do not have permissions to read from this Channel topic: room) exit phx_close",
    asking: ".",
    ended: ".",
  },
  refused: {
    absent: ".",
    joining: "absent: error(C: m)",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: "absent: system(m) exit phx_close",
    asking: ".",
    ended: ".",
  },
  "stale answer": {
    absent: ".",
    joining: ".",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: ".",
    asking: ".",
    ended: ".",
  },
  writes: {
    absent: ".",
    joining: ".",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: ".",
    asking: "joined: broadcast ok",
    ended: ".",
  },
  "writes nothing": {
    absent: ".",
    joining: ".",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: ".",
    asking: "joined: error(unauthorized)",
    ended: ".",
  },
  "no answer on writes": {
    absent: ".",
    joining: ".",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: ".",
    asking: "joined: error(unable_to_set_policies)",
    ended: ".",
  },
  tick: {
    absent: ".",
    joining: ".",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: ".",
    asking: ".",
    ended: ".",
  },
  "tick after expiry": {
    absent: ".",
    joining: ".",
    joined: "absent: system(Token has expired 0 seconds ago) exit phx_close",
    privately: "absent: system(Token has expired 0 seconds ago) exit phx_close",
    writing: "absent: system(Token has expired 0 seconds ago) exit phx_close",
    mute: "absent: system(Token has expired 0 seconds ago) exit phx_close",
    renewing: "absent: system(Token has expired 0 seconds ago) exit phx_close",
    asking: "absent: system(Token has expired 0 seconds ago) exit phx_close",
    ended: ".",
  },
  "tick in silence": {
    absent: "ended: close(1001)",
    joining: "ended: close(1001)",
    joined: "ended: exit close(1001)",
    privately: "ended: exit close(1001)",
    writing: "ended: exit close(1001)",
    mute: "ended: exit close(1001)",
    renewing: "ended: exit close(1001)",
    asking: "ended: exit close(1001)",
    ended: ".",
  },
  "gap of messages": {
    absent: ".",
    joining: ".",
    joined: "absent: exit phx_error",
    privately: "absent: exit phx_error",
    writing: "absent: exit phx_error",
    mute: "absent: exit phx_error",
    renewing: "absent: exit phx_error",
    asking: "absent: exit phx_error",
    ended: ".",
  },
  "gap of changes": {
    absent: ".",
    joining: ".",
    joined: ".",
    privately: ".",
    writing: ".",
    mute: ".",
    renewing: ".",
    asking: ".",
    ended: ".",
  },
  overflow: {
    absent: "ended: close(1013)",
    joining: "ended: close(1013)",
    joined: "ended: exit close(1013)",
    privately: "ended: exit close(1013)",
    writing: "ended: exit close(1013)",
    mute: "ended: exit close(1013)",
    renewing: "ended: exit close(1013)",
    asking: "ended: exit close(1013)",
    ended: ".",
  },
  malformed: {
    absent: "ended: close(1007)",
    joining: "ended: close(1007)",
    joined: "ended: exit close(1007)",
    privately: "ended: exit close(1007)",
    writing: "ended: exit close(1007)",
    mute: "ended: exit close(1007)",
    renewing: "ended: exit close(1007)",
    asking: "ended: exit close(1007)",
    ended: ".",
  },
  closed: {
    absent: "ended:",
    joining: "ended:",
    joined: "ended: exit",
    privately: "ended: exit",
    writing: "ended: exit",
    mute: "ended: exit",
    renewing: "ended: exit",
    asking: "ended: exit",
    ended: ".",
  },
};

const rows = Object.entries(table).flatMap(([event, cells]) =>
  Object.entries(cells).map(
    ([situation, outcome]) => [event as EventName, situation as Situation, outcome] as const,
  ),
);

describe("step", () => {
  it.each(rows)("on %s when %s: %s", (name, situation, outcome) => {
    const before = after(...situations[situation]);
    const { state, effects } = step(before, events[name], laterMs[name] ?? START_MS, limits);
    const expected = outcome === "." ? `${describeState(before)}:` : outcome;
    expect([`${describeState(state)}:`, ...effects.map(describeEffect)].join(" ")).toBe(expected);
  });

  it("changes nothing of the state that it is given", () => {
    const before = after(...situations.joined);
    const copy = structuredClone(before);
    step(before, events.leave, START_MS, limits);
    step(before, events.track, START_MS, limits);
    expect(before).toEqual(copy);
  });

  it("handles what waited in the order in which it came", () => {
    const numbered = [1, 2, 3].map((n) => frame("broadcast", { payload: n }, { ref: String(n) }));
    const waiting = after(...situations.privately, ...numbered);
    const { effects } = step(waiting, events.writes, START_MS, limits);
    const sent = effects.flatMap((effect) => (effect.do === "broadcast" ? [effect.message] : []));
    expect(sent).toEqual(['{"payload":1}', '{"payload":2}', '{"payload":3}']);
  });

  it("asks the policies again under a new token", () => {
    const renewed = after(...situations.writing, token, authorised(yes));
    expect(step(renewed, broadcast, START_MS, limits).effects.map(describeEffect)).toEqual([
      "authorise-write",
    ]);
  });

  it("answers a join with its bindings and their ids", () => {
    const binding = { event: "*", schema: "public", table: "t" };
    const joining = after(join({ postgres_changes: [binding] }));
    const { effects } = step(joining, authorised(undefined), START_MS, limits);
    const id = joining.channels.get(topic)?.config.bindings[0]?.id;
    expect(effects[0]).toMatchObject({
      message: { payload: { status: "ok", response: { postgres_changes: [{ ...binding, id }] } } },
    });
  });

  it("makes channels with changes join again after a gap of changes", () => {
    const joined = after(join({ postgres_changes: [{ table: "t" }] }), authorised(undefined));
    const { effects } = step(joined, events["gap of changes"], START_MS, limits);
    expect(effects.map(describeEffect)).toEqual(["exit", "phx_error"]);
  });

  it.each([
    ["a name without the prefix", "room", {}, "unmatched topic"],
    ["no name", "realtime:", {}, "TopicNameRequired: You must provide a topic name"],
    [
      "a replay of a public channel",
      topic,
      { broadcast: { replay: { since: 1 } } },
      "UnableToReplayMessages: Replay is not allowed for public channels",
    ],
    [
      "a replay since a text",
      topic,
      { private: true, broadcast: { replay: { since: "x" } } },
      "UnableToReplayMessages: Replay params are not valid",
    ],
  ])("refuses to join with %s", (_what, name, config, reason) => {
    const event = frame("phx_join", { config }, { topic: name });
    const { effects } = step(openConnection(START_MS), event, START_MS, limits);
    expect(effects.map(describeEffect)).toEqual([`error(${reason})`]);
  });

  it("refuses one channel too many, but lets a joined one join again", () => {
    const others = ["a", "b"].map((name) => frame("phx_join", {}, { topic: `realtime:${name}` }));
    const full = after(...others);
    const third = step(full, join({}), START_MS, limits).effects.map(describeEffect);
    expect(third).toEqual(["error(ChannelRateLimitReached: Too many channels)"]);
    const again = step(full, others[0] as ConnectionEvent, START_MS, limits);
    expect(again.effects.map(describeEffect)).toEqual(["phx_close", "authorise"]);
  });

  it("ends a connection that joins too often", () => {
    const joins = Array.from({ length: limits.maxJoinsPerSecond }, () => join({}));
    const { effects } = step(after(...joins), join({}), START_MS, limits);
    expect(effects.map(describeEffect)).toEqual([
      "error(ClientJoinRateLimitReached: Too many joins per second)",
      "close(1008)",
    ]);
  });

  it("shuts a channel that sends too much, then the connection", () => {
    const flood = Array.from({ length: limits.maxMessagesPerSecond * 10 }, () => events.unknown);
    const flooded = after(...situations.joined, ...flood);
    const shut = step(flooded, events.unknown, START_MS, limits);
    expect(shut.effects.map(describeEffect)[0]).toBe("system(Too many messages per second)");
    const ended = step(shut.state, events.unknown, START_MS, limits);
    expect(ended.effects.map(describeEffect)).toEqual(["close(1008)"]);
  });

  it("shuts a channel that tracks too often, and not across windows", () => {
    const tracks = Array.from({ length: limits.maxPresenceCallsPerWindow }, () => events.track);
    const busy = after(...situations.joined, ...tracks);
    const { effects } = step(busy, events.track, START_MS, limits);
    expect(effects.map(describeEffect)[0]).toBe("system(Client presence rate limit exceeded)");
    const laterMs = START_MS + limits.presenceWindowMs + 1;
    expect(step(busy, events.untrack, laterMs, limits).effects.map(describeEffect)).toContain("ok");
  });

  it("enters and leaves each channel in turn, whatever happens in whatever order", () => {
    const all = Object.values<ConnectionEvent>(events).filter(({ type }) => type !== "closed");
    const some = fc.array(fc.constantFrom(...all, ...situations.writing), { maxLength: 40 });
    fc.assert(
      fc.property(some, (happened) => {
        let state = openConnection(START_MS);
        let isEntered = false;
        for (const event of [...happened, events.closed]) {
          const turn = step(state, event, START_MS, limits);
          state = turn.state;
          for (const effect of turn.effects) {
            // Only who has entered is heard, is present, or leaves.
            if (effect.do === "enter") expect(isEntered).toBe(false);
            else if (/exit|renew|broadcast|presence|track/.test(effect.do))
              expect(isEntered).toBe(true);
            if (effect.do === "enter" || effect.do === "exit") isEntered = effect.do === "enter";
          }
        }
        expect(isEntered).toBe(false);
      }),
      { numRuns: 10_000 },
    );
  });

  it("shuts a channel whose frames pile up while an answer is waited for", () => {
    const flood = Array.from({ length: 101 }, () => broadcast);
    expect(describeState(after(join({}), ...flood.slice(1)))).toBe("joining+100");
    expect(describeState(after(join({}), ...flood))).toBe("absent");
  });
});

function after(...done: ConnectionEvent[]): ConnectionState {
  return done.reduce(
    (state, event) => step(state, event, START_MS, limits).state,
    openConnection(START_MS),
  );
}

function describeState({ phase, channels }: ConnectionState): string {
  if (phase === "closed") return "ended";
  const channel = channels.get(topic);
  if (!channel) return "absent";
  const waiting = channel.inbox.length > 0 ? `+${channel.inbox.length}` : "";
  const { pending = "joined" } = channel;
  return `${pending === "join" ? "joining" : pending}${waiting}`;
}

function describeEffect(effect: Effect): string {
  if (effect.do === "close") return `close(${effect.code})`;
  if (effect.do !== "send") return effect.do;
  const { event, payload } = effect.message;
  const { status, response, message } = payload as Record<string, { reason?: string } | string>;
  if (event === "system") return `system(${message})`;
  if (event !== "phx_reply") return event;
  const { reason, error } = response as { reason?: string; error?: string };
  return status === "ok" ? "ok" : `error(${reason ?? error ?? ""})`;
}
