import type { Sighting, Vote } from "@portero/access";
import { describe, expect, it } from "vitest";
import { Visits } from "./visits.ts";

const sightingOf = (number: number): Sighting => ({
  number,
  firstSeenMs: 0,
  lastSeenMs: 0,
  reads: [],
});
const voteOf = (plate: string, isSure: boolean): Vote => ({
  plate,
  enrolledPlate: null,
  isSure,
  doubt: isSure ? null : "too_few_frames",
  confidence: 1,
  marginNats: 9,
  characters: [],
  agreeingFrames: [],
  candidates: [],
  suggestions: [],
  together: null,
  standing: null,
});
const frameAt = (ms: number) => ({ capturedAtMs: ms, receivedAtMs: ms });
const scene = (isOccupied: boolean, standingForMs = 0) => ({
  isQuiet: false,
  isIdle: false,
  isOccupied,
  standingForMs,
  changedShare: 0,
});

describe("visits", () => {
  it("makes one visit of a vehicle whose plate was hidden for a while", () => {
    const visits = new Visits();
    const first = visits.of(sightingOf(1), voteOf("ABC1234", true), frameAt(0));
    const again = visits.of(sightingOf(2), voteOf("ABC1234", true), frameAt(6000));
    expect(again).toBe(first);
  });

  it("keeps two plates apart", () => {
    const visits = new Visits();
    const one = visits.of(sightingOf(1), voteOf("ABC1234", true), frameAt(0));
    const other = visits.of(sightingOf(2), voteOf("XYZ9876", true), frameAt(100));
    expect(other).not.toBe(one);
  });

  it("does not join on a read that is not sure", () => {
    const visits = new Visits();
    const one = visits.of(sightingOf(1), voteOf("ABC1234", true), frameAt(0));
    expect(visits.of(sightingOf(2), voteOf("ABC1234", false), frameAt(4000))).not.toBe(one);
  });

  it("joins once the read becomes sure", () => {
    const visits = new Visits();
    const one = visits.of(sightingOf(1), voteOf("ABC1234", true), frameAt(0));
    one.state = "granted";
    visits.of(sightingOf(2), voteOf("A8C1234", false), frameAt(4000));
    expect(visits.of(sightingOf(2), voteOf("ABC1234", true), frameAt(4200))).toBe(one);
  });

  it("lets a vehicle leave only when it was not seen for a while and the lane is free", () => {
    const visits = new Visits();
    const visit = visits.of(sightingOf(1), voteOf("ABC1234", true), frameAt(0));
    visits.observeScene(scene(true, 2000), 4000);
    expect(visits.left(8000)).toEqual([]);
    visits.observeScene(scene(false), 9000);
    expect(visits.left(10_000)).toEqual([visit]);
    visits.forget(visit);
    expect(visits.left(11_000)).toEqual([]);
  });

  it("tells for how long nobody looked at the lane, beyond what is usual", () => {
    const visits = new Visits();
    const looksMs = [0, 1000, 3500, 10_000, 10_200, 20_200];
    expect(looksMs.map((ms) => visits.look(ms))).toEqual([0, 0, 0, 4000, 0, 7500]);
  });

  it("counts the lane as clear only after a while without anything in it (G9)", () => {
    const visits = new Visits();
    visits.observeScene(scene(true), 1000);
    expect(visits.hasClearedSince(500)).toBe(false);
    visits.observeScene(scene(false), 2000);
    visits.observeScene(scene(true), 3000);
    visits.observeScene(scene(false), 4000);
    visits.observeScene(scene(false), 6900);
    expect(visits.hasClearedSince(500)).toBe(false);
    visits.observeScene(scene(false), 7000);
    expect(visits.hasClearedSince(500)).toBe(true);
    expect(visits.hasClearedSince(4500)).toBe(false);
  });
});
