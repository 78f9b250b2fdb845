import type { GateAction, GatePosition } from "./gate-command.ts";

/** What is known of a gate; the words the guard reads. */
export type GateKind =
  /** Nobody can say where the barrier is. */
  | "unknown"
  | "closed"
  /** A command was accepted; the barrier is not seen open yet. */
  | "opening"
  | "open"
  | "closing"
  /** Open for longer than a passage takes. */
  | "held_open"
  /** Left its closed position without a command of ours. */
  | "forced_open"
  /** A command was accepted and the barrier did not move in time. */
  | "not_confirmed";

/** A gate at one moment. Times are of one monotonic clock, in ms. */
export interface GateState {
  kind: GateKind;
  /** When this kind began. */
  sinceMs: number;
  /** The accepted command that led here, until the gate is seen closed. */
  commandId: string | null;
  /** The last word of the position input. */
  position: GatePosition;
  /** Within `opening`: the barrier was seen to move. */
  hasMoved: boolean;
}

export type GateEvent =
  /** The actuator took a command. */
  | { kind: "accepted"; action: GateAction; commandId: string; atMs: number }
  /** The position input spoke; `unknown` when it, or the way to it, is lost. Repeats are welcome. */
  | { kind: "position"; position: GatePosition; atMs: number }
  /** Time passed. At least one a second keeps the limits below true. */
  | { kind: "time"; atMs: number };

export interface GateRules {
  /** False for a gate that has only a relay: then nothing can be confirmed and nothing is missed. */
  hasPositionInput: boolean;
  /** From accepted to `not_confirmed`. */
  movementTimeoutMs: number;
  /** From open to `held_open`. Infinity while a guard means the gate to stay open. */
  heldOpenAfterMs: number;
  /** How long `not_confirmed` stands before the gate counts as what its position says. */
  notConfirmedForMs: number;
}

export const DEFAULT_GATE_RULES: GateRules = {
  hasPositionInput: true,
  movementTimeoutMs: 5_000,
  heldOpenAfterMs: 60_000,
  notConfirmedForMs: 30_000,
};

/** A gate of which nothing has been heard. */
export function unknownGate(atMs: number): GateState {
  return { kind: "unknown", sinceMs: atMs, commandId: null, position: "unknown", hasMoved: false };
}

/** The gate after `event`. Pure; the same for every kind of actuator. */
export function nextGateState(
  state: GateState,
  event: GateEvent,
  rules: GateRules = DEFAULT_GATE_RULES,
): GateState {
  if (event.kind === "accepted") return afterAccepted(state, event, rules);
  if (event.kind === "time") return afterTime(state, event.atMs, rules);
  const next = afterPosition(state, event.position, event.atMs);
  return next.position === event.position ? next : { ...next, position: event.position };
}

function afterAccepted(
  state: GateState,
  { action, commandId, atMs }: Extract<GateEvent, { kind: "accepted" }>,
  rules: GateRules,
): GateState {
  if (!rules.hasPositionInput) return state;
  if (action === "close") {
    const isUp =
      state.kind === "open" || state.kind === "held_open" || state.kind === "forced_open";
    return isUp ? { ...state, kind: "closing", sinceMs: atMs, commandId } : state;
  }
  switch (state.kind) {
    case "held_open":
      return state;
    case "open":
    case "forced_open":
      // From here it is open by our leave, and the time of a passage starts again.
      return { ...state, kind: "open", sinceMs: atMs, commandId };
    case "unknown":
    case "closed":
    case "opening":
    case "closing":
    case "not_confirmed":
      return { ...state, kind: "opening", sinceMs: atMs, commandId, hasMoved: false };
  }
}

function afterPosition(state: GateState, position: GatePosition, atMs: number): GateState {
  const become = (kind: GateKind): GateState =>
    kind === state.kind ? state : { ...state, kind, sinceMs: atMs };
  switch (position) {
    case "closed": {
      // A barrier that has not begun to rise still reads closed.
      const waits = state.kind === "not_confirmed" || (state.kind === "opening" && !state.hasMoved);
      return waits ? state : { ...become("closed"), commandId: null };
    }
    case "open":
      if (state.kind === "closed") return become("forced_open");
      return state.kind === "held_open" || state.kind === "forced_open" ? state : become("open");
    case "moving":
      if (state.kind === "closed") return become("forced_open");
      if (state.kind === "open") return become("closing");
      if (state.kind === "opening" || state.kind === "not_confirmed") {
        return state.hasMoved ? state : { ...become("opening"), hasMoved: true };
      }
      return state;
    case "unknown":
      // A command in flight keeps its deadline: silence must not hide that it was never confirmed.
      return state.kind === "opening" ? state : { ...become("unknown"), commandId: null };
  }
}

function afterTime(state: GateState, atMs: number, rules: GateRules): GateState {
  const ageMs = atMs - state.sinceMs;
  switch (state.kind) {
    case "opening":
      if (state.hasMoved) {
        return ageMs < rules.heldOpenAfterMs
          ? state
          : { ...state, kind: "held_open", sinceMs: atMs };
      }
      return ageMs < rules.movementTimeoutMs
        ? state
        : { ...state, kind: "not_confirmed", sinceMs: atMs };
    case "open":
    case "closing":
      return ageMs < rules.heldOpenAfterMs ? state : { ...state, kind: "held_open", sinceMs: atMs };
    case "not_confirmed": {
      if (ageMs < rules.notConfirmedForMs) return state;
      const kind = state.position === "closed" ? "closed" : "unknown";
      return { ...state, kind, sinceMs: atMs, commandId: null };
    }
    case "unknown":
    case "closed":
    case "held_open":
    case "forced_open":
      return state;
  }
}
