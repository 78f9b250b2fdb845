import { type RealtimeEvent, SIGHTING_EVENTS } from "@portero/access";
import type { GateCommand } from "@portero/store";

export type EventOf<T extends RealtimeEvent["eventType"]> = Extract<
  RealtimeEvent,
  { eventType: T }
>;

/** An event that tells of a vehicle at a gate. */
export type SightingEvent = EventOf<(typeof SIGHTING_EVENTS)[number]>;

/** One vehicle at a gate, and all that followed. */
export interface Visit {
  event: SightingEvent;
  /** What a guard reads on the plate, otherwise what was read by the camera. */
  plate: string | null;
  correction: EventOf<"plate_corrected"> | null;
  /** The newest opening that a guard asked for. */
  command: GateCommand | null;
  opened: EventOf<"gate_opened"> | null;
  failure: EventOf<"gate_command_failed"> | null;
  refusal: EventOf<"entry_refused"> | null;
  departure: EventOf<"vehicle_left"> | null;
  /** The last time that it was told again because nobody took it. */
  escalation: EventOf<"alert_escalated"> | null;
}

export type FeedItem =
  | { kind: "visit"; id: string; visit: Visit }
  | { kind: "event"; id: string; event: Exclude<RealtimeEvent, SightingEvent> };

export interface Story {
  visits: ReadonlyMap<string, Visit>;
  /** Newest first: each vehicle once, with what followed; everything else on its own. */
  items: FeedItem[];
}

export function isSighting(event: RealtimeEvent): event is SightingEvent {
  return (SIGHTING_EVENTS as readonly string[]).includes(event.eventType);
}

/** Tells the events as visits. `events` in order of `seq`; a follow-up whose visit is not among them stands alone. */
export function storyOf(events: readonly RealtimeEvent[], commands: Iterable<GateCommand>): Story {
  const visits = new Map<string, Visit>();
  const bySighting = new Map<string, Visit>();
  const items: FeedItem[] = [];

  const visitOf = (payload: { alert_event_id?: string; sighting_id?: string }): Visit | undefined =>
    visits.get(payload.alert_event_id ?? "") ?? bySighting.get(payload.sighting_id ?? "");

  /** True where the event belongs to a visit and was told there. */
  const follows = (event: Exclude<RealtimeEvent, SightingEvent>): boolean => {
    switch (event.eventType) {
      case "gate_opened": {
        const visit = visitOf(event.payload);
        if (visit) visit.opened = event;
        return visit !== undefined;
      }
      case "gate_command_failed": {
        const visit = visitOf(event.payload);
        if (visit) visit.failure = event;
        return visit !== undefined;
      }
      case "entry_refused": {
        const visit = visitOf(event.payload);
        if (visit) visit.refusal = event;
        return visit !== undefined;
      }
      case "plate_corrected": {
        const visit = visitOf(event.payload);
        if (visit) {
          visit.correction = event;
          visit.plate = event.payload.plate;
        }
        return visit !== undefined;
      }
      case "vehicle_left": {
        const visit = visitOf(event.payload);
        if (visit) visit.departure = event;
        return visit !== undefined;
      }
      case "alert_escalated": {
        const visit = visitOf(event.payload);
        if (visit) visit.escalation = event;
        // Without its vehicle there is nothing to tell.
        return true;
      }
      default:
        return false;
    }
  };

  for (const event of events) {
    if (isSighting(event)) {
      const visit: Visit = {
        event,
        plate: event.payload.plate,
        correction: null,
        command: null,
        opened: null,
        failure: null,
        refusal: null,
        departure: null,
        escalation: null,
      };
      visits.set(event.id, visit);
      bySighting.set(event.payload.sighting_id, visit);
      items.push({ kind: "visit", id: event.id, visit });
    } else if (!follows(event)) {
      items.push({ kind: "event", id: event.id, event });
    }
  }
  for (const command of commands) {
    const visit = visits.get(command.alertEventId ?? "");
    if (!visit) continue;
    if (!visit.command || visit.command.requestedAtMs <= command.requestedAtMs) {
      visit.command = command;
    }
  }
  return { visits, items: items.reverse() };
}
