import { ALERTING_EVENTS } from "@portero/access";
import type { FeedItem } from "../desk/visits.ts";

const FOLLOWING = [
  "gate_opened",
  "gate_command_failed",
  "entry_refused",
  "plate_corrected",
  "vehicle_left",
];

/** What a person looks for: the events that begin it, and those that must be read with them. */
export const GROUPS = {
  residents: {
    shown: ["resident_arrived", "resident_departed"],
    fetched: ["resident_arrived", "resident_departed", ...FOLLOWING],
  },
  visitors: {
    shown: ["visitor_arrived", "visitor_departed"],
    fetched: ["visitor_arrived", "visitor_departed", ...FOLLOWING],
  },
  alerts: { shown: [...ALERTING_EVENTS], fetched: [...ALERTING_EVENTS, ...FOLLOWING] },
  openings: { shown: ["gate_opened"], fetched: ["gate_opened"] },
  faults: {
    shown: ["gate_command_failed", "camera_offline", "camera_online", "alert"],
    fetched: ["gate_command_failed", "camera_offline", "camera_online", "alert"],
  },
} satisfies Record<string, { shown: readonly string[]; fetched: readonly string[] }>;
export type Group = keyof typeof GROUPS;

/** Hides what was only fetched to tell how something else ended. */
export function isShown(item: FeedItem, group: Group | null): boolean {
  if (group === null) return true;
  const { eventType } = item.kind === "visit" ? item.visit.event : item.event;
  return (GROUPS[group].shown as readonly string[]).includes(eventType);
}
