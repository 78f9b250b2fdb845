import { setTimeout as sleep } from "node:timers/promises";
import type { Backoff } from "@portero/access";
import { Type } from "typebox";
import type { ActuatorResult } from "./gate-endpoint.ts";
import { GateError } from "./gate-error.ts";
import { type BrokerAddress, MqttLink, type MqttMessage } from "./mqtt-link.ts";
import { parseMessage } from "./signing.ts";

/**
 * A Shelly relay of the second generation or later, by its RPC over MQTT: `Switch.Set` with `toggle_after`, so
 * that the device itself ends the pulse. Its messages carry no signature: give it a broker of its own, or one
 * whose access list lets nobody else reach it.
 */
export interface ShellyRelayOptions {
  broker: BrokerAddress;
  /** The device's topic prefix, such as `shellyplus1-a8032abe54dc`. */
  device: string;
  switchId: number;
  /** The inputs to watch. */
  inputIds: readonly number[];
  /** What the inputs say; undefined while an input is not heard. Must not throw. */
  onInputs: (states: ReadonlyMap<number, boolean>) => void;
  onFailure: (error: GateError, waitMs: number) => void;
  backoff?: Backoff;
}

export interface ShellyRelay {
  /** Keeps the connection until the signal aborts; switches the relay off on each connecting and at the end. */
  run(signal: AbortSignal): Promise<void>;
  /** Switches on for `pulseMs`. @throws {GateError} `no_answer` when nobody can say whether it did */
  pulse(pulseMs: number): Promise<ActuatorResult>;
}

const ANSWER_WITHIN_MS = 2_000;
/** The inputs are also told when they change; this finds a device that fell silent. */
const ASK_INPUTS_EVERY_MS = 2_000;

const Answer = Type.Object({
  id: Type.Integer(),
  result: Type.Optional(Type.Unknown()),
  error: Type.Optional(Type.Object({ message: Type.String() })),
});
const Input = Type.Object({ id: Type.Integer(), state: Type.Boolean() });

type Answered = { kind: "result"; result: unknown } | { kind: "error"; message: string };

/** A relay that does nothing before `run`. */
export function createShellyRelay(options: ShellyRelayOptions): ShellyRelay {
  return new Relay(options);
}

class Relay implements ShellyRelay {
  readonly #options: ShellyRelayOptions;
  /** Where the device answers. */
  readonly #source: string;
  readonly #link: MqttLink;
  readonly #waiting = new Map<number, (answer: Answered) => void>();
  #inputs = new Map<number, boolean>();
  #isOnline = false;
  #lastId = 0;

  constructor(options: ShellyRelayOptions) {
    const { broker, device, inputIds, onFailure, backoff } = options;
    this.#options = options;
    this.#source = `portero-${crypto.randomUUID().slice(0, 8)}`;
    this.#link = new MqttLink({
      broker,
      clientId: this.#source,
      subscribe: [
        `${this.#source}/rpc`,
        `${device}/online`,
        ...inputIds.map((id) => `${device}/status/input:${id}`),
      ],
      onUp: () => {},
      onMessage: (message) => this.#hear(message),
      onDown: () => this.#setOnline(false),
      onFailure,
      ...(backoff ? { backoff } : {}),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    // The link outlives the signal by the one message that switches off.
    const end = new AbortController();
    const linked = this.#link.run(end.signal);
    while (!signal.aborted) {
      await this.#askInputs();
      await sleep(ASK_INPUTS_EVERY_MS, undefined, { signal }).catch(() => {});
    }
    if (this.#isOnline) await this.#switchOff();
    end.abort();
    await linked;
    this.#setOnline(false);
  }

  async pulse(pulseMs: number): Promise<ActuatorResult> {
    if (!this.#isOnline || !this.#link.isConnected) return "unreachable";
    const { switchId: id } = this.#options;
    const params = { id, on: true, toggle_after: pulseMs / 1_000 };
    const answer = await this.#call("Switch.Set", params);
    return answer.kind === "result" ? "done" : "unsupported";
  }

  async #switchOff(): Promise<void> {
    // A device that does not answer is asked again when it comes back.
    await this.#call("Switch.Set", { id: this.#options.switchId, on: false }).catch(() => {});
  }

  /** @throws {GateError} `no_answer` */
  async #call(method: string, params: object): Promise<Answered> {
    const id = ++this.#lastId;
    const answered = new Promise<Answered>((resolve) => this.#waiting.set(id, resolve));
    const request = JSON.stringify({ id, src: this.#source, method, params });
    const done = new AbortController();
    try {
      await this.#link.publish(`${this.#options.device}/rpc`, request, {
        expiresInMs: ANSWER_WITHIN_MS,
      });
      const silence = sleep(ANSWER_WITHIN_MS, undefined, { signal: done.signal });
      const answer = await Promise.race([answered, silence.catch(() => undefined)]);
      if (answer) return answer;
    } catch (cause) {
      throw new GateError("no_answer", `${method} may or may not have reached the relay`, {
        cause,
      });
    } finally {
      done.abort();
      this.#waiting.delete(id);
    }
    throw new GateError("no_answer", `the relay does not answer ${method}`);
  }

  #hear({ topic, payload }: MqttMessage): void {
    const { device } = this.#options;
    if (topic === `${device}/online`) {
      this.#setOnline(Buffer.from(payload).toString() === "true");
    } else if (topic === `${this.#source}/rpc`) {
      const answer = parseMessage(Answer, payload);
      if (!answer) return;
      const { id, error, result } = answer;
      const message = error?.message;
      this.#waiting.get(id)?.(
        message === undefined ? { kind: "result", result } : { kind: "error", message },
      );
    } else {
      const input = parseMessage(Input, payload);
      if (input) this.#setInput(input.id, input.state);
    }
  }

  #setOnline(isOnline: boolean): void {
    if (isOnline === this.#isOnline) return;
    this.#isOnline = isOnline;
    this.#inputs = new Map();
    this.#options.onInputs(this.#inputs);
    if (!isOnline) return;
    void this.#switchOff();
    void this.#askInputs();
  }

  #setInput(id: number, state: boolean): void {
    if (!this.#isOnline || !this.#options.inputIds.includes(id)) return;
    this.#inputs.set(id, state);
    this.#options.onInputs(this.#inputs);
  }

  async #askInputs(): Promise<void> {
    if (!this.#isOnline) return;
    for (const id of this.#options.inputIds) {
      try {
        const answer = await this.#call("Input.GetStatus", { id });
        const { state } = (answer.kind === "result" ? answer.result : {}) as { state?: unknown };
        if (typeof state === "boolean") this.#setInput(id, state);
        else this.#forget(id);
      } catch {
        this.#forget(id);
      }
    }
  }

  #forget(id: number): void {
    if (this.#inputs.delete(id)) this.#options.onInputs(this.#inputs);
  }
}
