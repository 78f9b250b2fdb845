import { describe, expect, it } from "vitest";
import { anprReport, type KnownPlate, linesOf } from "./anpr-report.ts";

const plate = (change: Partial<KnownPlate>): KnownPlate => ({
  eventId: "e",
  camera: "North",
  hour: 8,
  read: "ABC123",
  truth: "ABC123",
  saidBy: "register",
  picturePath: null,
  ...change,
});

describe("the report about reading", () => {
  const report = anprReport([
    plate({}),
    plate({ camera: "South", hour: 22, read: "A8C123", saidBy: "guard" }),
    plate({ camera: "South", hour: 22, read: "A8C12", saidBy: "guard" }),
    plate({ camera: "South", hour: 8, read: "", saidBy: "guard" }),
  ]);

  it("counts the vehicles that were read exactly, the worst camera first", () => {
    expect([report.vehicles, report.exact, report.corrected]).toEqual([4, 1, 3]);
    expect(report.cameras).toEqual([
      { name: "South", vehicles: 3, exact: 0 },
      { name: "North", vehicles: 1, exact: 1 },
    ]);
    expect(report.hours).toEqual([
      { hour: 8, vehicles: 2, exact: 1 },
      { hour: 22, vehicles: 2, exact: 0 },
    ]);
  });

  it("blames the place and the pair of characters, where the length allows to tell", () => {
    expect(report.positions[1]).toEqual({ position: 2, characters: 2, right: 1 });
    expect(report.otherLength).toBe(2);
    expect(report.confusions).toEqual([{ read: "8", truth: "B", count: 1 }]);
  });

  it("prints without vehicles, too", () => {
    expect(linesOf(anprReport([])).join("\n")).toContain("0 vehicles");
  });
});
