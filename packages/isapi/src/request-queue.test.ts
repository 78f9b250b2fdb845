import { describe, expect, it } from "vitest";
import { IsapiError } from "./isapi-error.ts";
import { RequestQueue } from "./request-queue.ts";

const NEVER = new AbortController().signal;

/** A task that ends when it is told to, and records its turn. */
function taskOf(log: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const run = (signal?: AbortSignal) => {
    log.push(name);
    signal?.addEventListener("abort", () => reject(signal.reason));
    return promise;
  };
  return { run, finish: () => resolve(name), fail: reject };
}

/** Lets everything that can go on now go on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("a device's requests", () => {
  it("go one at a time, gate commands before all that wait", async () => {
    const log: string[] = [];
    const queue = new RequestQueue({ preemptAfterMs: 60_000 });
    const tasks = ["read 1", "read 2", "gate 1", "read 3", "gate 2"].map((name) =>
      taskOf(log, name),
    );
    const [read1, read2, gate1, read3, gate2] = tasks;
    const done = Promise.all([
      queue.read(read1?.run ?? fail, NEVER),
      queue.read(read2?.run ?? fail, NEVER),
      queue.gate(gate1?.run ?? fail, NEVER),
      queue.read(read3?.run ?? fail, NEVER),
      queue.gate(gate2?.run ?? fail, NEVER),
    ]);
    await settled();
    expect(log).toEqual(["read 1"]);
    for (const task of [read1, gate1, gate2, read2, read3]) {
      task?.finish();
      await settled();
    }
    await done;
    expect(log).toEqual(["read 1", "gate 1", "gate 2", "read 2", "read 3"]);
  });

  it("cut off a read that is slow when the gate must open", async () => {
    const log: string[] = [];
    const queue = new RequestQueue({ preemptAfterMs: 1 });
    const slow = queue.read(taskOf(log, "slow").run, NEVER);
    const command = queue.gate(async () => "opened", NEVER);
    await expect(slow).rejects.toMatchObject({ code: "preempted" });
    expect(await command).toBe("opened");
  });

  it("cut off a read that only just got its turn", async () => {
    const log: string[] = [];
    const queue = new RequestQueue({ preemptAfterMs: 1 });
    const first = taskOf(log, "first");
    const running = queue.read(first.run, NEVER);
    const slow = queue.read(taskOf(log, "slow").run, NEVER);
    first.finish();
    await running;
    const command = queue.gate(async () => "opened", NEVER);
    await expect(slow).rejects.toMatchObject({ code: "preempted" });
    expect(await command).toBe("opened");
  });

  it("never cut off a gate command", async () => {
    const log: string[] = [];
    const queue = new RequestQueue({ preemptAfterMs: 0 });
    const first = taskOf(log, "first");
    const running = queue.gate(first.run, NEVER);
    const next = queue.gate(async () => "second", NEVER);
    await new Promise((resolve) => setTimeout(resolve, 5));
    first.finish();
    expect(await running).toBe("first");
    expect(await next).toBe("second");
  });

  it("leave the queue when their caller gives up, and let the others go on", async () => {
    const log: string[] = [];
    const queue = new RequestQueue();
    const first = taskOf(log, "first");
    const running = queue.read(first.run, NEVER);
    const abort = new AbortController();
    const leaving = queue.read(taskOf(log, "leaving").run, abort.signal);
    const last = queue.read(async () => "last", NEVER);
    abort.abort(new Error("enough"));
    await expect(leaving).rejects.toThrow("enough");
    first.finish();
    await running;
    expect(await last).toBe("last");
    expect(log).toEqual(["first"]);
  });

  it("pause after busy, but gate commands do not", async () => {
    const queue = new RequestQueue({ random: () => 0 });
    const busy = async () => {
      throw new IsapiError("busy", "later");
    };
    await expect(queue.read(busy, NEVER)).rejects.toMatchObject({ code: "busy" });
    const startedMs = performance.now();
    const log: string[] = [];
    const read = queue.read(async () => {
      log.push("read");
      return performance.now() - startedMs;
    }, NEVER);
    await queue.gate(async () => log.push("gate"), NEVER);
    expect(await read).toBeGreaterThan(100);
    expect(log).toEqual(["gate", "read"]);
  });
});

async function fail(): Promise<string> {
  throw new Error("no task");
}
