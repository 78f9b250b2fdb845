import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { GateCommand, GatePosition, Judgement } from "@portero/access";
import { connectAsync, type MqttClient } from "mqtt";
import { type CommandLedger, createGateEndpoint, type GateEndpoint } from "./gate-endpoint.ts";
import type { GateError } from "./gate-error.ts";
import { type CommandRequest, createMqttGate, type MqttGate } from "./mqtt-gate.ts";
import { createSigner } from "./signing.ts";
import type { TestBroker } from "./test-brokers.ts";

export const KEY = "the key that both ends of this gate share";
export const never = new AbortController().signal;
const backoff = { baseMs: 50, maxMs: 200 };

/** The worker's end, with all it was told. */
export interface TestWorker {
  gate: MqttGate;
  positions: GatePosition[];
  commandIds: (string | null)[];
}

/** The end at the barrier, with all that was done to it. */
export interface TestController {
  endpoint: GateEndpoint;
  /** What happened, in order: `recorded`, `pulse`. */
  steps: string[];
  judged: (Judgement & { id: string })[];
  faults: unknown[];
  pulses(): number;
  /** Thrown by the ledger or the actuator from now on. */
  fail(part: "ledger" | "actuator", error: Error): void;
}

/** One gate of its own on a broker; everything started within is stopped with it. */
export function createScene(broker: TestBroker) {
  const gateId = randomUUID();
  const stops: AbortController[] = [];
  const runs: Promise<void>[] = [];
  const strangers: MqttClient[] = [];
  const failures: GateError[] = [];
  const link = {
    gateId,
    key: KEY,
    broker: { url: broker.url },
    onFailure: (error: GateError) => void failures.push(error),
    backoff,
  };

  /** Runs one end; the returned function stops it and waits until it has left. */
  function run(end: { run(signal: AbortSignal): Promise<void> }): () => Promise<void> {
    const stop = new AbortController();
    const running = end.run(stop.signal);
    stops.push(stop);
    runs.push(running);
    return async () => {
      stop.abort();
      await running;
    };
  }

  function createController(): TestController {
    const steps: string[] = [];
    const judged: (Judgement & { id: string })[] = [];
    const faults: unknown[] = [];
    const seen = new Map<string, number>();
    const errors = new Map<string, Error>();
    const failIfTold = (part: string) => {
      const error = errors.get(part);
      if (error) throw error;
    };
    const ledger: CommandLedger = {
      get lastSeq() {
        return Math.max(0, ...seen.values());
      },
      get lastCommandId() {
        return [...seen.keys()].at(-1) ?? null;
      },
      hasSeen: (id) => seen.has(id),
      record(command) {
        failIfTold("ledger");
        seen.set(command.id, command.seq);
        steps.push("recorded");
      },
    };
    const endpoint = createGateEndpoint({
      ...link,
      ledger,
      actuate: async (action) => {
        failIfTold("actuator");
        if (action === "close") return "unsupported";
        steps.push("pulse");
        endpoint.report("open");
        return "done";
      },
      onJudged: ({ id }, judgement) => judged.push({ id, ...judgement }),
      onFault: (_command, error) => faults.push(error),
    });
    endpoint.report("closed");
    const pulses = () => steps.filter((step) => step === "pulse").length;
    return {
      endpoint,
      steps,
      judged,
      faults,
      pulses,
      fail: (part, error) => errors.set(part, error),
    };
  }

  function createWorker(): TestWorker {
    const positions: GatePosition[] = [];
    const commandIds: (string | null)[] = [];
    const gate = createMqttGate({
      ...link,
      onPosition(position, commandId) {
        positions.push(position);
        commandIds.push(commandId);
      },
    });
    return { gate, positions, commandIds };
  }

  /** Waits until the controller has had its quiet time and knows the clock. */
  async function untilItOpens({ gate }: TestWorker): Promise<void> {
    const deadlineMs = performance.now() + 10_000;
    for (;;) {
      const outcome = await gate.command(orderOf(), never);
      if (outcome.kind === "accepted") return;
      if (performance.now() > deadlineMs) throw new Error(`not open: ${JSON.stringify(outcome)}`);
      await sleep(100);
    }
  }

  return {
    gateId,
    failures,
    run,
    createController,
    createWorker,
    untilItOpens,

    /** Both ends, past the controller's quiet time: a first opening has gone through and is forgotten. */
    async pair() {
      const controller = createController();
      const worker = createWorker();
      const stopController = run(controller.endpoint);
      run(worker.gate);
      await untilItOpens(worker);
      controller.steps.length = 0;
      controller.judged.length = 0;
      return { controller, worker, stopController };
    },

    /** A client that is neither end. */
    async stranger(options: object = {}): Promise<MqttClient> {
      const client = await connectAsync(broker.url, {
        protocolVersion: broker.version,
        reconnectPeriod: 0,
        ...options,
      });
      strangers.push(client);
      return client;
    },

    /** A command with a right signature, as of `agoMs` ago. */
    signedOpen(change: Partial<GateCommand> = {}, agoMs = 0): GateCommand {
      const issuedAtMs = performance.timeOrigin + performance.now() - agoMs;
      return createSigner(KEY).sign("command", {
        id: randomUUID(),
        gate_id: gateId,
        action: "open",
        issued_at: new Date(issuedAtMs).toISOString(),
        expires_at: new Date(issuedAtMs + 3_000).toISOString(),
        seq: Math.floor(issuedAtMs) + 1_000,
        actor: "automatic",
        ...change,
      });
    },

    async [Symbol.asyncDispose]() {
      for (const stop of stops) stop.abort();
      await Promise.all(runs);
      await Promise.all(strangers.map((client) => client.endAsync(true)));
    },
  };
}

export function orderOf(change: Partial<CommandRequest> = {}): CommandRequest {
  return { id: randomUUID(), action: "open", actor: "automatic", sendWithinMs: 5_000, ...change };
}
