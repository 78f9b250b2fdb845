/** Events after which a vehicle waits for a guard. */
export const ALERTING_EVENTS = [
  "unknown_vehicle",
  "access_denied",
  "vehicle_without_plate",
] as const;

/** Events that tell of a vehicle in a lane: their payload is a `SightingPayload`. */
export const SIGHTING_EVENTS = [
  "resident_arrived",
  "visitor_arrived",
  "resident_departed",
  "visitor_departed",
  "vehicle_departed",
  ...ALERTING_EVENTS,
] as const;

/** Events that end the waiting of the alert named in their payload's `alert_event_id`. */
export const ANSWERING_EVENTS = ["gate_opened", "entry_refused", "vehicle_left"] as const;
