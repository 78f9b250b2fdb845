import type { DeniedPlate, EnrolledVehicle, Register, VisitorPass } from "./register.ts";
import { isWithinSchedule } from "./schedule.ts";

/** Counts changes of the rules below: it stands in every decision row, so that an old opening can be explained. */
export const POLICY_VERSION = "2026-11-5";

/** What the vote over a sighting's reads says; made by `voteOf` in sighting.ts. */
export interface PlateVerdict {
  /** Best unconstrained read, in comparison form; null when nothing legible was seen. */
  plate: string | null;
  /** The enrolled plate that the read equals under the rule of safety G7, if there is one. */
  enrolledPlate: string | null;
  /** Two distinct agreeing frames, the margin and every character's floor were reached. */
  isSure: boolean;
  /** Why it is not sure yet: for the guard and the record. */
  doubt: string | null;
}

/** How a gate is run at the moment. */
export type GateMode = "normal" | "lockdown" | "hold_open";

/** Where a lane leads. `free_exit`: nothing closes it, so nobody waits there. */
export type Passage = "entry" | "gated_exit" | "free_exit";

export interface DecisionContext {
  register: Register;
  passage: Passage;
  gateMode: GateMode;
  /** Uses of a pass that this site knows of and the register does not count yet. */
  uncountedUses(passId: string): number;
  /** How old the register's copy is, and how old it may be (safety A4). */
  registerAgeMs: number;
  maxRegisterAgeMs: number;
}

export type DenyReason =
  | "deny_listed"
  | "not_yet_valid"
  | "expired"
  | "outside_hours"
  | "pass_used_up"
  | "lockdown"
  /** May enter, but the gate did not open: made by the worker, not by the rules. */
  | "gate_failed";

export type AlertReason = "unknown_vehicle" | "unsure_read" | "no_plate" | "register_too_old";

/**
 * The outcome for one sighting. `wait` = look again, `note` = record it, nobody has to act; everything but `grant`
 * leaves the barrier down.
 */
export type Decision =
  | { kind: "grant"; as: "resident"; vehicle: EnrolledVehicle }
  | { kind: "grant"; as: "visitor"; pass: VisitorPass }
  | {
      kind: "deny";
      reason: DenyReason;
      vehicle?: EnrolledVehicle;
      pass?: VisitorPass;
      denied?: DeniedPlate;
    }
  | { kind: "alert"; reason: AlertReason }
  | { kind: "note"; reason: AlertReason }
  | { kind: "wait"; reason: "unsure_read" };

type Validity = "valid" | "not_yet_valid" | "expired" | "outside_hours";

function validityOf(
  entry: Pick<EnrolledVehicle, "validFromMs" | "validUntilMs" | "schedule">,
  nowMs: number,
  timeZone: string,
): Validity {
  if (nowMs < entry.validFromMs) return "not_yet_valid";
  if (entry.validUntilMs !== null && entry.validUntilMs <= nowMs) return "expired";
  return isWithinSchedule(entry.schedule, nowMs, timeZone) ? "valid" : "outside_hours";
}

/**
 * Decides access for one sighting. Pure: the caller brings the vote, the register's copy and the clock (Unix ms).
 * A sure read that is enrolled nowhere is an alert; a doubtful one waits for another frame, and the caller turns
 * it into an alert (`unsure_read`) when the vehicle has stood there long enough.
 */
export function decideAccess(
  verdict: PlateVerdict,
  context: DecisionContext,
  nowMs: number,
): Decision {
  const { register, passage } = context;
  const plate = verdict.enrolledPlate ?? verdict.plate;
  const denied = register.denied.find((entry) => entry.plate === plate);
  // A deny-listed plate is worth a guard's look even when the read is not sure enough to open for anyone.
  if (denied && verdict.plate) return { kind: "deny", reason: "deny_listed", denied };
  if (!verdict.isSure) return { kind: "wait", reason: "unsure_read" };
  if (!verdict.enrolledPlate) return forGuard("unknown_vehicle", passage);
  const isTooOld = context.registerAgeMs > context.maxRegisterAgeMs;
  if (isTooOld && passage !== "free_exit") return forGuard("register_too_old", passage);
  const passes = register.passes.filter((pass) => pass.plate === plate);
  const vehicle = register.vehicles.find((entry) => entry.plate === plate);
  if (passage !== "entry") return decideDeparture(vehicle, passes[0], context);
  if (!vehicle) return decideVisitor(passes, context, nowMs);
  const validity = validityOf(vehicle, nowMs, register.timeZone);
  if (validity === "valid") {
    if (context.gateMode === "lockdown") return { kind: "deny", reason: "lockdown", vehicle };
    return { kind: "grant", as: "resident", vehicle };
  }
  // Somebody's expired vehicle may still come as a visitor.
  const visit = decideVisitor(passes, context, nowMs);
  return visit.kind === "grant" ? visit : { kind: "deny", reason: validity, vehicle };
}

/** A guard is asked where a gate keeps the vehicle waiting; where nothing does, it is only written down. */
export function forGuard(reason: AlertReason, passage: Passage): Decision {
  return { kind: passage === "free_exit" ? "note" : "alert", reason };
}

/** Whoever was let in may leave, also when the permit has ended meanwhile or its uses are spent. */
function decideDeparture(
  vehicle: EnrolledVehicle | undefined,
  pass: VisitorPass | undefined,
  { gateMode, passage }: DecisionContext,
): Decision {
  const isShut = passage === "gated_exit" && gateMode === "lockdown";
  if (vehicle) {
    if (isShut) return { kind: "deny", reason: "lockdown", vehicle };
    return { kind: "grant", as: "resident", vehicle };
  }
  if (!pass) return forGuard("unknown_vehicle", passage);
  if (isShut) return { kind: "deny", reason: "lockdown", pass };
  return { kind: "grant", as: "visitor", pass };
}

/** The first pass that admits now wins; without one, the reason of the pass that came nearest is told. */
function decideVisitor(passes: VisitorPass[], context: DecisionContext, nowMs: number): Decision {
  const order: DenyReason[] = ["pass_used_up", "outside_hours", "not_yet_valid", "expired"];
  let nearest: { reason: DenyReason; pass: VisitorPass } | undefined;
  for (const pass of passes) {
    const validity = validityOf(pass, nowMs, context.register.timeZone);
    const isUsedUp = pass.uses + context.uncountedUses(pass.passId) >= pass.maxUses;
    if (validity === "valid" && !isUsedUp) {
      if (context.gateMode === "lockdown") return { kind: "deny", reason: "lockdown", pass };
      return { kind: "grant", as: "visitor", pass };
    }
    const reason = validity === "valid" ? "pass_used_up" : validity;
    if (!nearest || order.indexOf(reason) < order.indexOf(nearest.reason))
      nearest = { reason, pass };
  }
  return nearest ? { kind: "deny", ...nearest } : { kind: "alert", reason: "unknown_vehicle" };
}
