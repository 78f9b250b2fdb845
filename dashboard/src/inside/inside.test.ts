import type { InsideVehicle, RegisterLists } from "@portero/store";
import { describe, expect, it } from "vitest";
import { describeInside } from "./inside.ts";

const entered: InsideVehicle = {
  eventId: "event",
  plate: "ABC123",
  enteredAtMs: 1_000,
  eventType: "unknown_vehicle",
  gateId: null,
  unitName: null,
  personName: null,
  openedBy: "Luis",
  picture: null,
};
const none = { units: [], residents: [], vehicles: [], passes: [], denied: [] };
const units = [{ id: "h1", name: "Casa 1", notes: null, updatedAt: "" }];
const residents = [
  {
    id: "r1",
    unitId: "h1",
    fullName: "Eva",
    phone: null,
    email: null,
    active: true,
    updatedAt: "",
  },
];
const enrolled = { units, residents, vehicles: [{ plate: "ABC123", residentId: "r1" }] };
const passes = [
  { plate: "ABC123", unitId: "h1", visitorName: "Rosa", validUntilMs: 2_000 },
  { plate: "ABC123", unitId: "h1", visitorName: "Older", validUntilMs: 500 },
];
const registerOf = (rest: object) => ({ ...none, ...rest }) as unknown as RegisterLists;

describe("who a vehicle inside is", () => {
  it.each([
    ["nobody that is known", {}, {}, ["other", null, null]],
    ["a resident written down since", {}, enrolled, ["resident", "Casa 1", "Eva"]],
    ["a visitor written down since", {}, { units, passes }, ["visitor", "Casa 1", "Rosa"]],
    [
      "whoever the entry named, though the register says another now",
      { eventType: "visitor_arrived", unitName: "Casa 9", personName: "Leo" },
      enrolled,
      ["visitor", "Casa 9", "Leo"],
    ],
  ])("is %s", (_name, event, register, expected) => {
    const { kind, unit, person } = describeInside({ ...entered, ...event }, registerOf(register));
    expect([kind, unit, person]).toEqual(expected);
  });
});
