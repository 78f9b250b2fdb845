import type { EventPayload, EventType, RealtimeEvent, SightingPayload } from "@portero/access";
import type { GateCommand } from "@portero/store";

/** Events and commands as a gate's evening brings them; tests say only what matters to them. */
export const NOW_MS = Date.parse("2026-11-22T21:00:00Z");
export const GATE = "gate-north";

let seq = 0;

export function eventOf<T extends EventType>(
  id: string,
  eventType: T,
  payload: Partial<EventPayload<T>> = {},
  rest: Partial<RealtimeEvent> = {},
): RealtimeEvent {
  seq += 1;
  return {
    id,
    tenantId: "tenant",
    seq,
    eventType,
    siteId: "site",
    gateId: GATE,
    cameraId: "camera",
    occurredAtMs: NOW_MS - 10_000,
    createdAtMs: NOW_MS - 9_900,
    isLate: false,
    snapshotPath: null,
    payload,
    ...rest,
  } as RealtimeEvent;
}

export function sighting(sightingId: string, plate: string | null = "ABC123"): SightingPayload {
  return {
    sighting_id: sightingId,
    plate,
    confidence: 0.95,
    characters: [],
    candidates: [],
    frames: [],
    box: null,
    frame_width_px: 1920,
    frame_height_px: 1080,
    decision: { kind: "alert", reason: null, policy_version: "1", register_version: 1 },
    suggestions: [],
    timings_ms: {},
  };
}

export function commandOf(id: string, rest: Partial<GateCommand> = {}): GateCommand {
  return {
    id,
    gateId: GATE,
    reason: "delivery",
    alertEventId: null,
    requestedBy: "ana",
    requestedByName: "Ana",
    requestedAtMs: NOW_MS - 2_000,
    expiresAtMs: NOW_MS + 8_000,
    status: "requested",
    detail: null,
    updatedAtMs: NOW_MS - 2_000,
    ...rest,
  };
}
