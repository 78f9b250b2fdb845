import { once } from "node:events";
import { connect } from "node:net";

/** One in so many opens a WebSocket and joins nothing; the others send half a request or not even that. */
const WEB_SOCKETS = 10;
const AT_ONCE = 200;

const [url = "", apiKey, count] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const half = "GET /rest/v1/ HTTP/1.1\r\nHost: x\r\n";
const webSocket = [
  `GET /realtime/v1/websocket?vsn=2.0.0&apikey=${apiKey} HTTP/1.1`,
  "Host: x",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "\r\n",
].join("\r\n");

async function open(n: number): Promise<void> {
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  if (n % WEB_SOCKETS === 0) {
    socket.write(webSocket);
    await once(socket, "data");
  } else if (n % 2 === 0) socket.write(half);
}

let opened = 0;
while (opened < Number(count)) {
  const some = Math.min(AT_ONCE, Number(count) - opened);
  await Promise.all(Array.from({ length: some }, (_, at) => open(opened + at)));
  opened += some;
}
process.send?.(opened);
