import {
  type Backoff,
  ClockQuestion,
  GateAck,
  type GateAction,
  type GateOutcome,
  type GatePosition,
  GateReport,
  MAX_COMMAND_LIFETIME_MS,
} from "@portero/access";
import type { GateError } from "./gate-error.ts";
import { type BrokerAddress, MqttLink, type MqttMessage } from "./mqtt-link.ts";
import { PendingCommands } from "./pending-commands.ts";
import { createSigner, parseMessage, type Signer } from "./signing.ts";
import { type GateTopics, topicsOf } from "./topics.ts";

/** One command, as the worker decided it. */
export interface CommandRequest {
  /** The id of the decision's row: the same command never has two, and two never share one. */
  id: string;
  action: GateAction;
  /** `automatic`, or the guard's user id. */
  actor: string;
  /** It must be on the wire within this time from now, and is worth nothing at the relay after it or 3 s (G3). */
  sendWithinMs: number;
}

/** A gate behind a broker, from the worker's side. */
export interface MqttGate {
  /** Keeps the connection until the signal aborts. Nothing is sent before this runs. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Sends one command at most once and waits for the answer, never longer than the command's life and a second.
   * An aborted signal prevents the sending; after it, it ends the wait with `unknown`.
   */
  command(request: CommandRequest, signal: AbortSignal): Promise<GateOutcome>;
}

/** What the worker knows of an MQTT gate. The callbacks must not throw. */
export interface MqttGateOptions {
  gateId: string;
  /** Shared with the controller; at least 32 characters. */
  key: string;
  broker: BrokerAddress;
  /** Each change of what is known of the barrier, with the last command it carried out. `unknown` while out of reach. */
  onPosition: (position: GatePosition, commandId: string | null) => void;
  onFailure: (error: GateError, waitMs: number) => void;
  backoff?: Backoff;
}

/** How long after a command's end its answer may still be on the way. */
const ANSWER_GRACE_MS = 1_000;

/**
 * A gate whose controller speaks Portero's own messages: signed, short-lived, never retained.
 *
 * @throws {GateError} `invalid_key`
 */
export function createMqttGate(options: MqttGateOptions): MqttGate {
  return new SignedGate(options, createSigner(options.key));
}

class SignedGate implements MqttGate {
  readonly #options: MqttGateOptions;
  readonly #signer: Signer;
  readonly #topics: GateTopics;
  readonly #link: MqttLink;
  readonly #pending = new PendingCommands();
  #isControllerOnline = false;
  #report: GateReport | undefined;
  #lastSeq = 0;

  constructor(options: MqttGateOptions, signer: Signer) {
    const topics = topicsOf(options.gateId);
    this.#options = options;
    this.#signer = signer;
    this.#topics = topics;
    this.#link = new MqttLink({
      broker: options.broker,
      clientId: `portero-worker-${options.gateId}-${crypto.randomUUID().slice(0, 8)}`,
      subscribe: [topics.ack, topics.report, topics.availability, topics.clockQuestion],
      onUp: () => this.#answerClock(""),
      onMessage: (message) => this.#hear(message),
      onDown: () => this.#lose(),
      onFailure: options.onFailure,
      ...(options.backoff ? { backoff: options.backoff } : {}),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#link.run(signal);
    this.#lose();
  }

