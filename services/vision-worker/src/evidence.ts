import { createHash } from "node:crypto";
import {
  type Decision,
  type NewEvent,
  POLICY_VERSION,
  type SightingPayload,
  type Vote,
} from "@portero/access";
import { v7 as uuidv7 } from "uuid";
import type { DecisionRecord, OpenAlert } from "./journal/records.ts";
import type { Finding, PipelineOptions, Seen } from "./pipeline.ts";
import type { Visit } from "./visits.ts";

/** The plate by which a vote's vehicle is called: as enrolled where it is, else as read. */
export const plateOf = (vote: Vote): string => vote.enrolledPlate ?? vote.plate ?? "";

type Context = Seen & { visit: Visit; options: PipelineOptions };

function reasonOf(decision: Decision, vote: Vote): string | null {
  if (decision.kind === "grant") return null;
  if (decision.reason === "unsure_read" && vote.doubt) return vote.doubt;
  return decision.reason;
}

/** The decision's row for the journal (safety G1). `id`: one that acts for each visit. */
export function decisionRecord(
  context: Finding & Context,
  id: string = context.visit.id,
): DecisionRecord {
  const { vote, decision, sighting, known, frame, options } = context;
  const evidence = {
    frames: sighting.reads.map((read) => [read.frameHash, read.freeText]),
    candidates: vote.candidates,
    plate: plateOf(vote),
    rules: known.rules,
  };
  return {
    id,
    tenantId: options.tenantId,
    gateId: options.gate?.id ?? null,
    cameraId: options.camera.id,
    plate: plateOf(vote) || null,
    kind: decision.kind,
    reason: reasonOf(decision, vote),
    evidenceHash: createHash("sha256").update(JSON.stringify(evidence)).digest("hex"),
    policyVersion: POLICY_VERSION,
    registerVersion: known.register.version,
    decidedAtMs: frame.capturedAtMs,
  };
}

function eventTypeOf(decision: Decision, direction: "entry" | "exit") {
  switch (decision.kind) {
    case "grant":
      if (direction === "exit")
        return decision.as === "resident" ? "resident_departed" : "visitor_departed";
      return decision.as === "resident" ? "resident_arrived" : "visitor_arrived";
    case "note":
      return "vehicle_departed";
    case "deny":
      return "access_denied";
    case "alert":
    case "wait":
      return "unknown_vehicle";
  }
}

function pathsOf(eventId: string, { options, frame }: Context) {
  const date = new Date(frame.capturedAtMs).toISOString().slice(0, 10);
  const base = `${options.tenantId}/${date}/${eventId}`;
  return { frame: `${base}.jpg`, plate: `${base}-plate.jpg` };
}

const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits));

/** The event of a sighting: who, why, on what evidence, and how long each stage took. */
export function sightingEvent(
  context: Finding & Context & { commandId?: string | undefined },
): NewEvent {
  const { vote, decision, visit, options, frame, commandId } = context;
  const id = uuidv7();
  const paths = pathsOf(id, context);
  const payload: SightingPayload = {
    sighting_id: visit.id,
    direction: options.camera.direction,
    plate: plateOf(vote) || null,
    confidence: rounded(vote.confidence),
    characters: vote.characters.map(({ character, confidence, alternatives }) => ({
      character,
      confidence: rounded(confidence),
      alternatives: [...alternatives],
    })),
    candidates: vote.candidates.map((candidate) => ({
      plate: candidate.plate,
      score: rounded(candidate.logLikelihood),
    })),
    ...pictureFacts(context),
    decision: {
      kind: decision.kind,
      reason: reasonOf(decision, vote),
      policy_version: POLICY_VERSION,
      register_version: context.known.register.version,
      rules: rulesOf(context),
    },
    ...standingOf(context),
    suggestions: suggestionsOf(context),
    timings_ms: timingsOf(context),
    ...personOf(decision),
    ...(commandId ? { command_id: commandId } : {}),
    plate_snapshot_path: paths.plate,
  };
  return {
    id,
    eventType: eventTypeOf(decision, options.camera.direction),
    gateId: options.gate?.id ?? null,
    cameraId: options.camera.id,
    occurredAtMs: frame.capturedAtMs,
    snapshotPath: paths.frame,
    payload,
  };
}

function rulesOf({ known }: Seen) {
  return {
    min_agreeing_frames: known.rules.minAgreeingFrames,
    min_lead: known.rules.minLead,
    min_character_confidence: known.rules.minCharacterConfidence,
  };
}

