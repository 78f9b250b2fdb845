import { expect, it } from "vitest";
import type { Schedule } from "./register.ts";
import { isWithinSchedule } from "./schedule.ts";

// 2026-11-18 is a Wednesday; São Paulo is UTC-3, Mexico City UTC-6, without daylight saving.
it.each<[string, Schedule | null, string, string, boolean]>([
  ["no schedule is always", null, "2026-11-18T03:00:00Z", "America/Sao_Paulo", true],
  [
    "the first minute counts",
    { from: "08:00", until: "18:00" },
    "2026-11-18T11:00:00Z",
    "America/Sao_Paulo",
    true,
  ],
  [
    "the last minute does not",
    { from: "08:00", until: "18:00" },
    "2026-11-18T21:00:00Z",
    "America/Sao_Paulo",
    false,
  ],
  [
    "the same moment is another hour elsewhere",
    { from: "08:00", until: "18:00" },
    "2026-11-18T21:00:00Z",
    "America/Mexico_City",
    true,
  ],
  ["a day that is on", { days: [3] }, "2026-11-18T12:00:00Z", "America/Sao_Paulo", true],
  ["a day that is off", { days: [4, 5] }, "2026-11-18T12:00:00Z", "America/Sao_Paulo", false],
  [
    "Wednesday in UTC is still Tuesday there",
    { days: [2] },
    "2026-11-18T02:00:00Z",
    "America/Sao_Paulo",
    true,
  ],
  [
    "a night shift before midnight",
    { days: [3], from: "22:00", until: "06:00" },
    "2026-11-19T02:00:00Z",
    "America/Sao_Paulo",
    true,
  ],
  [
    "a night shift after midnight belongs to the day before",
    { days: [3], from: "22:00", until: "06:00" },
    "2026-11-19T08:00:00Z",
    "America/Sao_Paulo",
    true,
  ],
  [
    "and not to its own day",
    { days: [3], from: "22:00", until: "06:00" },
    "2026-11-18T08:00:00Z",
    "America/Sao_Paulo",
    false,
  ],
])("%s", (_name, schedule, at, timeZone, expected) => {
  expect(isWithinSchedule(schedule, Date.parse(at), timeZone)).toBe(expected);
});
