import { once } from "node:events";
import { createServer } from "node:net";

/** `wished` if nobody listens there on `host`, else any free one. */
export async function freePort(wished = 0, host = "127.0.0.1"): Promise<number> {
  const probe = createServer();
  probe.listen(wished, host);
  try {
    await once(probe, "listening");
  } catch (error) {
    if (wished === 0) throw error;
    return freePort(0, host);
  }
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
