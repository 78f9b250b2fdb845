import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Backoff,
  ClockAnswer,
  type Delivery,
  type GateAck,
  type GateAction,
  GateCommand,
  type GatePosition,
  type HeardClock,
  type Judgement,
  judgeCommand,
  workerTimeMs,
} from "@portero/access";
import type { GateError } from "./gate-error.ts";
import { type BrokerAddress, MqttLink, type MqttMessage } from "./mqtt-link.ts";
import { createSigner, parseMessage, type Signer } from "./signing.ts";
import { type GateTopics, topicsOf } from "./topics.ts";

/** What was carried out, kept on disk over restarts and power cuts. */
export interface CommandLedger {
  readonly lastSeq: number;
  readonly lastCommandId: string | null;
  hasSeen(commandId: string): boolean;
  /** Returns when it is on disk. Throws when it cannot be: then there is no pulse. */
  record(command: GateCommand): void;
}

/** Whether an output rose. But for `done`, nothing was touched. */
export type ActuatorResult = "done" | "unsupported" | "unreachable";

/** What the end at the barrier is given. The callbacks must not throw. */
export interface GateEndpointOptions {
  gateId: string;
  /** Shared with the worker; at least 32 characters. */
  key: string;
  broker: BrokerAddress;
  ledger: CommandLedger;
  /**
   * Carries out an action and returns once the output has risen; how long it stays is the actuator's own matter.
   * Throws when nobody can say whether it rose.
   */
  actuate: (action: GateAction) => Promise<ActuatorResult>;
  /** Told of every command and what was made of it, for the log. */
  onJudged: (command: GateCommand, judgement: Judgement) => void;
  /** A command could not be recorded or carried out. */
  onFault: (command: GateCommand, error: unknown) => void;
  onFailure: (error: GateError, waitMs: number) => void;
  backoff?: Backoff;
}

/** The end of an MQTT gate at the barrier. */
export interface GateEndpoint {
  /** Keeps the connection until the signal aborts. Commands are carried out only while this runs. */
  run(signal: AbortSignal): Promise<void>;
  /** The position input's word; published when it changes and on each connecting. */
  report(position: GatePosition): void;
}

const ASK_UNTIL_KNOWN_MS = 500;
const ASK_AGAIN_MS = 10_000;
/** An answer that took longer says too little about the present: it would use up most of a command's life. */
const MAX_ROUND_TRIP_MS = 2_000;

/**
 * Verifies, judges and carries out commands for one gate, answers them and reports the barrier's position.
 *
 * @throws {GateError} `invalid_key`
 */
export function createGateEndpoint(options: GateEndpointOptions): GateEndpoint {
  return new Endpoint(options, createSigner(options.key));
}

