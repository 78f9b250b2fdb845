import type { Duplex } from "node:stream";

/** Sends frames to sockets in few system calls: each costs more than all else about a message. */
export interface Outbox {
  /** `bytes` is a whole frame, for this socket alone: it leaves at the end of this turn of the event loop. */
  write(socket: Duplex, bytes: Buffer): void;
  /** A frame that goes to many. A socket that just had one gets the next ones together, a few milliseconds later. */
  share(socket: Duplex, bytes: Buffer): void;
}

/** More than this does not wait. */
const maxHeldBytes = 65_536;
const gatherMs = 10;

/** Frames arrive in the order of the calls. */
export function createOutbox(): Outbox {
  /** Corked until the end of the turn. */
  const held = new Set<Duplex>();
  /** Corked until the end of the interval. */
  const gathering = new Set<Duplex>();
  /** Had something shared in this interval. */
  const served = new Set<Duplex>();

  function endTurn(): void {
    for (const socket of held) socket.uncork();
    held.clear();
  }

  function endInterval(): void {
    served.clear();
    for (const socket of gathering) {
      socket.uncork();
      serve(socket);
    }
    gathering.clear();
  }

  function serve(socket: Duplex): void {
    if (served.size === 0) setTimeout(endInterval, gatherMs);
    served.add(socket);
  }

  function hold(socket: Duplex): void {
    if (held.has(socket)) return;
    if (held.size === 0) setImmediate(endTurn);
    held.add(socket);
    socket.cork();
  }

  function add(socket: Duplex, bytes: Buffer): void {
    socket.write(bytes);
    if (socket.writableLength <= maxHeldBytes) return;
    if (held.delete(socket)) socket.uncork();
    if (gathering.delete(socket)) socket.uncork();
  }

  return {
    write(socket, bytes) {
      hold(socket);
      if (gathering.delete(socket)) socket.uncork();
      add(socket, bytes);
    },
    share(socket, bytes) {
      if (!served.has(socket)) {
        serve(socket);
        hold(socket);
      } else if (!held.has(socket) && !gathering.has(socket)) {
        gathering.add(socket);
        socket.cork();
      }
      add(socket, bytes);
    },
  };
}
