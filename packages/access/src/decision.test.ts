import { describe, expect, it } from "vitest";
import {
  type Decision,
  type DecisionContext,
  decideAccess,
  type PlateVerdict,
} from "./decision.ts";
import type { EnrolledVehicle, VisitorPass } from "./register.ts";

const NOW_MS = Date.parse("2026-11-18T15:00:00Z"); // Wednesday, 09:00 in Mexico City
const HOUR_MS = 3_600_000;

const vehicleOf = (change: Partial<EnrolledVehicle> = {}): EnrolledVehicle => ({
  vehicleId: "v1",
  plate: "ABC123",
  residentId: "r1",
  residentName: "Rojas",
  unitName: "14",
  validFromMs: 0,
  validUntilMs: null,
  schedule: null,
  ...change,
});

const passOf = (change: Partial<VisitorPass> = {}): VisitorPass => ({
  passId: "p1",
  plate: "VIS1TA",
  visitorName: "Marta",
  unitName: "14",
  validFromMs: NOW_MS - HOUR_MS,
  validUntilMs: NOW_MS + HOUR_MS,
  schedule: null,
  maxUses: 1,
  uses: 0,
  ...change,
});

const contextOf = (
  entries: Partial<DecisionContext["register"]> = {},
  change: Partial<DecisionContext> = {},
): DecisionContext => ({
  register: {
    version: 1,
    country: "mx",
    timeZone: "America/Mexico_City",
    vehicles: [vehicleOf()],
    passes: [passOf()],
    denied: [{ plate: "BAD666", reason: "theft" }],
    ...entries,
  },
  passage: "entry",
  gateMode: "normal",
  uncountedUses: () => 0,
  registerAgeMs: 1000,
  maxRegisterAgeMs: 24 * HOUR_MS,
  ...change,
});

const sure = (plate: string, enrolledPlate: string | null = plate): PlateVerdict => ({
  plate,
  enrolledPlate,
  isSure: true,
  doubt: null,
});
const outcome = (decision: Decision): string =>
  decision.kind === "grant" ? `grant ${decision.as}` : `${decision.kind} ${decision.reason}`;

describe("decideAccess", () => {
  it.each<[string, PlateVerdict, DecisionContext, string]>([
    ["admits a resident's vehicle", sure("ABC123"), contextOf(), "grant resident"],
    ["admits the visitor of a pass", sure("VIS1TA"), contextOf(), "grant visitor"],
    [
      "alerts on a plate the tenant does not know",
      sure("XYZ999", null),
      contextOf(),
      "alert unknown_vehicle",
    ],
    [
      "never acts on an unsure read of a known plate (G7)",
      { ...sure("ABC123"), isSure: false, doubt: "one_frame" },
      contextOf(),
      "wait unsure_read",
    ],
    [
      "waits while nothing legible was seen",
      { plate: null, enrolledPlate: null, isSure: false, doubt: "no_read" },
      contextOf(),
      "wait unsure_read",
    ],
    [
      "grants until the last millisecond of a vehicle's time",
      sure("ABC123"),
      contextOf({ vehicles: [vehicleOf({ validUntilMs: NOW_MS + 1 })] }),
      "grant resident",
    ],
    [
      "denies from the moment it expires",
      sure("ABC123"),
      contextOf({ vehicles: [vehicleOf({ validUntilMs: NOW_MS })] }),
      "deny expired",
    ],
    [
      "admits an expired vehicle that has a visitor's pass",
      sure("ABC123"),
      contextOf({
        vehicles: [vehicleOf({ validUntilMs: 1 })],
        passes: [passOf({ plate: "ABC123" })],
      }),
      "grant visitor",
    ],
    [
      "denies before it begins",
      sure("ABC123"),
      contextOf({ vehicles: [vehicleOf({ validFromMs: NOW_MS + 1 })] }),
      "deny not_yet_valid",
    ],
    [
      "denies outside the hours in the tenant's time zone",
      sure("ABC123"),
      contextOf({ vehicles: [vehicleOf({ schedule: { from: "10:00", until: "18:00" } })] }),
      "deny outside_hours",
    ],
    [
      "denies a pass that was used up",
      sure("VIS1TA"),
      contextOf({ passes: [passOf({ uses: 1 })] }),
      "deny pass_used_up",
    ],
    [
      "denies a pass that this site used while the cloud was away",
      sure("VIS1TA"),
      contextOf({}, { uncountedUses: () => 1 }),
      "deny pass_used_up",
    ],
    [
      "denies a pass that another site and this one have used up together",
      sure("VIS1TA"),
      contextOf({ passes: [passOf({ uses: 2, maxUses: 3 })] }, { uncountedUses: () => 1 }),
      "deny pass_used_up",
    ],
    [
      "admits on the last use of a pass",
      sure("VIS1TA"),
      contextOf({ passes: [passOf({ uses: 1, maxUses: 3 })] }, { uncountedUses: () => 1 }),
      "grant visitor",
    ],
    [
      "takes the second pass when the first is used up",
      sure("VIS1TA"),
      contextOf({ passes: [passOf({ uses: 1 }), passOf({ passId: "p2" })] }),
      "grant visitor",
    ],
    [
      "denies a deny-listed plate although a resident enrolled it",
      sure("BAD666"),
      contextOf({ vehicles: [vehicleOf({ plate: "BAD666" })] }),
      "deny deny_listed",
    ],
    [
      "tells of a deny-listed plate already on an unsure read",
      { ...sure("BAD666"), isSure: false },
      contextOf(),
      "deny deny_listed",
    ],
    [
      "opens for nobody by itself in a lockdown",
      sure("ABC123"),
      contextOf({}, { gateMode: "lockdown" }),
      "deny lockdown",
    ],
    [
      "asks the guard when the register's copy is too old (A4)",
      sure("ABC123"),
      contextOf({}, { registerAgeMs: 25 * HOUR_MS }),
      "alert register_too_old",
    ],
    [
      "lets a resident out whose permit ended inside",
      sure("ABC123"),
      contextOf({ vehicles: [vehicleOf({ validUntilMs: 1 })] }, { passage: "gated_exit" }),
      "grant resident",
    ],
    [
      "lets a visitor out whose pass is used up and over",
      sure("VIS1TA"),
      contextOf({ passes: [passOf({ uses: 1, validUntilMs: 1 })] }, { passage: "gated_exit" }),
      "grant visitor",
    ],
    [
      "opens no exit for a vehicle that nobody knows: the guard does",
      sure("XYZ999", null),
      contextOf({}, { passage: "gated_exit" }),
      "alert unknown_vehicle",
    ],
    [
      "bothers nobody with an unknown vehicle where no gate holds it",
      sure("XYZ999", null),
      contextOf({}, { passage: "free_exit" }),
      "note unknown_vehicle",
    ],
    [
      "keeps an exit shut in a lockdown",
      sure("ABC123"),
      contextOf({}, { passage: "gated_exit", gateMode: "lockdown" }),
      "deny lockdown",
    ],
    [
      "tells of a deny-listed vehicle that leaves",
      sure("BAD666"),
      contextOf({}, { passage: "free_exit" }),
      "deny deny_listed",
    ],
    [
      "never lets out on an unsure read",
      { ...sure("ABC123"), isSure: false },
      contextOf({}, { passage: "gated_exit" }),
      "wait unsure_read",
    ],
  ])("%s", (_name, verdict, context, expected) => {
    expect(outcome(decideAccess(verdict, context, NOW_MS))).toBe(expected);
  });
});