class Endpoint implements GateEndpoint {
  readonly #options: GateEndpointOptions;
  readonly #signer: Signer;
  readonly #topics: GateTopics;
  readonly #link: MqttLink;
  /** Infinity while not connected: a message that comes early finds itself too early. */
  #connectedAtMs = Number.POSITIVE_INFINITY;
  #question: { nonce: string; askedAtMs: number } | undefined;
  #clock: HeardClock | undefined;
  #position: GatePosition = "unknown";
  /** One command at a time, each judged when its turn comes. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: GateEndpointOptions, signer: Signer) {
    const topics = topicsOf(options.gateId);
    this.#options = options;
    this.#signer = signer;
    this.#topics = topics;
    this.#link = new MqttLink({
      broker: options.broker,
      clientId: `portero-gate-${options.gateId}`,
      subscribe: [topics.command, topics.clock],
      presence: { topic: topics.availability, alive: "online", gone: "offline" },
      onUp: () => this.#comeUp(),
      onMessage: (message) => this.#hear(message),
      onDown: () => this.#goDown(),
      onFailure: options.onFailure,
      ...(options.backoff ? { backoff: options.backoff } : {}),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#link.run(signal), this.#keepTime(signal)]);
    this.#goDown();
    await this.#work;
  }

  report(position: GatePosition): void {
    if (position === this.#position) return;
    this.#position = position;
    this.#publishReport();
  }

  #comeUp(): void {
    this.#connectedAtMs = performance.now();
    this.#publishReport();
    this.#ask();
  }

  #goDown(): void {
    this.#connectedAtMs = Number.POSITIVE_INFINITY;
    // Answers of an old connection say nothing about the delay of the new one.
    this.#question = undefined;
    this.#clock = undefined;
  }

  #hear({ topic, payload, isRetained }: MqttMessage): void {
    if (topic === this.#topics.clock) {
      this.#hearClock(payload, isRetained);
      return;
    }
    const command = parseMessage(GateCommand, payload);
    if (!command) return;
    const isSigned = this.#signer.verify("command", command);
    const delivery: Delivery = { command, isSigned, isRetained };
    this.#work = this.#work.then(() => this.#carryOut(delivery));
  }

  /** Judge → record on disk → pulse → answer. Never rejects. */
  async #carryOut(delivery: Delivery): Promise<void> {
    const { command } = delivery;
    const { ledger, onJudged, onFault, actuate } = this.#options;
    try {
      const judgement = judgeCommand(delivery, this.#state(), performance.now());
      onJudged(command, judgement);
      if (judgement.kind === "reject") {
        // A stranger gets no answer: it would only tell that there is somebody.
        if (delivery.isSigned) this.#answer(command, judgement.result, judgement.reason);
        return;
      }
      ledger.record(command);
    } catch (error) {
      onFault(command, error);
      this.#answer(command, "rejected", "not_recorded");
      return;
    }
    try {
      const result = await actuate(command.action);
      if (result === "done") this.#answer(command, "accepted", "");
      else this.#answer(command, "rejected", result);
      this.#publishReport();
    } catch (error) {
      // Nobody knows whether the output moved, so there is nothing true to answer.
      onFault(command, error);
    }
  }

  #state() {
    const { gateId, ledger } = this.#options;
    return {
      gateId,
      connectedAtMs: this.#connectedAtMs,
      clock: this.#clock,
      lastSeq: ledger.lastSeq,
      hasSeen: (id: string) => ledger.hasSeen(id),
    };
  }

  #answer({ id }: GateCommand, result: GateAck["result"], reason: string): void {
    const ack = this.#signer.sign("ack", { id, result, reason });
    this.#publish(this.#topics.ack, ack);
  }

  #publishReport(): void {
    const { gateId, ledger } = this.#options;
    const report = this.#signer.sign("report", {
      gate_id: gateId,
      position: this.#position,
      command_id: ledger.lastCommandId,
      last_seq: ledger.lastSeq,
    });
    this.#publish(this.#topics.report, report, true);
  }

  /** What cannot be said now is said on the next connecting, or is of no use then. */
  #publish(topic: string, message: object, isRetained = false): void {
    this.#link.publish(topic, JSON.stringify(message), { isRetained }).catch(() => {});
  }

  async #keepTime(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const isKnown = workerTimeMs(this.#clock, performance.now()) !== undefined;
      const waitMs = isKnown ? ASK_AGAIN_MS : ASK_UNTIL_KNOWN_MS;
      await sleep(waitMs, undefined, { signal }).catch(() => {});
      if (this.#link.isConnected) this.#ask();
    }
  }

  #ask(): void {
    const nowMs = performance.now();
    // One question at a time, or a slow link would never answer the newest.
    if (this.#question && nowMs - this.#question.askedAtMs <= MAX_ROUND_TRIP_MS) return;
    const nonce = randomBytes(16).toString("base64url");
    this.#question = { nonce, askedAtMs: nowMs };
    this.#publish(this.#topics.clockQuestion, { nonce });
  }

  #hearClock(payload: Uint8Array, isRetained: boolean): void {
    const answer = parseMessage(ClockAnswer, payload);
    if (!answer || isRetained || answer.gate_id !== this.#options.gateId) return;
    if (!this.#signer.verify("clock", answer)) return;
    const nowMs = performance.now();
    if (answer.nonce === "") {
      // A worker has just come: what it says may be old, so ask.
      this.#ask();
      return;
    }
    if (answer.nonce !== this.#question?.nonce) return;
    const roundTripMs = nowMs - this.#question.askedAtMs;
    this.#question = undefined;
    if (roundTripMs > MAX_ROUND_TRIP_MS) return;
    // The whole way counts as spent since the answer, so a command can only seem older than it is.
    this.#clock = { workerMs: Date.parse(answer.sent_at) + roundTripMs, heardAtMs: nowMs };
  }
}
