import type { GatePosition } from "@portero/access";

/** What the end switches say; `undefined` is a switch that is not there. */
export function positionOf(
  isClosed: boolean | undefined,
  isOpen: boolean | undefined,
): GatePosition {
  // Both ends at once is a broken wire, and a broken wire is no position.
  if (isClosed && isOpen) return "unknown";
  if (isClosed) return "closed";
  if (isOpen) return "open";
  if (isClosed === undefined && isOpen === undefined) return "unknown";
  if (isOpen === undefined) return "open";
  return isClosed === undefined ? "closed" : "moving";
}
