import type { EventPayload, RealtimeEvent } from "@portero/access";
import type { StoreClient } from "../client.ts";
import type { Json } from "../database.types.ts";
import { unwrap } from "../errors.ts";
import { eventOf, gateCommandOf } from "./rows.ts";
import type { GateCommand } from "./words.ts";

/** What the history is narrowed to; every part is optional. */
export interface EventFilter {
  eventTypes?: readonly string[];
  gateId?: string;
  /** Part of a plate in comparison form; `A[8B]C` where a place may hold one of several characters. */
  plate?: string;
  /** The name of a house, whole. */
  unit?: string;
  /** Part of a resident's, a visitor's or a guard's name. */
  person?: string;
  fromMs?: number;
  untilMs?: number;
}

/** The tenant's newest events, oldest first. @throws {StoreError} */
export async function newestEvents(
  client: StoreClient,
  tenantId: string,
  limit: number,
  signal: AbortSignal,
): Promise<RealtimeEvent[]> {
  const answer = await client
    .from("realtime_events")
    .select("*")
    .eq("tenant_id", tenantId)
    .order("seq", { ascending: false })
    .limit(limit)
    .abortSignal(signal);
  return unwrap("read the newest events", answer).map(eventOf).reverse();
}

/** Events after `seq`, in its order. @throws {StoreError} */
export async function eventsAfter(
  client: StoreClient,
  tenantId: string,
  seq: number,
  limit: number,
  signal: AbortSignal,
): Promise<RealtimeEvent[]> {
  const answer = await client
    .from("realtime_events")
    .select("*")
    .eq("tenant_id", tenantId)
    .gt("seq", seq)
    .order("seq")
    .limit(limit)
    .abortSignal(signal);
  return unwrap("read events after the cursor", answer).map(eventOf);
}

/**
 * One page of history before `beforeSeq`, newest first: at most `limit` events that the filter asks for, and besides
 * whatever followed one of these. Of sightings the evidence is left out (characters, candidates, frames, suggestions,
 * timings are empty): `findEvent` has it. @throws {StoreError}
 */
export async function listEvents(
  client: StoreClient,
  tenantId: string,
  filter: EventFilter,
  page: { beforeSeq?: number | undefined; limit: number },
  signal: AbortSignal,
): Promise<RealtimeEvent[]> {
  const { eventTypes, gateId, plate, unit, person, fromMs, untilMs } = filter;
  const at = (ms: number | undefined) => (ms ? new Date(ms).toISOString() : undefined);
  const asked = { types: eventTypes, gate_id: gateId, plate, unit, person };
  const answer = await client
    .rpc("find_events", {
      p_tenant_id: tenantId,
      p_filter: { ...asked, from: at(fromMs), until: at(untilMs) } as Json,
      p_before_seq: page.beforeSeq ?? Number.MAX_SAFE_INTEGER,
      p_limit: page.limit,
    })
    .abortSignal(signal);
  return unwrap("list events", answer).map(eventOf);
}

/** A vehicle whose last passage led in. */
export interface InsideVehicle {
  /** The event of its entry. */
  eventId: string;
  plate: string;
  enteredAtMs: number;
  eventType: string;
  gateId: string | null;
  /** What the register said when it came; null for whoever a guard let in. */
  unitName: string | null;
  personName: string | null;
  /** The guard who opened. */
  openedBy: string | null;
  picture: string | null;
}

/** Who is inside as far as the cameras can say, newest first. @throws {StoreError} */
export async function vehiclesInside(
  client: StoreClient,
  tenantId: string,
  sinceMs: number,
  signal: AbortSignal,
): Promise<InsideVehicle[]> {
  const answer = await client
    .rpc("vehicles_inside", {
      p_tenant_id: tenantId,
      p_since: new Date(sinceMs).toISOString(),
    })
    .abortSignal(signal);
  return unwrap("read who is inside", answer).map((row) => ({
    eventId: row.event_id,
    plate: row.plate,
    enteredAtMs: Date.parse(row.entered_at),
    eventType: row.event_type,
    gateId: row.gate_id,
    unitName: row.unit_name,
    personName: row.person_name,
    openedBy: row.opened_by,
    picture: row.picture,
  }));
}

/** One event, or null. A foreign one answers like one that does not exist. @throws {StoreError} */
export async function findEvent(
  client: StoreClient,
  tenantId: string,
  eventId: string,
  signal: AbortSignal,
): Promise<RealtimeEvent | null> {
  const answer = await client
    .from("realtime_events")
    .select("*")
    .eq("tenant_id", tenantId)
    .eq("id", eventId)
    .abortSignal(signal)
    .maybeSingle();
  const row: typeof answer.data = unwrap("find an event", answer);
  return row && eventOf(row);
}

/** What followed an alert or a sighting (answers, corrections, the gate's word), oldest first. @throws {StoreError} */
export async function eventsAbout(
  client: StoreClient,
  event: RealtimeEvent,
  signal: AbortSignal,
): Promise<RealtimeEvent[]> {
  const sightingId = "sighting_id" in event.payload ? event.payload.sighting_id : undefined;
  const about = [`payload->>alert_event_id.eq.${event.id}`];
  if (sightingId) about.push(`payload->>sighting_id.eq.${sightingId}`);
  const answer = await client
    .from("realtime_events")
    .select("*")
    .eq("tenant_id", event.tenantId)
    .gte("seq", event.seq)
    .neq("id", event.id)
    .or(about.join(","))
    .order("seq")
    .limit(50)
    .abortSignal(signal);
  return unwrap("read what followed", answer).map(eventOf);
}

