import { type Static, Type } from "typebox";

const Text = (maxLength: number) => Type.String({ maxLength });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Id = Type.String({ format: "uuid" });
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** A rectangle in pixels of the frame. */
const BoxPx = Type.Object({
  left_px: Type.Number(),
  top_px: Type.Number(),
  width_px: Type.Number(),
  height_px: Type.Number(),
});

const Suggestion = Type.Object({
  plate: Text(10),
  resident_name: Text(120),
  unit_name: Text(60),
  /** Characters that differ. */
  distance: Type.Integer({ minimum: 1 }),
});

/** What was seen and why it was decided so: the evidence that explains an opening a month later. */
export const SightingPayload = Type.Object({
  /** The person was taken out of it, on request or by its time. */
  erased: Type.Optional(Type.Literal(true)),
  sighting_id: Id,
  /** Which way the lane leads; events from before it was recorded have none and are entries. */
  direction: Type.Optional(Type.Union([Type.Literal("entry"), Type.Literal("exit")])),
  plate: Nullable(Text(10)),
  confidence: Share,
  /** Per character of `plate`: its probability and the next likeliest characters. */
  characters: Type.Array(
    Type.Object({ character: Text(1), confidence: Share, alternatives: Type.Array(Text(1)) }),
  ),
  /** The vote: candidate texts with their summed log-likelihood, best first. */
  candidates: Type.Array(Type.Object({ plate: Text(10), score: Type.Number() })),
  frames: Type.Array(
    Type.Object({ hash: Text(64), captured_at: Text(40), text: Text(16), confidence: Share }),
  ),
  box: Nullable(BoxPx),
  frame_width_px: Type.Integer(),
  frame_height_px: Type.Integer(),
  decision: Type.Object({
    kind: Type.Union([
      Type.Literal("grant"),
      Type.Literal("deny"),
      Type.Literal("alert"),
      Type.Literal("wait"),
      Type.Literal("note"),
    ]),
    reason: Nullable(Text(60)),
    policy_version: Text(20),
    register_version: Type.Integer(),
    /** What the condominium asked of an opening then; events from before it could say so have none. */
    rules: Type.Optional(
      Type.Object({
        min_agreeing_frames: Type.Integer(),
        min_lead: Type.Integer(),
        min_character_confidence: Share,
      }),
    ),
  }),
  /** What the rules looked at, so that others can be tried on it. */
  vote: Type.Optional(
    Type.Object({
      agreeing_frames: Type.Integer({ minimum: 0 }),
      weakest_character: Share,
      margin_nats: Type.Number(),
      fixed_doubt: Nullable(Text(40)),
      second_doubt: Nullable(Text(40)),
      /** What would have been decided, had the vote been sure. */
      if_sure: Text(10),
    }),
  ),
  suggestions: Type.Array(Suggestion),
  /** Milliseconds: of each stage for the deciding frame, and from the first legible frame to the decision. */
  timings_ms: Type.Record(Text(30), Type.Number()),
  resident_id: Type.Optional(Id),
  resident_name: Type.Optional(Text(120)),
  unit_name: Type.Optional(Text(60)),
  vehicle_id: Type.Optional(Id),
  pass_id: Type.Optional(Id),
  visitor_name: Type.Optional(Text(120)),
  deny_reason: Type.Optional(Text(300)),
  command_id: Type.Optional(Id),
  /** Beside `snapshot_path`: the plate's crop. */
  plate_snapshot_path: Type.Optional(Text(200)),
});
export type SightingPayload = Static<typeof SightingPayload>;

const ByGuard = {
  alert_event_id: Id,
  by: Id,
  by_name: Type.Optional(Nullable(Text(120))),
};

