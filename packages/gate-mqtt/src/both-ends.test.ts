import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createSigner } from "./signing.ts";
import { hasMosquitto, startAedes, startMosquitto, type TestBroker } from "./test-brokers.ts";
import { createScene, KEY, never, orderOf } from "./test-scene.ts";
import { topicsOf } from "./topics.ts";

const patient = { timeout: 15_000, interval: 10 };

const brokers: [string, () => Promise<TestBroker>][] = [["aedes", startAedes]];
if (hasMosquitto()) brokers.push(["mosquitto", startMosquitto]);

const qos1 = { qos: 1 } as const;

// Concurrent because each waits out the controller's two quiet seconds; each has a gate of its own.
describe.concurrent.each(brokers)("an MQTT gate over %s", (_name, startBroker) => {
  let broker: TestBroker;

  beforeAll(async () => {
    broker = await startBroker();
  });
  afterAll(async () => {
    await broker.stop();
  });

  it("opens once: recorded, pulsed, answered, then seen open", async () => {
    await using scene = createScene(broker);
    const { controller, worker } = await scene.pair();
    const order = orderOf();
    expect(await worker.gate.command(order, never)).toEqual({ kind: "accepted" });
    expect(controller.steps).toEqual(["recorded", "pulse"]);
    await vi.waitFor(() => expect(worker.commandIds.at(-1)).toBe(order.id), patient);
    expect(worker.positions.at(-1)).toBe("open");
  });

  it("sends an id once (G2) and refuses what the gate cannot do", async () => {
    await using scene = createScene(broker);
    const { controller, worker } = await scene.pair();
    const order = orderOf();
    await worker.gate.command(order, never);
    expect(await worker.gate.command(order, never)).toEqual({ kind: "duplicate" });
    expect(controller.pulses()).toBe(1);
    const closed = await worker.gate.command(orderOf({ action: "close" }), never);
    expect(closed).toEqual({ kind: "rejected", reason: "unsupported" });
  });

  it("sends nothing that has no time left, or that was given up (G3)", async () => {
    await using scene = createScene(broker);
    const { controller, worker } = await scene.pair();
    const late = await worker.gate.command(orderOf({ sendWithinMs: 0 }), never);
    expect(late).toEqual({ kind: "expired" });
    const given = await worker.gate.command(orderOf(), AbortSignal.abort());
    expect(given.kind).toBe("unreachable");
    expect(controller.judged).toEqual([]);
  });

  it.each([
    ["a command of another gate", { gate_id: randomUUID() }, 0, "wrong_gate"],
    ["a command that took too long", {}, 3_000, "expired"],
    ["a command with an old number", { seq: 1 }, 0, "seq_not_newer"],
  ])("refuses %s (G5)", async (_case, change, agoMs, reason) => {
    await using scene = createScene(broker);
    const { controller } = await scene.pair();
    const topics = topicsOf(scene.gateId);
    const stranger = await scene.stranger();
    const acks: string[] = [];
    stranger.on("message", (_topic, payload) => acks.push(payload.toString()));
    await stranger.subscribeAsync(topics.ack);
    const command = scene.signedOpen(change, agoMs);
    await stranger.publishAsync(topics.command, JSON.stringify(command), qos1);
    await vi.waitFor(() => expect(acks).toHaveLength(1), patient);
    expect(JSON.parse(acks[0] ?? "")).toMatchObject({ id: command.id, reason });
    expect(controller.pulses()).toBe(0);
  });

  it("refuses a bad signature without a word, and the same bytes a second time (G5)", async () => {
    await using scene = createScene(broker);
    const { controller, worker } = await scene.pair();
    const topics = topicsOf(scene.gateId);
    const stranger = await scene.stranger();
    const heard: [string, string][] = [];
    stranger.on("message", (topic, payload) => heard.push([topic, payload.toString()]));
    await stranger.subscribeAsync([topics.command, topics.ack]);
    const forged = { ...scene.signedOpen(), actor: "guard" };
    await stranger.publishAsync(topics.command, JSON.stringify(forged), qos1);
    await vi.waitFor(
      () => expect(controller.judged).toMatchObject([{ kind: "reject", reason: "bad_signature" }]),
      patient,
    );
    expect(heard.filter(([topic]) => topic === topics.ack)).toEqual([]);

    await worker.gate.command(orderOf(), never);
    const taped = heard.findLast(([topic]) => topic === topics.command)?.[1] ?? "";
    await stranger.publishAsync(topics.command, taped, qos1);
    await vi.waitFor(
      () => expect(controller.judged.at(-1)).toMatchObject({ reason: "id_seen" }),
      patient,
    );
    expect(controller.pulses()).toBe(1);
  });

  it("does not open for a retained open, however fresh (G4)", async () => {
    await using scene = createScene(broker);
    const { controller, stopController } = await scene.pair();
    await stopController();
    const { command } = topicsOf(scene.gateId);
    const stranger = await scene.stranger();
    const open = JSON.stringify(scene.signedOpen());
    await stranger.publishAsync(command, open, { qos: 1, retain: true });
    scene.run(controller.endpoint);
    await vi.waitFor(
      () => expect(controller.judged.at(-1)).toMatchObject({ reason: "retained" }),
      patient,
    );
    expect(controller.pulses()).toBe(0);
  });

  it("gets nothing that a broker queued while it was away (G4)", async () => {
    await using scene = createScene(broker);
    const { controller, worker, stopController } = await scene.pair();
    await stopController();
    const { command } = topicsOf(scene.gateId);
    const session = { properties: { sessionExpiryInterval: 60 } };
    const sleeper = await scene.stranger({
      clientId: `portero-gate-${scene.gateId}`,
      clean: false,
      ...(broker.version === 5 ? session : {}),
    });
    await sleeper.subscribeAsync(command, qos1);
    await sleeper.endAsync();
    const stranger = await scene.stranger();
    const queued = scene.signedOpen();
    await stranger.publishAsync(command, JSON.stringify(queued), qos1);
    scene.run(controller.endpoint);
    await scene.untilItOpens(worker);
    expect(controller.judged.map(({ id }) => id)).not.toContain(queued.id);
    expect(controller.pulses()).toBe(1);
  });

  it("refuses while it does not know the time", async () => {
    await using scene = createScene(broker);
    const controller = scene.createController();
    scene.run(controller.endpoint);
    const { command } = topicsOf(scene.gateId);
    const stranger = await scene.stranger();
    await vi.waitFor(
      async () => {
        await stranger.publishAsync(command, JSON.stringify(scene.signedOpen()), qos1);
        expect(controller.judged.at(-1)).toMatchObject({ reason: "clock_unknown" });
      },
      { timeout: 10_000, interval: 200 },
    );
    expect(controller.pulses()).toBe(0);
  });

  it("does not learn the time from an answer that was long on the way, or from an old one", async () => {
    await using scene = createScene(broker);
    const controller = scene.createController();
    scene.run(controller.endpoint);
    const { gateId } = scene;
    const topics = topicsOf(gateId);
    const stranger = await scene.stranger();
    let answers = 0;
    stranger.on("message", (_topic, payload) => {
      const { nonce } = JSON.parse(payload.toString());
      const sent_at = new Date(performance.timeOrigin + performance.now()).toISOString();
      const answer = createSigner(KEY).sign("clock", { gate_id: gateId, nonce, sent_at });
      setTimeout(
        () => stranger.publish(topics.clock, JSON.stringify(answer), () => answers++),
        2_100,
      );
    });
    await stranger.subscribeAsync(topics.clockQuestion);
    await vi.waitFor(
      async () => {
        await stranger.publishAsync(topics.command, JSON.stringify(scene.signedOpen()), qos1);
        expect(answers).toBeGreaterThan(1);
        expect(controller.judged.at(-1)).toMatchObject({ reason: "clock_unknown" });
      },
      { timeout: 15_000, interval: 200 },
    );
    expect(controller.pulses()).toBe(0);
  });

  it("says that the controller is away", async () => {
    await using scene = createScene(broker);
    const { worker, stopController } = await scene.pair();
    await stopController();
    await vi.waitFor(() => expect(worker.positions.at(-1)).toBe("unknown"), patient);
    const outcome = await worker.gate.command(orderOf(), never);
    expect(outcome).toEqual({ kind: "unreachable", detail: "the gate's controller is away" });
  });

  it("says at once that the broker is away, sends nothing later, and opens when it is back", async () => {
    const own = await startBroker();
    await using scene = createScene(own);
    const { controller, worker } = await scene.pair();
    await own.stop();
    await vi.waitFor(() => expect(worker.positions.at(-1)).toBe("unknown"), patient);
    const outcome = await worker.gate.command(orderOf(), never);
    expect(outcome).toMatchObject({ kind: "unreachable" });
    await own.start();
    await scene.untilItOpens(worker);
    expect(controller.pulses()).toBe(1);
    expect(scene.failures.map(({ code }) => code)).toContain("unreachable");
    await own.stop();
  });

  it("does not pulse what it cannot record (G1)", async () => {
    await using scene = createScene(broker);
    const { controller, worker } = await scene.pair();
    controller.fail("ledger", new Error("ENOSPC"));
    const outcome = await worker.gate.command(orderOf(), never);
    expect(outcome).toEqual({ kind: "rejected", reason: "not_recorded" });
    expect(controller.steps).toEqual([]);
  });

  it("calls it unknown when the output failed half-way, and never tries again (G8)", async () => {
    await using scene = createScene(broker);
    const { controller, worker } = await scene.pair();
    controller.fail("actuator", new Error("EIO"));
    const outcome = await worker.gate.command(orderOf({ sendWithinMs: 500 }), never);
    expect(outcome).toMatchObject({ kind: "unknown" });
    expect(controller.judged).toHaveLength(1);
    expect(controller.faults).toHaveLength(1);
  });

  it("believes no answer and no position that the controller did not sign", async () => {
    await using scene = createScene(broker);
    const { controller, worker } = await scene.pair();
    controller.fail("actuator", new Error("EIO"));
    const topics = topicsOf(scene.gateId);
    const stranger = await scene.stranger();
    stranger.on("message", (_topic, payload) => {
      const { id, gate_id, sig } = JSON.parse(payload.toString());
      const ack = { id, result: "accepted", reason: "", sig };
      const report = { gate_id, position: "moving", command_id: id, last_seq: 1, sig };
      stranger.publish(topics.report, JSON.stringify(report), qos1);
      stranger.publish(topics.ack, JSON.stringify(ack), qos1);
    });
    await stranger.subscribeAsync(topics.command, qos1);
    const outcome = await worker.gate.command(orderOf({ sendWithinMs: 500 }), never);
    expect(outcome).toMatchObject({ kind: "unknown" });
    expect(worker.positions).not.toContain("moving");
  });

  it("never retains a command and tells an MQTT 5 broker its expiry (G4)", async () => {
    await using scene = createScene(broker);
    const { worker } = await scene.pair();
    const stranger = await scene.stranger();
    const heard: unknown[] = [];
    stranger.on("message", (_topic, _payload, { retain, properties }) => {
      heard.push([retain, properties?.messageExpiryInterval]);
    });
    await stranger.subscribeAsync(topicsOf(scene.gateId).command, qos1);
    await worker.gate.command(orderOf(), never);
    await vi.waitFor(
      () => expect(heard).toEqual([[false, broker.version === 5 ? 3 : undefined]]),
      patient,
    );
  });
});
