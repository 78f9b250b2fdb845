import { connect, createServer, type Socket } from "node:net";
import { Transform } from "node:stream";

/** A TCP connection to a server that a test can pull out and plug in again. */
export interface Cable {
  /** The server's address through the cable. */
  url: string;
  /** Breaks what is open; nothing gets through until `plug`. */
  pull(): void;
  plug(): void;
  /** Garbles this word in what the server says from now on, until `plug`. */
  garble(word: string): void;
  stop(): Promise<void>;
}

export async function startCable(serverUrl: string): Promise<Cable> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isPulled = false;
  let garbled = "";
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
    const garbler = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const at = garbled ? chunk.indexOf(garbled) : -1;
        if (at >= 0) chunk[at] = "_".charCodeAt(0);
        done(null, chunk);
      },
    });
    near.pipe(far).pipe(garbler).pipe(near);
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
      garbled = "";
    },
    garble(word) {
      garbled = word;
    },
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
