import { expect, it } from "vitest";
import { localInput, localInputMs } from "./local-time.ts";

it.each([
  ["2026-11-22T14:30", "America/Mexico_City", "2026-11-22T20:30:00.000Z"],
  ["2026-11-22T14:30", "America/Sao_Paulo", "2026-11-22T17:30:00.000Z"],
  ["2026-07-01T09:00", "America/Santiago", "2026-07-01T13:00:00.000Z"],
  ["2026-12-01T09:00", "America/Santiago", "2026-12-01T12:00:00.000Z"],
  ["2026-11-22T00:00", "Asia/Kolkata", "2026-11-21T18:30:00.000Z"],
])("%s in %s is %s, and back", (value, timeZone, utc) => {
  expect(new Date(localInputMs(value, timeZone)).toISOString()).toBe(utc);
  expect(localInput(Date.parse(utc), timeZone)).toBe(value);
});

it("knows no moment in half a date", () => {
  expect(localInputMs("2026-11-", "UTC")).toBeNaN();
  expect(localInput(null, "UTC")).toBe("");
});
