import { type Static, Type } from "typebox";

/** No command lives longer than this at the relay. */
export const MAX_COMMAND_LIFETIME_MS = 3_000;
/** A controller ignores what reaches it sooner than this after connecting: it may be a broker's leftover. */
export const QUIET_AFTER_CONNECT_MS = 2_000;
/** A controller that has not heard the worker's time for longer than this no longer knows the time. */
export const CLOCK_VALID_MS = 60_000;
/** How far two monotonic clocks may drift apart within `CLOCK_VALID_MS`. */
const CLOCK_DRIFT_MS = 100;

const Id = Type.String({ pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" });
const Instant = Type.String({
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$",
});
/** HMAC-SHA256 of the message's `…Text`, base64url without padding. */
const Signature = Type.String({ pattern: "^[\\w-]{43}$" });
const Sequence = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** What the barrier is asked to do. */
export const GateAction = Type.Enum(["open", "close"]);
export type GateAction = Static<typeof GateAction>;

/** A gate command on the wire, from the worker to the controller at the barrier. */
export const GateCommand = Type.Object(
  {
    id: Id,
    gate_id: Id,
    action: GateAction,
    issued_at: Instant,
    expires_at: Instant,
    /** Grows with every command of a gate, over restarts too. */
    seq: Sequence,
    /** Who opens: `automatic`, or the guard's user id. */
    actor: Type.String({ minLength: 1, maxLength: 80 }),
    sig: Signature,
  },
  { additionalProperties: false },
);
export type GateCommand = Static<typeof GateCommand>;

/** The controller's answer to one command. */
export const GateAck = Type.Object(
  {
    id: Id,
    result: Type.Enum(["accepted", "rejected", "expired", "duplicate"]),
    /** A `RejectReason`, or what the controller could not do. Empty when accepted. */
    reason: Type.String({ maxLength: 40 }),
    sig: Signature,
  },
  { additionalProperties: false },
);
export type GateAck = Static<typeof GateAck>;

/** Where the barrier stands, by its position input and never by what it was told. */
export const GatePosition = Type.Enum(["closed", "open", "moving", "unknown"]);
export type GatePosition = Static<typeof GatePosition>;

/** The controller's retained word about the barrier. */
export const GateReport = Type.Object(
  {
    gate_id: Id,
    position: GatePosition,
    /** The last command that was carried out. */
    command_id: Type.Union([Id, Type.Null()]),
    /** The highest `seq` carried out: the worker numbers on from here. */
    last_seq: Sequence,
    sig: Signature,
  },
  { additionalProperties: false },
);
export type GateReport = Static<typeof GateReport>;

/** The controller's question for the time. An empty `nonce` in the answer's place means: please ask. */
export const ClockQuestion = Type.Object({ nonce: Type.String({ pattern: "^[\\w-]{0,43}$" }) });
export type ClockQuestion = Static<typeof ClockQuestion>;

/** The worker's signed heartbeat: its time, in answer to one question. */
export const ClockAnswer = Type.Object(
  {
    gate_id: Id,
    nonce: Type.String({ pattern: "^[\\w-]{0,43}$" }),
    sent_at: Instant,
    sig: Signature,
  },
  { additionalProperties: false },
);
export type ClockAnswer = Static<typeof ClockAnswer>;

/** What became of a command, as its sender knows it. */
export type GateOutcome =
  /** The actuator took it. Whether the barrier moved, its position says. */
  | { kind: "accepted" }
  /** Refused before any pulse. */
  | { kind: "rejected"; reason: string }
  /** Too late; no pulse. */
  | { kind: "expired" }
  /** A command with this id was carried out before. */
  | { kind: "duplicate" }
  /** Certainly never sent. */
  | { kind: "unreachable"; detail: string }
  /** Sent, and no answer came: nobody can say whether there was a pulse. Never sent again by itself. */
  | { kind: "unknown"; detail: string };

/** The texts that are signed: lists, so that no two messages share one, each with its own first word. */
export const signedText = {
  command: (m: Omit<GateCommand, "sig">): string =>
    JSON.stringify([
      "command",
      m.id,
      m.gate_id,
      m.action,
      m.issued_at,
      m.expires_at,
      m.seq,
      m.actor,
    ]),
  ack: (m: Omit<GateAck, "sig">): string => JSON.stringify(["ack", m.id, m.result, m.reason]),
  report: (m: Omit<GateReport, "sig">): string =>
    JSON.stringify(["report", m.gate_id, m.position, m.command_id, m.last_seq]),
  clock: (m: Omit<ClockAnswer, "sig">): string =>
    JSON.stringify(["clock", m.gate_id, m.nonce, m.sent_at]),
};

/** A command as it reached the controller. */
export interface Delivery {
  command: GateCommand;
  /** The result of checking `sig` with this gate's key. */
  isSigned: boolean;
  /** The broker kept it for newcomers: it is of unknown age. */
  isRetained: boolean;
}

/** What the worker's time is at a moment of the controller's monotonic clock; never behind the truth. */
export interface HeardClock {
  workerMs: number;
  heardAtMs: number;
}

/** What the controller knows when a command arrives. Times are of its monotonic clock. */
export interface ControllerState {
  gateId: string;
  connectedAtMs: number;
  clock: HeardClock | undefined;
  /** The highest `seq` ever carried out, kept over restarts. */
  lastSeq: number;
  /** Whether a command with this id was ever carried out, kept over restarts. */
  hasSeen: (commandId: string) => boolean;
}

export type RejectReason =
  | "bad_signature"
  | "wrong_gate"
  | "retained"
  | "just_connected"
  | "clock_unknown"
  | "lives_too_long"
  | "from_the_future"
  | "expired"
  | "id_seen"
  | "seq_not_newer";

export type Judgement =
  | { kind: "accept" }
  | { kind: "reject"; reason: RejectReason; result: Exclude<GateAck["result"], "accepted"> };

/**
 * Whether the controller may carry out a command (safety G3 to G5). Pure; any doubt is a rejection.
 *
 * @param nowMs the controller's monotonic clock, never its wall clock
 */
export function judgeCommand(delivery: Delivery, state: ControllerState, nowMs: number): Judgement {
  const { command, isSigned, isRetained } = delivery;
  // The signature first: nothing else in an unsigned command means anything.
  if (!isSigned) return reject("bad_signature");
  if (command.gate_id !== state.gateId) return reject("wrong_gate");
  if (isRetained) return reject("retained");
  if (state.hasSeen(command.id)) return reject("id_seen", "duplicate");
  if (nowMs - state.connectedAtMs < QUIET_AFTER_CONNECT_MS) return reject("just_connected");
  const workerNowMs = workerTimeMs(state.clock, nowMs);
  if (workerNowMs === undefined) return reject("clock_unknown");
  const issuedAtMs = Date.parse(command.issued_at);
  const expiresAtMs = Date.parse(command.expires_at);
  // Written so that a time which is no time (NaN) is refused too.
  if (!(expiresAtMs - issuedAtMs <= MAX_COMMAND_LIFETIME_MS)) return reject("lives_too_long");
  if (!(issuedAtMs <= workerNowMs + CLOCK_DRIFT_MS)) return reject("from_the_future");
  if (!(workerNowMs < expiresAtMs)) return reject("expired", "expired");
  if (command.seq <= state.lastSeq) return reject("seq_not_newer");
  return { kind: "accept" };
}

/** The worker's present time in Unix ms, or undefined when it was not heard lately. */
export function workerTimeMs(clock: HeardClock | undefined, nowMs: number): number | undefined {
  if (!clock) return undefined;
  const ageMs = nowMs - clock.heardAtMs;
  return ageMs >= 0 && ageMs <= CLOCK_VALID_MS ? clock.workerMs + ageMs : undefined;
}

function reject(
  reason: RejectReason,
  result: Exclude<GateAck["result"], "accepted"> = "rejected",
): Judgement {
  return { kind: "reject", reason, result };
}
