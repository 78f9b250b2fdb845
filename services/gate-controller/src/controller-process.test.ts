import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { GatePosition } from "@portero/access";
import { createMqttGate, type MqttGate, topicsOf } from "@portero/gate-mqtt";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BrokerAccount, type RunningBroker, startBroker } from "./broker.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const KEY = "the key that both ends of this gate share";
const patient = { timeout: 40_000, interval: 20 };
const never = new AbortController().signal;

// Whole processes on a machine that may be busy.
describe("the controller's process", { timeout: 60_000 }, () => {
  let folder: string;
  let gateId: string;
  let broker: RunningBroker;
  let gate: MqttGate;
  let positions: GatePosition[];
  let children: ChildProcess[];
  let stop: AbortController;
  let running: Promise<void>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "portero-gate-"));
    gateId = randomUUID();
    children = [];
    positions = [];
    broker = await startBroker({
      accounts: (["worker", "controller"] as const).map(accountOf),
      onRefused: () => {},
    });
    gate = createMqttGate({
      gateId,
      key: KEY,
      broker: { url: broker.url, ...credentialsOf("worker") },
      onPosition: (position) => positions.push(position),
      onFailure: () => {},
    });
    stop = new AbortController();
    running = gate.run(stop.signal);
    writeFileSync(pin("closed"), "1");
  });
  afterEach(async () => {
    stop.abort();
    await running;
    for (const child of children.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    )) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await broker.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });

  function accountOf(role: "worker" | "controller"): BrokerAccount {
    return { ...credentialsOf(role), role, gateId };
  }
  function credentialsOf(role: string) {
    return { username: role, password: `the password of the ${role}` };
  }
  const pin = (name: string) => join(folder, name);
  const output = () => readFileSync(pin("open"), "utf8");

  function start(env: Record<string, string> = {}): { child: ChildProcess; said: () => string } {
    const child = spawn(process.execPath, [MAIN], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        GATE_ID: gateId,
        GATE_KEY: KEY,
        BROKER_URL: broker.url,
        BROKER_USERNAME: "controller",
        BROKER_PASSWORD: credentialsOf("controller").password,
        DATA_DIR: join(folder, "data"),
        OPEN_OUTPUT: pin("open"),
        CLOSED_INPUT: pin("closed"),
        ...env,
      },
    });
    children.push(child);
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => (text += part));
    return { child, said: () => text };
  }

  async function open() {
    return await gate.command(
      { id: randomUUID(), action: "open", actor: "automatic", sendWithinMs: 3_000 },
      never,
    );
  }
  async function untilItOpens(): Promise<void> {
    await vi.waitFor(async () => expect(await open()).toEqual({ kind: "accepted" }), {
      ...patient,
      interval: 200,
    });
  }

  it("opens over the broker, tells where the arm is, and ends with the output low", async () => {
    const { child, said } = start({ PULSE_MS: "300" });
    await untilItOpens();
    expect(output()).toBe("1");
    await vi.waitFor(() => expect(output()).toBe("0"), patient);
    writeFileSync(pin("closed"), "0");
    await vi.waitFor(() => expect(positions.at(-1)).toBe("open"), patient);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    await vi.waitFor(() => expect(positions.at(-1)).toBe("unknown"), patient);
    expect(output()).toBe("0");
    expect(said()).not.toContain(KEY);
  });

  it("ends low when it is killed between high and low, and refuses the same command afterwards (G5, G11)", async () => {
    const { child } = start({ PULSE_MS: "5000" });
    const { command } = topicsOf(gateId);
    const spy = await connectAsync(broker.url, {
      protocolVersion: 4,
      ...credentialsOf("controller"),
    });
    const tape: string[] = [];
    spy.on("message", (_topic, payload) => tape.push(payload.toString()));
    await spy.subscribeAsync(command, { qos: 1 });
    await untilItOpens();
    expect(output()).toBe("1");
    child.kill("SIGKILL");
    await once(child, "exit");
    await vi.waitFor(() => expect(output()).toBe("0"), { timeout: 4_000, interval: 20 });
    await vi.waitFor(() => expect(positions.at(-1)).toBe("unknown"), patient);

    const { said } = start({ PULSE_MS: "300", LOG_LEVEL: "info" });
    const replayer = await connectAsync(broker.url, {
      protocolVersion: 4,
      ...credentialsOf("worker"),
    });
    await vi.waitFor(
      async () => {
        await replayer.publishAsync(command, tape.at(-1) ?? "", { qos: 1 });
        expect(said()).toContain('"reason":"id_seen"');
      },
      { ...patient, interval: 200 },
    );
    expect(output()).toBe("0");
    await Promise.all([spy.endAsync(true), replayer.endAsync(true)]);
  });

  it("names every fault of its configuration and none of its secrets", async () => {
    const { child, said } = start({
      GATE_ID: "front",
      GATE_KEY: "hunter2",
      PULSE_MS: "9",
      OPEN_OUTPUT: "",
    });
    expect(await once(child, "exit")).toEqual([78, null]);
    for (const name of ["GATE_ID", "GATE_KEY", "PULSE_MS"]) expect(said()).toContain(name);
    expect(said()).not.toContain("hunter2");
  });

  it.each([
    ["no barrier at all", { OPEN_OUTPUT: "" }, 78, "OPEN_OUTPUT is missing"],
    ["two barriers", { SIMULATED: "true" }, 78, "exclude each other"],
    [
      "an output that is not there",
      { OPEN_OUTPUT: "/no/such/pin" },
      1,
      "/no/such/pin cannot be written",
    ],
  ])("does not start with %s, and says why", async (_case, env, status, words) => {
    const { child, said } = start(env);
    expect(await once(child, "exit")).toEqual([status, null]);
    expect(said()).toContain(words);
  });

  it("does not share a gate with a second process", async () => {
    const first = start();
    await vi.waitFor(() => expect(first.said()).toContain("has started"), patient);
    const second = start();
    expect(await once(second.child, "exit")).toEqual([1, null]);
    expect(second.said()).toContain("running already");
  });
});