/** Rounded down: kept evidence must never look more certain than it was. */
function standingOf({ vote: { standing }, ifSure }: Finding): Pick<SightingPayload, "vote"> {
  if (!standing) return {};
  const down = (value: number) => Math.floor(value * 1000) / 1000;
  return {
    vote: {
      agreeing_frames: standing.agreeingFrames,
      weakest_character: down(standing.weakestCharacter),
      margin_nats: down(standing.marginNats),
      fixed_doubt: standing.fixedDoubt,
      second_doubt: standing.secondDoubt,
      if_sure: ifSure,
    },
  };
}

function pictureFacts({ sighting, recognition }: Finding & Seen) {
  const read = sighting.reads.at(-1);
  return {
    frames: sighting.reads.map((seen) => ({
      hash: seen.frameHash,
      captured_at: new Date(seen.capturedAtMs).toISOString(),
      text: seen.freeText.slice(0, 16),
      confidence: rounded(seen.confidence),
    })),
    box: read
      ? {
          left_px: Math.round(read.box.leftPx),
          top_px: Math.round(read.box.topPx),
          width_px: Math.round(read.box.widthPx),
          height_px: Math.round(read.box.heightPx),
        }
      : null,
    frame_width_px: recognition.widthPx,
    frame_height_px: recognition.heightPx,
  };
}

function suggestionsOf({ vote, known }: Finding & Seen) {
  return vote.suggestions.flatMap(({ plate, distance }) => {
    const vehicle = known.register.vehicles.find((entry) => entry.plate === plate);
    const pass = known.register.passes.find((entry) => entry.plate === plate);
    const name = vehicle?.residentName ?? pass?.visitorName;
    const unit = vehicle?.unitName ?? pass?.unitName;
    return name === undefined || unit === undefined
      ? []
      : [{ plate, resident_name: name, unit_name: unit, distance }];
  });
}

function timingsOf({ recognition, voteMs, visit, frame }: Finding & Seen & { visit: Visit }) {
  const { waitMs, sceneMs, decodeMs, detectMs, cropMs, readMs } = recognition.timings;
  const stages = {
    wait: waitMs,
    scene: sceneMs,
    decode: decodeMs,
    detect: detectMs,
    crop: cropMs,
    read: readMs,
    vote: voteMs,
    frame_to_decision: performance.now() - frame.receivedAtMs,
    first_frame_to_decision: performance.now() - visit.firstReceivedMs,
  };
  return Object.fromEntries(
    Object.entries(stages).flatMap(([name, ms]) =>
      ms === undefined ? [] : [[name, rounded(ms, 1)]],
    ),
  );
}

function personOf(decision: Decision): Partial<SightingPayload> {
  if (decision.kind !== "grant" && decision.kind !== "deny") return {};
  const vehicle = "vehicle" in decision ? decision.vehicle : undefined;
  const pass = "pass" in decision ? decision.pass : undefined;
  return {
    ...(vehicle
      ? {
          vehicle_id: vehicle.vehicleId,
          resident_id: vehicle.residentId,
          resident_name: vehicle.residentName,
          unit_name: vehicle.unitName,
        }
      : {}),
    ...(pass
      ? { pass_id: pass.passId, visitor_name: pass.visitorName, unit_name: pass.unitName }
      : {}),
    ...(decision.kind === "deny" && decision.denied ? { deny_reason: decision.denied.reason } : {}),
  };
}

/** Something of a vehicle's size stands in the lane and shows no plate: nobody may wait unseen. */
export function standingEvent(context: Context): NewEvent {
  const { visit, recognition, known, options, frame } = context;
  const id = uuidv7();
  return {
    id,
    eventType: "vehicle_without_plate",
    gateId: options.gate?.id ?? null,
    cameraId: options.camera.id,
    occurredAtMs: frame.capturedAtMs,
    snapshotPath: pathsOf(id, context).frame,
    payload: {
      sighting_id: visit.id,
      direction: options.camera.direction,
      plate: null,
      confidence: 0,
      characters: [],
      candidates: [],
      frames: [],
      box: null,
      frame_width_px: recognition.widthPx,
      frame_height_px: recognition.heightPx,
      decision: {
        kind: "alert",
        reason: "no_plate",
        policy_version: POLICY_VERSION,
        register_version: known.register.version,
      },
      suggestions: [],
      timings_ms: {},
    },
  };
}

/** The vehicle of an alert went away, or this box lost sight of it, before anyone opened. */
export function leftEvent(alert: OpenAlert, atMs: number): NewEvent {
  return {
    id: uuidv7(),
    eventType: "vehicle_left",
    gateId: alert.gateId,
    cameraId: alert.cameraId,
    occurredAtMs: atMs,
    snapshotPath: null,
    payload: { alert_event_id: alert.eventId, sighting_id: alert.sightingId },
  };
}
