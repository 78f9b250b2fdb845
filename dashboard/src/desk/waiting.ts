import { ALERTING_EVENTS } from "@portero/access";
import type { Story, Visit } from "./visits.ts";

/** A vehicle that nobody answered for so long is no longer at the gate: it becomes history, marked as unanswered. */
export const WAITING_LIMIT_MS = 30 * 60_000;

/** How the waiting at a gate ended. */
export type Answer =
  | { kind: "opened"; byName: string | null; reason: string | null; isAutomatic: boolean }
  | { kind: "refused"; byName: string | null; reason: string }
  | { kind: "left" }
  | { kind: "unanswered" };

/** Whether it waits, or waited, for a guard. */
export const isAlert = (visit: Visit): boolean =>
  (ALERTING_EVENTS as readonly string[]).includes(visit.event.eventType);

/** How this visit was answered; null while it waits for a guard. */
export function answerOf(visit: Visit, nowMs: number): Answer | null {
  const { opened, command, refusal, departure, event } = visit;
  if (opened) {
    return {
      kind: "opened",
      byName: opened.payload.by_name ?? command?.requestedByName ?? null,
      reason: opened.payload.reason ?? command?.reason ?? null,
      isAutomatic: opened.payload.cause === "automatic",
    };
  }
  if (command?.status === "opened") {
    const { requestedByName, reason } = command;
    return { kind: "opened", byName: requestedByName, reason, isAutomatic: false };
  }
  if (!isAlert(visit)) return { kind: "opened", byName: null, reason: null, isAutomatic: true };
  if (refusal) {
    return {
      kind: "refused",
      byName: refusal.payload.by_name ?? null,
      reason: refusal.payload.reason,
    };
  }
  if (departure) return { kind: "left" };
  if (event.isLate || nowMs - event.occurredAtMs > WAITING_LIMIT_MS) return { kind: "unanswered" };
  return null;
}

/** The vehicles that wait for a guard, the one that has waited longest first. */
export function waitingVisits(story: Story, nowMs: number): Visit[] {
  return [...story.visits.values()]
    .filter((visit) => isAlert(visit) && answerOf(visit, nowMs) === null)
    .sort((a, b) => a.event.seq - b.event.seq);
}
