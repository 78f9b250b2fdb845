import type { RealtimeEvent } from "@portero/access";
import type { EventOf } from "./visits.ts";

export interface Handover {
  event: EventOf<"shift_handed_over">;
  taken: EventOf<"shift_taken_over"> | null;
}

export const SHIFT_EVENTS = ["shift_handed_over", "shift_taken_over"] as const;

/** The newest hand-over among these events and who has taken it; null where there is none. Any order, any twice. */
export function latestHandover(events: Iterable<RealtimeEvent>): Handover | null {
  let latest: Handover["event"] | null = null;
  const takings: EventOf<"shift_taken_over">[] = [];
  for (const event of events) {
    if (event.eventType === "shift_taken_over") takings.push(event);
    if (event.eventType === "shift_handed_over" && event.seq > (latest?.seq ?? -1)) latest = event;
  }
  if (!latest) return null;
  const { id } = latest;
  return {
    event: latest,
    taken: takings.find(({ payload }) => payload.handover_event_id === id) ?? null,
  };
}
