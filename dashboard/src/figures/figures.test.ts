import type { EventFact } from "@portero/store";
import { describe, expect, it } from "vitest";
import { figuresOf } from "./figures.ts";

const DAY = "2026-11-22";
const zone = {
  dayOf: (ms: number) => new Date(ms).toISOString().slice(0, 10),
  hourOf: (ms: number) => new Date(ms).getUTCHours(),
};
const at = (time: string) => Date.parse(`${DAY}T${time}Z`);
let ids = 0;
const fact = (eventType: string, time: string, rest: Partial<EventFact> = {}): EventFact => ({
  id: `e${ids++}`,
  eventType,
  occurredAtMs: at(time),
  cameraId: null,
  unitName: null,
  cause: null,
  alertEventId: null,
  sightingId: null,
  confidence: null,
  ...rest,
});
const figures = (facts: EventFact[], days = [DAY]) => figuresOf(facts, days, zone);

describe("the figures", () => {
  it("tell automatic from manual and from those who did not enter", () => {
    const shown = figures([
      fact("resident_arrived", "08:00"),
      fact("gate_opened", "08:00", { cause: "automatic" }),
      fact("visitor_arrived", "09:00"),
      fact("unknown_vehicle", "10:00"),
      fact("gate_opened", "10:01", { cause: "guard" }),
      fact("unknown_vehicle", "11:00"),
      fact("entry_refused", "11:01"),
      fact("vehicle_left", "12:00"),
      fact("camera_offline", "13:00"),
    ]);
    expect(shown).toMatchObject({ automatic: 2, manual: 1, turnedAway: 2 });
  });

  it("count each vehicle in its hour, and openings not again", () => {
    const shown = figures([fact("resident_arrived", "08:59"), fact("gate_opened", "09:00")]);
    expect([shown.hours[8], shown.hours[9]]).toEqual([1, 0]);
  });

  it("show a day on which nothing happened, and nothing of other days", () => {
    const shown = figures([fact("resident_arrived", "08:00")], ["2026-11-21"]);
    expect(shown.days).toEqual([{ day: "2026-11-21", automatic: 0, manual: 0, turnedAway: 0 }]);
  });

  it("measure a wait from the alert to its first answer", () => {
    const alert = fact("unknown_vehicle", "10:00:00");
    const shown = figures([
      alert,
      fact("entry_refused", "10:00:20", { alertEventId: alert.id }),
      fact("gate_opened", "10:01:00", { alertEventId: alert.id, cause: "guard" }),
    ]);
    expect(shown.wait).toEqual({ medianMs: 20_000, p90Ms: 20_000 });
  });

  it("know no wait where nobody waited", () => {
    expect(figures([]).wait).toBeNull();
  });

  it("measure from a vehicle's arrival to its open barrier, by itself and by a guard", () => {
    const alert = fact("unknown_vehicle", "10:00:00", { sightingId: "s2" });
    const shown = figures([
      fact("resident_arrived", "09:00:00", { sightingId: "s1" }),
      fact("gate_opened", "09:00:02", { sightingId: "s1", cause: "automatic" }),
      alert,
      fact("gate_opened", "10:00:31", {
        sightingId: "s2",
        alertEventId: alert.id,
        cause: "guard",
      }),
    ]);
    expect(shown.opening).toEqual({
      automatic: { medianMs: 2_000, p90Ms: 2_000 },
      manual: { medianMs: 31_000, p90Ms: 31_000 },
    });
  });

  it("tell how surely each camera reads in each hour, and nothing of hours without a vehicle", () => {
    const seen = (time: string, confidence: number) =>
      fact("unknown_vehicle", time, { cameraId: "north", confidence });
    const [camera] = figures([seen("08:10", 0.9), seen("08:50", 0.7), seen("21:00", 0.5)]).cameras;
    expect(camera?.byHour[8]).toBeCloseTo(0.8);
    expect(camera?.byHour[21]).toBe(0.5);
    expect(camera?.byHour[9]).toBeNull();
  });

  it("put the busiest houses and the least sure cameras first", () => {
    const arrival = (unitName: string, cameraId: string, confidence: number) =>
      fact("resident_arrived", "08:00", { unitName, cameraId, confidence });
    const shown = figures([
      arrival("Casa 1", "north", 0.9),
      arrival("Casa 2", "south", 0.6),
      arrival("Casa 2", "south", 0.8),
    ]);
    expect(shown.units[0]).toEqual({ name: "Casa 2", count: 2 });
    expect(shown.cameras[0]).toMatchObject({ cameraId: "south", vehicles: 2 });
    expect(shown.cameras[0]?.meanConfidence).toBeCloseTo(0.7);
  });
});
