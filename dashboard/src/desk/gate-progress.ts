import type { RealtimeEvent } from "@portero/access";
import type { GateCommand, GateStatus } from "@portero/store";

export const PROGRESS_STEPS = ["asked", "accepted", "moving", "open", "closed"] as const;
export type ProgressStep = (typeof PROGRESS_STEPS)[number];

/** Where the gate's answer stands. `trouble` is said loudly; `done` means nothing more will come. */
export interface GateProgress {
  step: ProgressStep;
  trouble: "not_confirmed" | "rejected" | "expired" | "unreachable" | "unknown" | null;
  /** The gate took the order but has nothing that tells its position. */
  isUnseen: boolean;
  isDone: boolean;
}

/** An accepted order that moves nothing within this time is said loudly. */
export const CONFIRM_LIMIT_MS = 5_000;
/** An order that nobody took: its ten seconds and the time that a report needs. */
export const REPORT_SLACK_MS = 2_000;

const MOVED: readonly string[] = ["open", "held_open", "closing"];

/** Puts the command's row, the event that ended it and the gate's position together. */
export function gateProgress(
  command: GateCommand,
  gate: GateStatus | undefined,
  opened: Extract<RealtimeEvent, { eventType: "gate_opened" }> | null,
  nowMs: number,
): GateProgress {
  const { status, requestedAtMs, expiresAtMs, updatedAtMs } = command;
  const at = (step: ProgressStep, rest: Partial<GateProgress> = {}): GateProgress => ({
    step,
    trouble: null,
    isUnseen: false,
    isDone: false,
    ...rest,
  });
  const sinceMs = gate?.since ? Date.parse(gate.since) : 0;
  if (status === "opened" || opened?.payload.confirmed) {
    const hasClosed = gate?.state === "closed" && sinceMs >= updatedAtMs - REPORT_SLACK_MS;
    return hasClosed ? at("closed", { isDone: true }) : at("open");
  }
  if (status === "rejected" || status === "expired" || status === "unreachable") {
    return at("asked", { trouble: status, isDone: true });
  }
  if (opened && gate?.state !== "not_confirmed") {
    return at("accepted", { isUnseen: true, isDone: true });
  }
  if (status === "not_confirmed" || status === "unknown") {
    return at("accepted", { trouble: status, isDone: true });
  }
  if (gate && sinceMs >= requestedAtMs) {
    if (gate.state === "opening") return at("moving");
    if (MOVED.includes(gate.state)) return at("open");
  }
  if (status === "accepted") {
    const isLate = nowMs - requestedAtMs > CONFIRM_LIMIT_MS;
    return at("accepted", { trouble: isLate ? "not_confirmed" : null });
  }
  if (status === "requested" && nowMs > expiresAtMs + REPORT_SLACK_MS) {
    return at("asked", { trouble: "expired", isDone: true });
  }
  const isLate = nowMs - requestedAtMs > CONFIRM_LIMIT_MS;
  return at("asked", { trouble: isLate ? "not_confirmed" : null });
}
