import { connect, createServer, type Socket } from "node:net";

/** A TCP connection to a server that a test can pull out and plug in again. */
export interface Cable {
  /** The server's address through the cable. */
  url: string;
  /** Breaks what is open; nothing gets through until `plug`. */
  pull(): void;
  plug(): void;
  stop(): Promise<void>;
}

export async function startCable(serverUrl: string): Promise<Cable> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isPulled = false;
  const server = createServer((near) => {
    if (isPulled) return near.destroy();
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const ownPort = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${ownPort}`,
    pull() {
      isPulled = true;
      cut();
    },
    plug() {
      isPulled = false;
    },
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
