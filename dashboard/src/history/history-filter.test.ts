import { describe, expect, it } from "vitest";
import { eventFilterOf, historySearchOf } from "./history-filter.ts";

describe("the history's address", () => {
  it("keeps what the fields say", () => {
    const search = {
      group: "alerts",
      gate: "north",
      plate: "A8",
      alike: true,
      unit: "Casa 14",
      person: "Rojas",
      from: "2026-11-22T08:00",
      until: "2026-11-22T20:00",
    };
    expect(historySearchOf(search)).toEqual(search);
  });

  it.each([
    ["a group that there is none of", { group: "toString" }],
    ["a time that is none", { from: "yesterday", until: "2026-11-22" }],
    ["what is no text", { plate: 12, unit: { a: 1 }, person: "", alike: "yes" }],
  ])("drops %s", (_name, raw) => {
    expect(historySearchOf(raw)).toEqual({});
  });
});

describe("the history's filter", () => {
  it("looks for the typed part of a plate, or for what looks like it", () => {
    expect(eventFilterOf({ plate: " a-8 " }, "UTC")).toEqual({ plate: "A8" });
    const { plate } = eventFilterOf({ plate: "A8", alike: true }, "UTC");
    expect("AB").toMatch(new RegExp(`^${plate}$`));
    expect("A7").not.toMatch(new RegExp(`^${plate}$`));
  });

  it("takes times in the tenant's zone", () => {
    expect(eventFilterOf({ from: "2026-11-22T08:00" }, "America/Mexico_City")).toEqual({
      fromMs: Date.parse("2026-11-22T14:00Z"),
    });
  });

  it("asks for everything where nothing is said", () => {
    expect(eventFilterOf({ plate: "??", person: "  " }, "UTC")).toEqual({});
  });
});
