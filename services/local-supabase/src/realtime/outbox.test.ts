import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { Writable } from "node:stream";
import { afterEach, expect, it, vi } from "vitest";
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

afterEach(() => void vi.useRealTimers());

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

it("lets what is shared gather for a socket that had some just now, and for no other", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const { share } = createOutbox();
  const [ana, bea] = [recorder(), recorder()];
  for (const text of ["1", "2", "3"]) {
    share(ana.socket, Buffer.from(text));
    await turn();
  }
  share(bea.socket, Buffer.from("1"));
  await turn();
  expect([ana.writes, bea.writes]).toEqual([[["1"]], [["1"]]]);
  vi.advanceTimersByTime(10);
  expect(ana.writes).toEqual([["1"], ["2", "3"]]);
  share(ana.socket, Buffer.from("4"));
  await turn();
  vi.advanceTimersByTime(10);
  share(ana.socket, Buffer.from("5"));
  vi.advanceTimersByTime(20);
  share(ana.socket, Buffer.from("6"));
  await turn();
  expect(ana.writes).toEqual([["1"], ["2", "3"], ["4"], ["5"], ["6"]]);
});

it("sends an answer at once, after what was waiting", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const { share, write } = createOutbox();
  const { socket, writes } = recorder();
  share(socket, Buffer.from("1"));
  await turn();
  share(socket, Buffer.from("2"));
  write(socket, Buffer.from("3"));
  share(socket, Buffer.from("4"));
  await turn();
  expect(writes.flat()).toEqual(["1", "2", "3", "4"]);
});

it.each(["write", "share"] as const)("does not hold much back: %s", async (verb) => {
  const outbox = createOutbox();
  const { socket, writes } = recorder();
  outbox[verb](socket, Buffer.from("first"));
  await turn();
  for (let n = 0; n < 5; n++) outbox[verb](socket, Buffer.alloc(20_000, "x"));
  expect(writes).toHaveLength(2);
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
