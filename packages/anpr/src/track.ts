import type { Box, PlateRead } from "@portero/access";
import { pixelsWithin } from "./pixels.ts";
import type { SceneReading } from "./recognition.ts";

/** Where the next frame's plate is to be looked for first, since this one showed it there. */
export interface Track {
  /** Whole pixels of the frame. */
  region: Box;
  capturedAtMs: number;
  /** When all of the view was looked at last, and what stood in the lane then. */
  wholeAtMs: number;
  scene: SceneReading;
}

/** Longer than the pace at which a lane with a vehicle is looked at, shorter than a vehicle's way through the picture. */
const TRACK_FOR_MS = 700;
/** All of the view is looked at this often: another vehicle may have come, and the lane is watched on it. */
const WHOLE_EVERY_MS = 700;
/** How far a plate may have gone meanwhile: in widths of the plate, and at least this share of the view's width. */
const REACH_WIDTHS = 1.5;
const REACH_SHARE = 0.12;
/** A smaller part would leave the detector no surroundings to judge by. */
const MIN_SIDE_PX = 256;
/** Above this share of the view one look at all of it costs hardly more. */
const MAX_SHARE = 0.4;
/** A plate nearer to the part's edge than this share of its size may be cut off. */
const EDGE_SHARE = 0.2;
/** Shorter reads are emblems and stickers. */
const MIN_CHARACTERS = 4;

/** The part of the view to look at first in the next frame; null where looking at all of it is as cheap. */
export function trackOf(
  reads: readonly PlateRead[],
  view: Box,
  seen: Omit<Track, "region">,
): Track | null {
  const [first, ...others] = reads.filter(isPlate).map(({ box }) => reachOf(box, view));
  if (!first) return null;
  const region = within(others.reduce(unionOf, first), view);
  const share = (region.widthPx * region.heightPx) / (view.widthPx * view.heightPx);
  return share > MAX_SHARE ? null : { ...seen, region };
}

/** Whether a frame of that moment may be looked at in the track's part only. */
export function isFresh({ capturedAtMs, wholeAtMs }: Track, nowMs: number): boolean {
  const isNear = (atMs: number, forMs: number) => Math.abs(nowMs - atMs) <= forMs;
  return isNear(capturedAtMs, TRACK_FOR_MS) && isNear(wholeAtMs, WHOLE_EVERY_MS);
}

/** Whether the part showed its plates whole: one at its edge may have been read without its last characters. */
export function isFoundAgain(reads: readonly PlateRead[], region: Box, view: Box): boolean {
  const plates = reads.filter(isPlate);
  const isWhole = ({ box }: PlateRead) => {
    const { leftPx, topPx, widthPx, heightPx } = within(grown(box, EDGE_SHARE, EDGE_SHARE), view);
    return (
      leftPx >= region.leftPx &&
      topPx >= region.topPx &&
      leftPx + widthPx <= region.leftPx + region.widthPx &&
      topPx + heightPx <= region.topPx + region.heightPx
    );
  };
  return plates.length > 0 && plates.every(isWhole);
}

function isPlate({ text }: PlateRead): boolean {
  return text.length >= MIN_CHARACTERS;
}

/** The smallest box that holds both. */
export function unionOf(a: Box, b: Box): Box {
  const leftPx = Math.min(a.leftPx, b.leftPx);
  const topPx = Math.min(a.topPx, b.topPx);
  return {
    leftPx,
    topPx,
    widthPx: Math.max(a.leftPx + a.widthPx, b.leftPx + b.widthPx) - leftPx,
    heightPx: Math.max(a.topPx + a.heightPx, b.topPx + b.heightPx) - topPx,
  };
}

function reachOf(box: Box, view: Box): Box {
  const reachPx = Math.max(REACH_WIDTHS * box.widthPx, REACH_SHARE * view.widthPx);
  const growX = Math.max(reachPx, (MIN_SIDE_PX - box.widthPx) / 2);
  const growY = Math.max(reachPx, (MIN_SIDE_PX - box.heightPx) / 2);
  return grown(box, growX / box.widthPx, growY / box.heightPx);
}

function grown({ leftPx, topPx, widthPx, heightPx }: Box, shareX: number, shareY: number): Box {
  const [growX, growY] = [shareX * widthPx, shareY * heightPx];
  return {
    leftPx: leftPx - growX,
    topPx: topPx - growY,
    widthPx: widthPx + 2 * growX,
    heightPx: heightPx + 2 * growY,
  };
}

function within(box: Box, view: Box): Box {
  const inView = { ...box, leftPx: box.leftPx - view.leftPx, topPx: box.topPx - view.topPx };
  const part = pixelsWithin(inView, view);
  return { ...part, leftPx: part.leftPx + view.leftPx, topPx: part.topPx + view.topPx };
}
