import type { Visit } from "./visit.ts";

/** How long things take at a lane. */
export interface LaneTimes {
  /** From out of sight to the barrier. */
  approachMs: number;
  /** How long a driver waits for the barrier, unless the visit says otherwise. */
  patienceMs: number;
  /** From the barrier to out of sight. */
  passMs: number;
  reverseMs: number;
  /** A person's walk across the lane. */
  walkMs: number;
  /** How long `empty` lasts. */
  emptyMs: number;
}

/** Somebody at the lane. */
export interface Stay {
  readonly visit: Visit;
  readonly phase: "approaching" | "waiting" | "passing" | "reversing" | "walking" | "nobody";
  readonly sinceMs: number;
}

/** What a barrier or a record of the lane wants to know. */
export type LaneEvent = "arrived" | "stopped" | "passing" | "passed" | "turned_back" | "left";

export const USUAL_LANE_TIMES: LaneTimes = {
  approachMs: 3_500,
  patienceMs: 45_000,
  passMs: 2_500,
  reverseMs: 3_500,
  walkMs: 6_000,
  emptyMs: 8_000,
};

/** A driver starts when the arm is about up. */
const OPEN_ENOUGH = 0.9;

/** The beginning of a visit. */
export function beginStay(visit: Visit, nowMs: number): Stay {
  const phase =
    visit.kind === "person" ? "walking" : visit.kind === "empty" ? "nobody" : "approaching";
  return { visit, phase, sinceMs: nowMs };
}

/**
 * The stay at `nowMs`, or null once it is over, and what happened on the way. A vehicle waits at the
 * barrier until it is open or its driver's patience ends. Pure.
 */
export function advanceStay(
  stay: Stay,
  nowMs: number,
  openness: number,
  times: LaneTimes,
): { stay: Stay | null; happened: LaneEvent[] } {
  const lastedMs = nowMs - stay.sinceMs;
  const next = (phase: Stay["phase"]): Stay => ({ ...stay, phase, sinceMs: nowMs });
  switch (stay.phase) {
    case "approaching":
      if (lastedMs < times.approachMs) return { stay, happened: [] };
      return { stay: next("waiting"), happened: ["stopped"] };
    case "waiting":
      if (openness >= OPEN_ENOUGH) return { stay: next("passing"), happened: ["passing"] };
      if (lastedMs < (stay.visit.patienceMs ?? times.patienceMs)) return { stay, happened: [] };
      return { stay: next("reversing"), happened: ["turned_back"] };
    case "passing":
      return lastedMs < times.passMs
        ? { stay, happened: [] }
        : { stay: null, happened: ["passed", "left"] };
    case "reversing":
      return lastedMs < times.reverseMs
        ? { stay, happened: [] }
        : { stay: null, happened: ["left"] };
    case "walking":
      return lastedMs < times.walkMs ? { stay, happened: [] } : { stay: null, happened: ["left"] };
    case "nobody":
      return lastedMs < times.emptyMs ? { stay, happened: [] } : { stay: null, happened: [] };
  }
}

/** How far along somebody is: 0 far … 1 at the barrier … 2 gone past; a person from 0 to 1. */
export function progressOf(stay: Stay, nowMs: number, times: LaneTimes): number {
  const lastedMs = nowMs - stay.sinceMs;
  const along = (wholeMs: number) => Math.min(1, Math.max(0, lastedMs / Math.max(1, wholeMs)));
  switch (stay.phase) {
    case "approaching":
      // Braking: fast at first, slow at the barrier.
      return 1 - (1 - along(times.approachMs)) ** 2;
    case "waiting":
      return 1;
    case "passing":
      return 1 + along(times.passMs) ** 2;
    case "reversing":
      return 1 - along(times.reverseMs) ** 2;
    case "walking":
      return along(times.walkMs);
    case "nobody":
      return 0;
  }
}

/** Something in the picture moves. */
export function isMoving(stay: Stay | null): boolean {
  return stay !== null && stay.phase !== "waiting" && stay.phase !== "nobody";
}

/** The induction loop before the barrier is covered. */
export function isOnLoop(stay: Stay | null): boolean {
  return stay?.phase === "waiting" || stay?.phase === "passing";
}