/** One schema per event type: the key is `realtime_events.event_type`, the value its `payload`. */
export const EVENT_PAYLOADS = {
  resident_arrived: SightingPayload,
  visitor_arrived: SightingPayload,
  resident_departed: SightingPayload,
  visitor_departed: SightingPayload,
  /** Nobody of the register went out where nothing closes the way: nobody has to act. */
  vehicle_departed: SightingPayload,
  unknown_vehicle: SightingPayload,
  access_denied: SightingPayload,
  vehicle_without_plate: SightingPayload,
  /** The vehicle of an alert went away before anyone answered. */
  vehicle_left: Type.Object({ alert_event_id: Id, sighting_id: Id }),
  /** The barrier was seen open (`confirmed`) or the command was accepted and nothing can confirm it. */
  gate_opened: Type.Object({
    command_id: Id,
    cause: Type.Union([Type.Literal("automatic"), Type.Literal("guard")]),
    confirmed: Type.Boolean(),
    plate: Type.Optional(Nullable(Text(10))),
    sighting_id: Type.Optional(Id),
    alert_event_id: Type.Optional(Id),
    by: Type.Optional(Id),
    by_name: Type.Optional(Text(120)),
    reason: Type.Optional(Text(200)),
    accepted_after_ms: Type.Optional(Type.Number()),
    opened_after_ms: Type.Optional(Type.Number()),
  }),
  gate_command_failed: Type.Object({
    command_id: Id,
    cause: Type.Union([Type.Literal("automatic"), Type.Literal("guard")]),
    /** `unknown`: nobody can say whether the barrier moved; look at it. */
    outcome: Type.Union([
      Type.Literal("rejected"),
      Type.Literal("unreachable"),
      Type.Literal("expired"),
      Type.Literal("unknown"),
      Type.Literal("not_confirmed"),
    ]),
    detail: Type.Optional(Text(300)),
    plate: Type.Optional(Nullable(Text(10))),
    sighting_id: Type.Optional(Id),
    alert_event_id: Type.Optional(Id),
    by: Type.Optional(Id),
    by_name: Type.Optional(Text(120)),
  }),
  entry_refused: Type.Object({ ...ByGuard, reason: Text(200) }),
  plate_corrected: Type.Object({ ...ByGuard, plate: Text(10) }),
  /** Nobody took the alert in time: 1 it sounds again, 2 every guard on duty, 3 the administration. */
  alert_escalated: Type.Object({
    alert_event_id: Id,
    stage: Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)]),
  }),
  shift_handed_over: Type.Object({
    note: Text(1000),
    /** Alerts without an answer in that moment. */
    waiting: Type.Integer({ minimum: 0 }),
    /** Gates that were not run as usual. */
    gates: Type.Array(Type.Object({ gate_id: Id, mode: Text(20) })),
    by: Id,
    by_name: Type.Optional(Nullable(Text(120))),
  }),
  shift_taken_over: Type.Object({
    handover_event_id: Id,
    by: Id,
    by_name: Type.Optional(Nullable(Text(120))),
  }),
  gate_mode_changed: Type.Object({
    mode: Text(20),
    was: Text(20),
    reason: Text(200),
    by: Id,
    by_name: Type.Optional(Nullable(Text(120))),
  }),
  camera_offline: Type.Object({ code: Text(40), detail: Text(300) }),
  camera_online: Type.Object({ offline_for_ms: Type.Number() }),
  alert: Type.Object({
    alert_type: Type.Union([
      Type.Literal("security"),
      Type.Literal("system"),
      Type.Literal("warning"),
    ]),
    /** A word of the product's own list, translated on the screen. */
    code: Text(40),
    detail: Type.Optional(Text(300)),
  }),
};

export type EventType = keyof typeof EVENT_PAYLOADS;
export type EventPayload<T extends EventType> = Static<(typeof EVENT_PAYLOADS)[T]>;

/** An event as its maker hands it to the outbox. `id` is a UUIDv7; times are Unix ms on our clock. */
export type NewEvent = {
  [T in EventType]: {
    id: string;
    eventType: T;
    gateId: string | null;
    cameraId: string | null;
    occurredAtMs: number;
    snapshotPath: string | null;
    payload: EventPayload<T>;
  };
}[EventType];

/** An event as the database has it. */
export type RealtimeEvent = {
  [T in EventType]: {
    id: string;
    tenantId: string;
    seq: number;
    eventType: T;
    siteId: string | null;
    gateId: string | null;
    cameraId: string | null;
    occurredAtMs: number;
    createdAtMs: number;
    isLate: boolean;
    snapshotPath: string | null;
    payload: EventPayload<T>;
  };
}[EventType];
