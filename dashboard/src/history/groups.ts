import { ALERTING_EVENTS } from "@portero/access";
import type { FeedItem } from "../desk/visits.ts";

/** What a person looks for, by the events that begin it. What followed these comes with them. */
export const GROUPS = {
  residents: ["resident_arrived", "resident_departed"],
  visitors: ["visitor_arrived", "visitor_departed"],
  alerts: ALERTING_EVENTS,
  openings: ["gate_opened"],
  faults: ["gate_command_failed", "camera_offline", "camera_online", "alert"],
} satisfies Record<string, readonly string[]>;
export type Group = keyof typeof GROUPS;

/** Hides what was only fetched to tell how something else ended. */
export function isShown(item: FeedItem, group: Group | null): boolean {
  if (group === null) return true;
  const { eventType } = item.kind === "visit" ? item.visit.event : item.event;
  return (GROUPS[group] as readonly string[]).includes(eventType);
}
