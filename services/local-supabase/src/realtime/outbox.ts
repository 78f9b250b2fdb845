import type { Duplex } from "node:stream";

/** What one turn of the event loop has for a socket leaves in one system call. */
export interface Outbox {
  /** `bytes` is a whole frame; frames arrive in the order of these calls. */
  write(socket: Duplex, bytes: Buffer): void;
}

/** More than this does not wait for the end of the turn. */
const maxHeldBytes = 65_536;

export function createOutbox(): Outbox {
  const held = new Set<Duplex>();
  const flush = (): void => {
    for (const socket of held) socket.uncork();
    held.clear();
  };
  return {
    write(socket, bytes) {
      if (!held.has(socket)) {
        if (held.size === 0) setImmediate(flush);
        held.add(socket);
        socket.cork();
      }
      socket.write(bytes);
      if (socket.writableLength <= maxHeldBytes) return;
      held.delete(socket);
      socket.uncork();
    },
  };
}
