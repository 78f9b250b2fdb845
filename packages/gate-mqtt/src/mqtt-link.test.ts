import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { Readable } from "node:stream";
import { Aedes } from "aedes";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { GateError } from "./gate-error.ts";
import { MqttLink } from "./mqtt-link.ts";

const patient = { timeout: 15_000, interval: 10 };

interface Persistence {
  createRetainedStreamCombi(topics: string[]): AsyncIterable<unknown>;
}

describe("MqttLink", () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function listen(server: Server): Promise<string> {
    await once(server.listen(0, "127.0.0.1"), "listening");
    ends.push(() => server.close());
    return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function run(url: string, subscribe: string[]) {
    const heard: string[] = [];
    const failures: GateError[] = [];
    const stop = new AbortController();
    let ups = 0;
    const link = new MqttLink({
      broker: { url },
      clientId: "link",
      subscribe,
      onUp: () => ups++,
      onMessage: ({ payload }) => heard.push(Buffer.from(payload).toString()),
      onDown: () => {},
      onFailure: (error) => failures.push(error),
      backoff: { baseMs: 20, maxMs: 40 },
    });
    const running = link.run(stop.signal);
    ends.push(async () => {
      stop.abort();
      await running;
    });
    return { link, heard, failures, ups: () => ups };
  }

  it("does not let a retained message that comes late undo a newer one", async () => {
    const aedes = await Aedes.createBroker();
    ends.push(() => new Promise<void>((resolve) => aedes.close(resolve)));
    const { persistence } = aedes as unknown as { persistence: Persistence };
    const read = persistence.createRetainedStreamCombi.bind(persistence);
    const release = Promise.withResolvers<void>();
    const hasRead = Promise.withResolvers<void>();
    // Read at once, delivered later: what a busy broker does.
    persistence.createRetainedStreamCombi = (topics) =>
      Readable.from(
        (async function* () {
          const packets: unknown[] = [];
          for await (const packet of read(topics)) packets.push(packet);
          hasRead.resolve();
          await release.promise;
          yield* packets;
        })(),
      );
    const say = (topic: string, payload: string) =>
      new Promise<void>((resolve, reject) => {
        const packet = { cmd: "publish", qos: 1, dup: false, topic, retain: true } as const;
        aedes.publish({ ...packet, payload }, (error) => (error ? reject(error) : resolve()));
      });
    await say("t", "old");
    await say("z", "last");
    const { heard, ups } = run(await listen(createServer(aedes.handle)), ["t", "z"]);
    await vi.waitFor(() => expect(ups()).toBe(1), patient);
    await hasRead.promise;
    await say("t", "new");
    await vi.waitFor(() => expect(heard).toEqual(["new"]), patient);
    release.resolve();
    await vi.waitFor(() => expect(heard).toContain("last"), patient);
    expect(heard).toEqual(["new", "last"]);
  });

  it("keeps trying a broker that takes connections and never answers, and stops when told to", async () => {
    const { failures } = run(await listen(createServer((socket) => socket.destroy())), ["t"]);
    await vi.waitFor(() => expect(failures.length).toBeGreaterThan(2), patient);
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(["unreachable"]));
  });

  it("publishes nothing while it is away, and keeps nothing for later", async () => {
    const { link } = run("mqtt://127.0.0.1:1", ["t"]);
    await expect(link.publish("t", "x")).rejects.toMatchObject({ code: "unreachable" });
  });
});
