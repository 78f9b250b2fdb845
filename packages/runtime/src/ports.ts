import { once } from "node:events";
import { createServer } from "node:net";

/** A port that nobody else gets while it is held. */
interface HeldPort {
  port: number;
  /** Lets go of it, for the one who listens there next; a second time changes nothing. */
  release(): Promise<void>;
}

/** Holds `wished` if nobody listens there on `host`, else any free one. */
export async function holdPort(wished = 0, host = "127.0.0.1"): Promise<HeldPort> {
  const holder = createServer((socket) => socket.destroy());
  holder.listen(wished, host);
  try {
    await once(holder, "listening");
  } catch (error) {
    if (wished === 0) throw error;
    return holdPort(0, host);
  }
  const { port } = holder.address() as { port: number };
  return {
    port,
    async release() {
      if (!holder.listening) return;
      holder.close();
      await once(holder, "close");
    },
  };
}

/** `wished` if nobody listens there on `host`, else any free one. */
export async function freePort(wished = 0, host = "127.0.0.1"): Promise<number> {
  const { port, release } = await holdPort(wished, host);
  await release();
  return port;
}
