import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { createOutbox } from "./outbox.ts";

/** A stream that notes how many chunks each write brought. */
function recorder() {
  const writes: string[][] = [];
  const socket = new Writable({
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  return { socket: socket as never, writes };
}

const turn = () => new Promise(setImmediate);

it("gives a socket all of a turn's frames at once, in order", async () => {
  const { write } = createOutbox();
  const [ana, bea] = [recorder(), recorder()];
  for (const text of ["1", "2"]) {
    write(ana.socket, Buffer.from(text));
    write(bea.socket, Buffer.from(text));
  }
  expect(ana.writes).toEqual([]);
  await turn();
  expect([ana.writes, bea.writes]).toEqual([[["1", "2"]], [["1", "2"]]]);
  write(ana.socket, Buffer.from("3"));
  await turn();
  expect(ana.writes).toEqual([["1", "2"], ["3"]]);
});

it("does not hold much back", () => {
  const { write } = createOutbox();
  const { socket, writes } = recorder();
  for (let n = 0; n < 5; n++) write(socket, Buffer.alloc(20_000, "x"));
  expect(writes).toHaveLength(1);
});

it("survives a socket that is gone before the turn ends", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const client = createConnection((server.address() as { port: number }).port, "127.0.0.1");
  const [socket] = await accepted;
  socket.on("error", () => {});
  const outbox = createOutbox();
  outbox.write(socket, Buffer.from("never"));
  socket.destroy();
  const { socket: other, writes } = recorder();
  outbox.write(other, Buffer.from("still"));
  await turn();
  expect(writes).toEqual([["still"]]);
  client.destroy();
  server.close();
});
