import type { Channels, Member } from "./channels.ts";
import { encodeShared } from "./codec.ts";

/** Who is present on each channel. */
export interface Presence {
  track(member: Member, key: string, payload: Record<string, unknown>): void;
  untrack(member: Member): void;
  /** Tells a member who is present; from then on it gets the differences. */
  sync(member: Member): void;
  stop(): void;
}

interface Entry {
  key: string;
  payloadJson: string;
  meta: { phx_ref: string };
}

interface Room {
  present: Map<Member, Entry>;
  /** Not told yet, by `phx_ref`. */
  joins: Map<string, Entry>;
  leaves: Map<string, Entry>;
  timer: NodeJS.Timeout | undefined;
}

/** Many may come at once, after a restart for one: they are told together. */
const gatherMs = 20;

/** Nobody is present yet. Differences go out through `channels`. */
export function createPresence(channels: Channels): Presence {
  const rooms = new Map<string, Room>();
  let lastRef = 0;

  function roomOf(key: string): Room {
    const room = rooms.get(key) ?? {
      present: new Map(),
      joins: new Map(),
      leaves: new Map(),
      timer: undefined,
    };
    rooms.set(key, room);
    return room;
  }

  function remove(room: Room, member: Member): void {
    const entry = room.present.get(member);
    if (!entry) return;
    room.present.delete(member);
    // Nobody heard of one that comes and goes in between.
    if (!room.joins.delete(entry.meta.phx_ref)) room.leaves.set(entry.meta.phx_ref, entry);
  }

  function flush(channelKey: string, room: Room): void {
    clearTimeout(room.timer);
    room.timer = undefined;
    if (room.joins.size + room.leaves.size > 0) {
      const diff = JSON.stringify({
        joins: stateOf(room.joins.values()),
        leaves: stateOf(room.leaves.values()),
      });
      room.joins.clear();
      room.leaves.clear();
      channels.send(
        channelKey,
        (vsn, topic) => encodeShared(vsn, topic, "presence_diff", diff),
        (member) => member.readsPresence,
      );
    }
    if (room.present.size === 0) rooms.delete(channelKey);
  }

  return {
    track(member, key, payload) {
      const room = roomOf(member.key);
      const payloadJson = JSON.stringify(payload);
      const before = room.present.get(member);
      if (before?.payloadJson === payloadJson) return;
      remove(room, member);
      const previous = before && { phx_ref_prev: before.meta.phx_ref };
      const meta = { ...payload, phx_ref: (++lastRef).toString(36), ...previous };
      const entry = { key, payloadJson, meta };
      room.present.set(member, entry);
      room.joins.set(meta.phx_ref, entry);
      room.timer ??= setTimeout(() => flush(member.key, room), gatherMs);
    },
    untrack(member) {
      const room = rooms.get(member.key);
      if (!room) return;
      remove(room, member);
      room.timer ??= setTimeout(() => flush(member.key, room), gatherMs);
    },
    sync(member) {
      const room = roomOf(member.key);
      const state = JSON.stringify(stateOf(room.present.values()));
      // First what the others do not know yet: this member learns it from the state.
      flush(member.key, room);
      member.readsPresence = true;
      member.deliver(encodeShared(member.vsn, member.topic, "presence_state", state));
    },
    stop() {
      for (const room of rooms.values()) clearTimeout(room.timer);
      rooms.clear();
    },
  };
}

function stateOf(entries: Iterable<Entry>): Record<string, { metas: object[] }> {
  const metasOf = new Map<string, object[]>();
  for (const { key, meta } of entries) {
    const metas = metasOf.get(key);
    if (metas) metas.push(meta);
    else metasOf.set(key, [meta]);
  }
  return Object.fromEntries([...metasOf].map(([key, metas]) => [key, { metas }]));
}