  async command(request: CommandRequest, signal: AbortSignal): Promise<GateOutcome> {
    const lifeMs = Math.floor(Math.min(request.sendWithinMs, MAX_COMMAND_LIFETIME_MS));
    if (!(lifeMs > 0)) return { kind: "expired" };
    if (signal.aborted) return { kind: "unreachable", detail: "given up before it was sent" };
    if (!this.#link.isConnected)
      return { kind: "unreachable", detail: "no connection to the broker" };
    if (!this.#isControllerOnline)
      return { kind: "unreachable", detail: "the gate's controller is away" };
    if (!this.#pending.admit(request.id)) return { kind: "duplicate" };
    const answer = this.#pending.wait(request.id, lifeMs + ANSWER_GRACE_MS, signal);
    this.#send(request, lifeMs);
    return await answer;
  }

  #send({ id, action, actor }: CommandRequest, lifeMs: number): void {
    const issuedAtMs = workerNowMs();
    // Time makes it grow over our restarts, the controller's own word over a clock that was set back.
    this.#lastSeq = Math.max(Math.floor(issuedAtMs), this.#lastSeq + 1);
    const command = this.#signer.sign("command", {
      id,
      gate_id: this.#options.gateId,
      action,
      issued_at: rfc3339(issuedAtMs),
      expires_at: rfc3339(issuedAtMs + lifeMs),
      seq: this.#lastSeq,
      actor,
    });
    const sent = this.#link.publish(this.#topics.command, JSON.stringify(command), {
      expiresInMs: lifeMs,
    });
    sent.then(
      (result) => {
        if (result === "nobody_listens") {
          const detail = "the broker had nobody to give the command to";
          this.#pending.settle(id, { kind: "unreachable", detail });
        }
      },
      (error: GateError) => this.#pending.settle(id, { kind: "unknown", detail: error.message }),
    );
  }

  #hear({ topic, payload, isRetained }: MqttMessage): void {
    if (topic === this.#topics.ack) this.#hearAck(payload, isRetained);
    else if (topic === this.#topics.report) this.#hearReport(payload);
    else if (topic === this.#topics.availability) this.#hearAvailability(payload);
    else if (topic === this.#topics.clockQuestion && !isRetained) this.#hearQuestion(payload);
  }

  #hearAck(payload: Uint8Array, isRetained: boolean): void {
    const ack = parseMessage(GateAck, payload);
    if (!ack || isRetained || !this.#signer.verify("ack", ack)) return;
    const { id, result, reason } = ack;
    this.#pending.settle(id, result === "rejected" ? { kind: result, reason } : { kind: result });
  }

  #hearReport(payload: Uint8Array): void {
    const report = parseMessage(GateReport, payload);
    if (report?.gate_id !== this.#options.gateId || !this.#signer.verify("report", report)) return;
    this.#report = report;
    this.#lastSeq = Math.max(this.#lastSeq, report.last_seq);
    // An answer may be lost where the report that follows it is not.
    if (report.command_id) this.#pending.settle(report.command_id, { kind: "accepted" });
    this.#tellPosition();
  }

  #hearAvailability(payload: Uint8Array): void {
    this.#isControllerOnline = Buffer.from(payload).toString() === "online";
    this.#tellPosition();
  }

  #hearQuestion(payload: Uint8Array): void {
    const question = parseMessage(ClockQuestion, payload);
    if (question?.nonce) this.#answerClock(question.nonce);
  }

  #lose(): void {
    this.#isControllerOnline = false;
    this.#tellPosition();
  }

  /**
   * A report is only as good as the controller that stands behind it: a retained one may be of last year.
   * Told a turn later, so that whoever waits for an answer hears it before the movement that came of it.
   */
  #tellPosition(): void {
    const { position, command_id } = this.#report ?? { position: "unknown", command_id: null };
    const known = this.#isControllerOnline ? position : "unknown";
    setImmediate(() => this.#options.onPosition(known, command_id));
  }

  #answerClock(nonce: string): void {
    const sent_at = rfc3339(workerNowMs());
    const answer = this.#signer.sign("clock", { gate_id: this.#options.gateId, nonce, sent_at });
    // Lost with its connection; the controller asks again.
    this.#link.publish(this.#topics.clock, JSON.stringify(answer)).catch(() => {});
  }
}

/** The time that commands and heartbeats carry: it never jumps while this process lives (safety G3). */
function workerNowMs(): number {
  return performance.timeOrigin + performance.now();
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
