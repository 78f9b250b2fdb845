import type { GatePosition } from "@portero/access";
import type { BarrierPosition } from "@portero/isapi";

/** A barrier is between its two ends for no longer than this. */
const TRAVEL_MS = 10_000;

/** What a barrier's two limit switches have told so far. */
export interface Travel {
  /** The end that it was last seen at; null when nobody can say any more. */
  end: "closed" | "open" | null;
  /** Since when neither end has been reported, on the monotonic clock. */
  betweenSinceMs: number | null;
}

export const UNKNOWN_TRAVEL: Travel = { end: null, betweenSinceMs: null };

/**
 * A device says "no signal" while the barrier travels and when a wire is cut. It travels if an end was seen before, or a
 * command went out, a moment ago; `seen` is null where the device could not be asked. `position` is null where the
 * next answer has to be waited for: a first "no signal" of a closed barrier, without a command, may be one bad contact.
 */
export function followTravel(
  { end, betweenSinceMs }: Travel,
  seen: BarrierPosition | null,
  nowMs: number,
  isCommanded: boolean,
): { travel: Travel; position: GatePosition | null } {
  if (seen === null) return { travel: UNKNOWN_TRAVEL, position: "unknown" };
  if (seen !== "no_signal") {
    return { travel: { end: seen, betweenSinceMs: null }, position: seen };
  }
  const isFirst = betweenSinceMs === null;
  const sinceMs = betweenSinceMs ?? nowMs;
  const mayTravel = (end !== null || isCommanded) && nowMs - sinceMs < TRAVEL_MS;
  if (!mayTravel) return { travel: UNKNOWN_TRAVEL, position: "unknown" };
  const isDoubtful = isFirst && end === "closed" && !isCommanded;
  return {
    travel: { end, betweenSinceMs: sinceMs },
    position: isDoubtful ? null : "moving",
  };
}