/** Earlier events with this plate, newest first. @throws {StoreError} */
export async function eventsOfPlate(
  client: StoreClient,
  tenantId: string,
  plate: string,
  beforeSeq: number,
  signal: AbortSignal,
): Promise<RealtimeEvent[]> {
  const answer = await client
    .from("realtime_events")
    .select("*")
    .eq("tenant_id", tenantId)
    .eq("plate", plate)
    .lt("seq", beforeSeq)
    .order("seq", { ascending: false })
    .limit(20)
    .abortSignal(signal);
  return unwrap("read earlier visits", answer).map(eventOf);
}

/** Commands that were asked for or changed since then, oldest first. @throws {StoreError} */
export async function gateCommandsSince(
  client: StoreClient,
  tenantId: string,
  sinceMs: number,
  signal: AbortSignal,
): Promise<GateCommand[]> {
  const answer = await client
    .from("gate_commands")
    .select("*")
    .eq("tenant_id", tenantId)
    .gte("requested_at", new Date(sinceMs).toISOString())
    .order("requested_at", { ascending: false })
    .limit(200)
    .abortSignal(signal);
  return unwrap("read gate commands", answer).map(gateCommandOf).reverse();
}

/** What figures are made of: an event without its pictures and reads. */
export interface EventFact {
  id: string;
  eventType: string;
  occurredAtMs: number;
  cameraId: string | null;
  unitName: string | null;
  /** Of an opening: `automatic` or `guard`. */
  cause: string | null;
  alertEventId: string | null;
  sightingId: string | null;
  confidence: number | null;
}

const FACT_PAGE = 1000;

/** Every event of a span in short form, oldest first. @throws {StoreError} */
export async function eventFactsBetween(
  client: StoreClient,
  tenantId: string,
  sinceMs: number,
  untilMs: number,
  signal: AbortSignal,
): Promise<EventFact[]> {
  const facts: EventFact[] = [];
  let seq = 0;
  for (;;) {
    const answer = await client
      .from("realtime_events")
      .select(
        "id, seq, event_type, occurred_at, camera_id, unit:payload->>unit_name, cause:payload->>cause, alert:payload->>alert_event_id, sighting:payload->>sighting_id, confidence:payload->>confidence",
      )
      .eq("tenant_id", tenantId)
      .gte("occurred_at", new Date(sinceMs).toISOString())
      .lt("occurred_at", new Date(untilMs).toISOString())
      .gt("seq", seq)
      .order("seq")
      .limit(FACT_PAGE)
      .abortSignal(signal);
    const rows = unwrap("read what figures are made of", answer);
    for (const row of rows) {
      facts.push({
        id: row.id,
        eventType: row.event_type,
        occurredAtMs: Date.parse(row.occurred_at),
        cameraId: row.camera_id,
        unitName: row.unit,
        cause: row.cause,
        alertEventId: row.alert,
        sightingId: row.sighting,
        confidence: row.confidence === null ? null : Number(row.confidence),
      });
    }
    seq = rows.at(-1)?.seq ?? seq;
    if (rows.length < FACT_PAGE) return facts;
  }
}

/** What other opening rules are tried on: a decision at a gate with its vote, or a guard's word about one. */
export interface VoteFact {
  id: string;
  eventType: string;
  plate: string | null;
  sightingId: string | null;
  alertEventId: string | null;
  /** `grant`, or what else was decided. */
  kind: string | null;
  /** Null in events from before it was kept. */
  vote: NonNullable<EventPayload<"resident_arrived">["vote"]> | null;
}

const VOTE_FACTS = [
  "resident_arrived",
  "visitor_arrived",
  "resident_departed",
  "visitor_departed",
  "unknown_vehicle",
  "access_denied",
  "entry_refused",
  "plate_corrected",
];

/** The newest of these since then, at most `limit`, newest first. @throws {StoreError} */
export async function voteFactsSince(
  client: StoreClient,
  tenantId: string,
  sinceMs: number,
  limit: number,
  signal: AbortSignal,
): Promise<VoteFact[]> {
  const facts: VoteFact[] = [];
  let beforeSeq = Number.MAX_SAFE_INTEGER;
  while (facts.length < limit) {
    const answer = await client
      .from("realtime_events")
      .select(
        "id, seq, event_type, plate, vote:payload->vote, kind:payload->decision->>kind, sighting:payload->>sighting_id, alert:payload->>alert_event_id",
      )
      .eq("tenant_id", tenantId)
      .gte("occurred_at", new Date(sinceMs).toISOString())
      .lt("seq", beforeSeq)
      .not("gate_id", "is", null)
      .in("event_type", VOTE_FACTS)
      .order("seq", { ascending: false })
      .limit(FACT_PAGE)
      .abortSignal(signal);
    const rows = unwrap("read the votes that were kept", answer);
    for (const row of rows) {
      facts.push({
        id: row.id,
        eventType: row.event_type,
        plate: row.plate,
        sightingId: row.sighting,
        alertEventId: row.alert,
        kind: row.kind,
        vote: row.vote as VoteFact["vote"],
      });
    }
    beforeSeq = rows.at(-1)?.seq ?? 0;
    if (rows.length < FACT_PAGE) break;
  }
  return facts;
}
