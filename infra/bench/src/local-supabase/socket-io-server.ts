import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { answerParent, nowMs } from "../child.ts";

/** What Socket.IO's own server is asked for: to listen, or to send events to its rooms. */
export type SocketIoTask =
  | { do: "listen" }
  | { do: "emit"; tenants: number; count: number; perSecond: number | undefined };

const EVENTS_AT_ONCE = 20;

const http = createServer();
const server = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
server.on("connection", (socket) => {
  void socket.join(`tenant:${socket.handshake.auth["tenant"]}`);
  socket.emit("joined");
});

/** The port, or when it began to send. */
answerParent(async (task: SocketIoTask): Promise<number> => {
  if (task.do === "listen") {
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return (http.address() as AddressInfo).port;
  }
  const { tenants, count, perSecond } = task;
  const beganMs = nowMs();
  for (let at = 0; at < count; at++) {
    if (perSecond === undefined) {
      // Sockets get their turn, as between a database's answers.
      if (at % EVENTS_AT_ONCE === 0) await new Promise(setImmediate);
    } else {
      const waitMs = beganMs + (at * 1000) / perSecond - nowMs();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    const event = { sentMs: nowMs(), plate: "ABC1D23", camera: "norte", confidence: 0.97 };
    server.to(`tenant:${at % tenants}`).emit("event", event);
  }
  return beganMs;
});
