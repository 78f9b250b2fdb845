import type { PlateRead } from "@portero/access";
import { describe, expect, it } from "vitest";
import { isFoundAgain, isFresh, trackOf } from "./track.ts";

const VIEW = { leftPx: 0, topPx: 0, widthPx: 1920, heightPx: 1080 };
const SCENE = {
  isQuiet: false,
  isIdle: false,
  isOccupied: true,
  standingForMs: 0,
  changedShare: 0.3,
};
const seenAt = (atMs: number) => ({ capturedAtMs: atMs, wholeAtMs: atMs, scene: SCENE });
const readAt = (leftPx: number, topPx: number, text = "ABC1234", widthPx = 160): PlateRead => ({
  box: { leftPx, topPx, widthPx, heightPx: 60 },
  detectionConfidence: 0.9,
  text,
  confidence: 0.9,
  freeText: text,
  characters: [],
  crops: [],
  lines: 1,
  sharpness: 1,
});

describe("where the next frame is looked at", () => {
  it("is around the plate, as far as it may have gone", () => {
    const track = trackOf([readAt(900, 700)], VIEW, seenAt(0));
    expect(track?.region).toEqual({ leftPx: 660, topPx: 460, widthPx: 640, heightPx: 540 });
  });

  it("is wider, in widths of the plate, around one that is far away: it comes nearer", () => {
    const track = trackOf([readAt(1000, 520, "ABC1234", 80)], VIEW, seenAt(0));
    expect(track?.region.leftPx).toBe(769);
    expect(track?.region.widthPx).toBe(542);
  });

  it("ends at the view's edge", () => {
    const track = trackOf([readAt(1800, 1020)], VIEW, seenAt(0));
    expect(track?.region).toEqual({ leftPx: 1560, topPx: 780, widthPx: 360, heightPx: 300 });
  });

  it("holds the plates of two vehicles, and is the whole view when they stand far apart", () => {
    const near = trackOf([readAt(700, 600), readAt(900, 700)], VIEW, seenAt(0));
    expect(near?.region.leftPx).toBe(460);
    expect(trackOf([readAt(100, 100), readAt(1700, 900)], VIEW, seenAt(0))).toBeNull();
  });

  it("is the whole view when nothing like a plate was read, or the plate fills it", () => {
    expect(trackOf([readAt(900, 700, "AB")], VIEW, seenAt(0))).toBeNull();
    expect(trackOf([readAt(300, 300, "ABC1234", 600)], VIEW, seenAt(0))).toBeNull();
  });

  it("is worth nothing after a while", () => {
    const track = trackOf([readAt(900, 700)], VIEW, seenAt(1000));
    if (!track) throw new Error("no track");
    expect(isFresh(track, 1250)).toBe(true);
    expect(isFresh(track, 2000)).toBe(false);
    expect(isFresh(track, 0)).toBe(false);
  });

  it("is the whole view again before long, however often the plate was found", () => {
    const track = trackOf([readAt(900, 700)], VIEW, { ...seenAt(1500), wholeAtMs: 1000 });
    if (!track) throw new Error("no track");
    expect(isFresh(track, 1700)).toBe(true);
    expect(isFresh(track, 1701)).toBe(false);
  });
});

describe("a plate in the part that was looked at", () => {
  const region = { leftPx: 660, topPx: 460, widthPx: 640, heightPx: 540 };
  it.each([
    ["counts when it lies inside", [readAt(900, 700)], true],
    ["does not count at the part's edge: characters may be missing", [readAt(662, 700)], false],
    ["does not count when it is too short", [readAt(900, 700, "AB")], false],
    ["is missing", [], false],
  ])("%s", (_name, reads, expected) => {
    expect(isFoundAgain(reads, region, VIEW)).toBe(expected);
  });

  it("counts at the edge of the view itself", () => {
    const corner = { leftPx: 1560, topPx: 780, widthPx: 360, heightPx: 300 };
    expect(isFoundAgain([readAt(1759, 1019)], corner, VIEW)).toBe(true);
  });
});
