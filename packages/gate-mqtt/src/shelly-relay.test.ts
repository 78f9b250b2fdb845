import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createShellyRelay, type ShellyRelay } from "./shelly-relay.ts";
import { startAedes, type TestBroker } from "./test-brokers.ts";

const patient = { timeout: 15_000, interval: 10 };

const DEVICE = "shellyplus1-a8032abe54dc";

interface Rpc {
  id: number;
  src: string;
  method: string;
  params: { id: number; on?: boolean; toggle_after?: number };
}

describe("a Shelly relay", () => {
  let broker: TestBroker;
  let device: MqttClient;
  let calls: Rpc[];
  let inputStates: Map<number, boolean>[];
  let answer: (call: Rpc) => object | undefined;
  let relay: ShellyRelay;
  let stop: AbortController;
  let running: Promise<void>;

  beforeAll(async () => {
    broker = await startAedes();
  });
  afterAll(() => broker.stop());

  beforeEach(async () => {
    calls = [];
    inputStates = [];
    answer = ({ method, params }) =>
      method === "Input.GetStatus"
        ? { result: { id: params.id, state: true } }
        : { result: { was_on: false } };
    device = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
    device.on("message", (_topic, payload) => {
      const call = JSON.parse(payload.toString()) as Rpc;
      calls.push(call);
      const said = answer(call);
      if (!said) return;
      const frame = { id: call.id, src: DEVICE, dst: call.src, ...said };
      device.publish(`${call.src}/rpc`, JSON.stringify(frame));
    });
    await device.subscribeAsync(`${DEVICE}/rpc`);
    await setOnline(true);
    relay = createShellyRelay({
      broker: { url: broker.url },
      device: DEVICE,
      switchId: 0,
      inputIds: [2],
      onInputs: (states) => inputStates.push(new Map(states)),
      onFailure: () => {},
    });
    stop = new AbortController();
    running = relay.run(stop.signal);
    await vi.waitFor(() => expect(inputStates.at(-1)?.get(2)).toBe(true), patient);
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await device.endAsync(true);
  });

  const setOnline = (isOnline: boolean) =>
    device.publishAsync(`${DEVICE}/online`, String(isOnline), { qos: 1, retain: true });
  const switched = () => calls.filter(({ method }) => method === "Switch.Set");

  it("lets the device end the pulse itself, and is off before the first and after the last (G11)", async () => {
    expect(await relay.pulse(500)).toBe("done");
    stop.abort();
    await running;
    expect(switched().map(({ params }) => params)).toEqual([
      { id: 0, on: false },
      { id: 0, on: true, toggle_after: 0.5 },
      { id: 0, on: false },
    ]);
  });

  it("sends nothing to a device that is away, and forgets its inputs", async () => {
    await setOnline(false);
    await vi.waitFor(() => expect(inputStates.at(-1)?.size).toBe(0), patient);
    expect(await relay.pulse(500)).toBe("unreachable");
    expect(switched()).toHaveLength(1);
  });

  it("says what the device refuses", async () => {
    answer = () => ({ error: { code: -105, message: "Argument 'id', value 0 not found!" } });
    expect(await relay.pulse(500)).toBe("unsupported");
  });

  it("does not say done, nor try again, when the device does not answer (G8)", async () => {
    answer = () => undefined;
    await expect(relay.pulse(500)).rejects.toMatchObject({ code: "no_answer" });
    expect(switched().filter(({ params }) => params.on)).toHaveLength(1);
  });

  it("hears an input when it changes", async () => {
    await device.publishAsync(`${DEVICE}/status/input:2`, JSON.stringify({ id: 2, state: false }));
    await vi.waitFor(() => expect(inputStates.at(-1)?.get(2)).toBe(false), patient);
  });
});
