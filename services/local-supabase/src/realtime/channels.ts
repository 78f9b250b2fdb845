import type { Vsn, WireFrame } from "./codec.ts";

/** A joined channel of one connection, as those who send to it see it. */
export interface Member {
  key: string;
  /** As on the wire. */
  topic: string;
  vsn: Vsn;
  readsBroadcasts: boolean;
  /** Set once it knows who is present: differences before that would mean nothing to it. */
  readsPresence: boolean;
  /** Messages that it has had already, on request, when it joined. */
  replayedIds: ReadonlySet<string>;
  deliver(frame: WireFrame): void;
}

/** Who is joined where. */
export interface Channels {
  enter(member: Member): void;
  exit(member: Member): void;
  /** Sends one frame to all members that `accepts` lets pass; each version's frame is made once, when first needed. */
  send(
    key: string,
    encode: (vsn: Vsn, topic: string) => WireFrame | undefined,
    accepts: (member: Member) => boolean,
  ): void;
}

/** A public and a private channel of the same name have nothing to do with each other. */
export function channelKey(name: string, isPrivate: boolean): string {
  return `${isPrivate ? "private" : "public"}:${name}`;
}

/** An empty registry. */
export function createChannels(): Channels {
  const membersOf = new Map<string, Set<Member>>();
  return {
    enter(member) {
      const others = membersOf.get(member.key);
      if (others) others.add(member);
      else membersOf.set(member.key, new Set([member]));
    },
    exit(member) {
      const others = membersOf.get(member.key);
      others?.delete(member);
      if (others?.size === 0) membersOf.delete(member.key);
    },
    send(key, encode, accepts) {
      const frames = new Map<Vsn, WireFrame | undefined>();
      for (const member of membersOf.get(key) ?? []) {
        if (!accepts(member)) continue;
        const { vsn } = member;
        if (!frames.has(vsn)) frames.set(vsn, encode(vsn, member.topic));
        const frame = frames.get(vsn);
        if (frame) member.deliver(frame);
      }
    },
  };
}
