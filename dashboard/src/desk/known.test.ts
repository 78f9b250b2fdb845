import type { Pass, RegisterLists } from "@portero/store";
import { describe, expect, it } from "vitest";
import { NOW_MS } from "./desk-fixtures.ts";
import { expectedWithoutPlate, knowledgeOf } from "./known.ts";

const HOUR_MS = 3_600_000;
const stored = { updatedAt: "" };

function passOf(rest: Partial<Pass>): Pass {
  return {
    ...stored,
    id: "pass",
    unitId: "house",
    visitorName: "Rosa",
    plate: null,
    validFromMs: NOW_MS - HOUR_MS,
    validUntilMs: NOW_MS + HOUR_MS,
    schedule: null,
    maxUses: 1,
    uses: 0,
    revokedAtMs: null,
    createdAtMs: 0,
    ...rest,
  };
}

function registerOf(rest: Partial<RegisterLists>): RegisterLists {
  return { units: [], residents: [], vehicles: [], passes: [], denied: [], ...rest };
}

const deniedOf = (plate: string) => ({ ...stored, id: plate, plate, reason: "r", createdAtMs: 0 });

describe("what is known about a plate", () => {
  it.each([
    ["a pass for it", "ABC123", {}, [false]],
    ["a pass for one that looks like it", "A8C123", {}, [true]],
    ["no pass for a plate that differs to the eye", "AXC124", {}, []],
    ["no pass that is used up", "ABC123", { uses: 1 }, []],
    ["no pass that was taken back", "ABC123", { revokedAtMs: NOW_MS - 1 }, []],
    ["no pass that has ended", "ABC123", { validUntilMs: NOW_MS }, []],
  ] as const)("shows %s", (_name, plate, rest, alike) => {
    const register = registerOf({ passes: [passOf({ plate, ...rest })] });
    const { passes } = knowledgeOf("ABC123", register, NOW_MS);
    expect(passes.map(({ isAlike }) => isAlike)).toEqual(alike);
  });

  it("warns of a denied plate that looks like it, apart from the very same", () => {
    const register = registerOf({ denied: [deniedOf("A8C123"), deniedOf("ZZZ999")] });
    const { denied, deniedAlike } = knowledgeOf("ABC123", register, NOW_MS);
    expect([denied, deniedAlike.map(({ plate }) => plate)]).toEqual([null, ["A8C123"]]);
    expect(knowledgeOf("A8C123", register, NOW_MS).denied?.plate).toBe("A8C123");
  });
});

describe("who is expected without a plate", () => {
  // 21:00 UTC is three in the afternoon there.
  const ZONE = "America/Mexico_City";
  it.each([
    ["now", {}, 1],
    ["later today", { validFromMs: NOW_MS + 2 * HOUR_MS, validUntilMs: NOW_MS + 4 * HOUR_MS }, 1],
    [
      "not one of tomorrow",
      { validFromMs: NOW_MS + 12 * HOUR_MS, validUntilMs: NOW_MS + 14 * HOUR_MS },
      0,
    ],
    ["not one with a plate", { plate: "ABC123" }, 0],
    ["not one who came already", { uses: 1 }, 0],
  ] as const)("%s", (_name, rest, count) => {
    const register = registerOf({ passes: [passOf(rest)] });
    expect(expectedWithoutPlate(register, NOW_MS, ZONE)).toHaveLength(count);
  });
});
