import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { createMqttGate, type GateError, topicsOf } from "@portero/gate-mqtt";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BrokerAccount, type RunningBroker, startBroker } from "./broker.ts";

const patient = { timeout: 15_000, interval: 10 };

const [mine, theirs] = [randomUUID(), randomUUID()];
const accounts: BrokerAccount[] = [mine, theirs].flatMap((gateId) =>
  (["worker", "controller"] as const).map((role) => ({
    username: `${role}-${gateId}`,
    password: `the password of ${role} ${gateId}`,
    role,
    gateId,
  })),
);

describe("the embedded broker", () => {
  let broker: RunningBroker;
  let clients: MqttClient[];
  let refused: string[];

  beforeEach(async () => {
    clients = [];
    refused = [];
    broker = await startBroker({
      accounts,
      onRefused: (_id, { message }) => refused.push(message),
    });
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await broker.stop();
  });

  async function client(role: "worker" | "controller", gateId: string): Promise<MqttClient> {
    const account = accounts.find((one) => one.gateId === gateId && one.role === role);
    const connected = await connectAsync(broker.url, {
      protocolVersion: 4,
      reconnectPeriod: 0,
      username: account?.username ?? "",
      password: account?.password ?? "",
    });
    clients.push(connected);
    return connected;
  }

  it.each([
    ["a wrong password", { username: `worker-${mine}`, password: "a wrong password" }],
    [
      "another's password",
      { username: `worker-${mine}`, password: `the password of worker ${theirs}` },
    ],
    ["an unknown user", { username: "__proto__", password: "" }],
    ["no name at all", {}],
  ])("refuses %s, and the gate says so", async (_case, credentials) => {
    const failures: GateError[] = [];
    const gate = createMqttGate({
      gateId: mine,
      key: "k".repeat(32),
      broker: { url: broker.url, ...credentials },
      onPosition: () => {},
      onFailure: (error) => failures.push(error),
    });
    const stop = new AbortController();
    const running = gate.run(stop.signal);
    await vi.waitFor(() => expect(failures).toHaveLength(1), patient);
    expect(failures[0]).toMatchObject({
      code: "refused",
      message: expect.not.stringMatching(/password of/),
    });
    stop.abort();
    await running;
  });

  it("carries what the two ends of a gate say to one another", async () => {
    const worker = await client("worker", mine);
    const controller = await client("controller", mine);
    const { command, ack, report } = topicsOf(mine);
    const heard: string[] = [];
    for (const end of [worker, controller]) end.on("message", (topic) => heard.push(topic));
    await worker.subscribeAsync([ack, report], { qos: 1 });
    await controller.subscribeAsync(command, { qos: 1 });
    await worker.publishAsync(command, "x", { qos: 1 });
    await controller.publishAsync(ack, "x", { qos: 1 });
    await controller.publishAsync(report, "x", { qos: 1, retain: true });
    await vi.waitFor(() => expect(heard.sort()).toEqual([ack, command, report].sort()), patient);
  });

  it.each([
    ["another gate's state", topicsOf(theirs).report],
    ["all gates", "portero/gates/+/ack"],
    ["everything", "#"],
    ["the broker's own", "$SYS/#"],
    ["commands, which are for the barrier", topicsOf(mine).command],
  ])("does not let a worker hear %s", async (_case, topic) => {
    const worker = await client("worker", mine);
    const granted = await worker.subscribeAsync(topic, { qos: 1 }).catch(() => [{ qos: 128 }]);
    expect(granted.map(({ qos }) => qos)).toEqual([128]);
  });

  it.each([
    ["a worker command another gate", "worker", topicsOf(theirs).command, false],
    ["a worker retain a command", "worker", topicsOf(mine).command, true],
    ["a worker speak for the barrier", "worker", topicsOf(mine).report, false],
    ["a controller command itself", "controller", topicsOf(mine).command, false],
    ["a controller retain an answer", "controller", topicsOf(mine).ack, true],
  ] as const)("does not let %s (G4, G5)", async (_case, role, topic, retain) => {
    const heard: string[] = [];
    for (const gateId of [mine, theirs]) {
      const { command, ack, report } = topicsOf(gateId);
      const [worker, controller] = [
        await client("worker", gateId),
        await client("controller", gateId),
      ];
      for (const end of [worker, controller])
        end.on("message", (heardTopic) => heard.push(heardTopic));
      await worker.subscribeAsync([ack, report], { qos: 1 });
      await controller.subscribeAsync(command, { qos: 1 });
    }
    const sender = await client(role, mine);
    const ended = new Promise((resolve) => sender.once("close", () => resolve("ended")));
    sender.publishAsync(topic, "x", { qos: 1, retain }).catch(() => {});
    expect(await ended).toBe("ended");
    expect(heard).toEqual([]);
    expect(refused).toEqual([`may not publish to ${topic}`]);
  });

  it("says which port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    await expect(startBroker({ accounts, port, onRefused: () => {} })).rejects.toMatchObject({
      code: "port_in_use",
      message: expect.stringContaining(String(port)),
    });
    other.close();
  });
});
