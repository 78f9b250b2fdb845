import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/**
 * A free port on loopback: `preferred` when it is free, else any. Services get their ports from here, so that one
 * that is started again stands where the others look for it.
 */
export async function freePort(preferred = 0): Promise<number> {
  const probe = createServer();
  probe.listen(preferred, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch (error) {
    if (preferred === 0) throw error;
    return freePort();
  }
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
