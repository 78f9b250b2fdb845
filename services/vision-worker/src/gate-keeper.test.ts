import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GateOutcome, GatePosition } from "@portero/access";
import { createLog } from "@portero/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGateKeeper } from "./gate-keeper.ts";
import type { Gate, GateOrder } from "./gates/gate.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import type { CommandRecord } from "./journal/records.ts";
import { recover } from "./recovery.ts";

const log = createLog("test", { level: "silent" });

/** A gate in the test's hand: it answers what it is told and remembers what it was asked. */
function handGate(answer: () => GateOutcome | Promise<GateOutcome>) {
  const orders: GateOrder[] = [];
  let move: (position: GatePosition) => void = () => {};
  const gate: Gate = {
    id: "gate-1",
    name: "Norte",
    hasPositionInput: true,
    async command(order) {
      orders.push(order);
      return answer();
    },
    async watch(onPosition, signal) {
      move = onPosition;
      onPosition("closed");
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    },
    settle: async () => {},
  };
  return { gate, orders, move: (position: GatePosition) => move(position) };
}

const commandOf = (id: string): CommandRecord => ({
  id,
  decisionId: null,
  gateId: "gate-1",
  cause: "guard",
  plate: null,
  facts: { cameraId: null, by: "user-1", byName: "Ana", reason: "visita" },
  issuedAtMs: 1,
  expiresAtMs: 2,
});

describe("opening a gate", () => {
  let folder: string;
  let journal: Journal;
  const running = new AbortController();
  const soon = () => performance.now() + 5000;
  const events = async () => (await journal.outbox(100)).map(({ event }) => event);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "portero-keeper-"));
    journal = await openJournal(join(folder, "journal.db"));
  });
  afterEach(async () => {
    await journal.close();
    await rm(folder, { recursive: true, force: true });
  });

  function keep(hand: ReturnType<typeof handGate>) {
    const keeper = createGateKeeper({
      gate: hand.gate,
      journal,
      log,
      onRecorded() {},
      onState() {},
    });
    void keeper.run(running.signal);
    return keeper;
  }

  it("has the intent and `firing` on disk before the pulse (G1, G6)", async () => {
    const onDisk: unknown[] = [];
    const hand = handGate(async () => {
      onDisk.push((await journal.interrupted()).map(({ id, state }) => [id, state]));
      hand.move("open");
      return { kind: "accepted" };
    });
    const end = await keep(hand).open({ command: commandOf("c1") }, soon(), running.signal);
    expect(onDisk).toEqual([[["c1", "firing"]]]);
    expect(end).toEqual({ kind: "opened", confirmed: true });
    expect(await journal.interrupted()).toEqual([]);
    expect(await events()).toMatchObject([
      {
        eventType: "gate_opened",
        payload: { command_id: "c1", cause: "guard", confirmed: true, by: "user-1" },
      },
    ]);
  });

  it("sends a command once, however often it is told (G2)", async () => {
    const hand = handGate(() => {
      hand.move("open");
      return { kind: "accepted" };
    });
    const keeper = keep(hand);
    const ends = await Promise.all(
      [1, 2, 3].map(() => keeper.open({ command: commandOf("c1") }, soon(), running.signal)),
    );
    expect(hand.orders).toHaveLength(1);
    expect(ends.map(({ kind }) => kind).sort()).toEqual(["duplicate", "duplicate", "opened"]);
  });

  it("never sends what has expired (G3)", async () => {
    const hand = handGate(() => ({ kind: "accepted" }));
    const end = await keep(hand).open(
      { command: commandOf("c1") },
      performance.now() - 1,
      running.signal,
    );
    expect(end.kind).toBe("expired");
    expect(hand.orders).toEqual([]);
    expect(await events()).toMatchObject([
      { eventType: "gate_command_failed", payload: { outcome: "expired" } },
    ]);
  });

  it("sends nothing that it cannot record (doubt about recording keeps the gate closed)", async () => {
    const hand = handGate(() => ({ kind: "accepted" }));
    const keeper = keep(hand);
    await journal.close();
    await expect(
      keeper.open({ command: commandOf("c1") }, soon(), running.signal),
    ).rejects.toMatchObject({ code: "closed" });
    expect(hand.orders).toEqual([]);
    journal = await openJournal(join(folder, "journal.db"));
  });

  it.each<[string, GateOutcome]>([
    ["refused", { kind: "rejected", reason: "locked" }],
    ["out of reach", { kind: "unreachable", detail: "no route" }],
    ["of unknown fate: not sent again (G8)", { kind: "unknown", detail: "no answer" }],
  ])("tells of a command that is %s", async (_name, outcome) => {
    const hand = handGate(() => outcome);
    const end = await keep(hand).open({ command: commandOf("c1") }, soon(), running.signal);
    expect(end).toEqual(outcome);
    expect(hand.orders).toHaveLength(1);
    expect(await events()).toMatchObject([
      { eventType: "gate_command_failed", payload: { outcome: outcome.kind } },
    ]);
  });

  it("never fires again what a crash left in `firing`, and says so (G6)", async () => {
    await journal.record({ command: commandOf("fired") });
    await journal.markFiring("fired", 1);
    await journal.record({ command: commandOf("meant") });
    await journal.record({ command: commandOf("taken") });
    const taken = { commandId: "taken", state: "accepted" as const, outcome: "accepted", atMs: 1 };
    await journal.record({ outcome: taken });
    await recover(journal, log);
    expect(await journal.interrupted()).toEqual([]);
    const told = (await events()).map(({ payload }) => payload);
    expect(told).toMatchObject([
      { command_id: "fired", outcome: "unknown" },
      { command_id: "meant", outcome: "expired" },
      { command_id: "taken", confirmed: false },
    ]);
    const hand = handGate(() => ({ kind: "accepted" }));
    const end = await keep(hand).open({ command: commandOf("fired") }, soon(), running.signal);
    expect(end.kind).toBe("duplicate");
    expect(hand.orders).toEqual([]);
  });
});
