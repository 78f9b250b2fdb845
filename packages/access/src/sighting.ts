import { type Box, centreDistancePx, overlapOf } from "./box.ts";
import type { CtcMatrix } from "./ctc.ts";
import { editDistance } from "./look-alikes.ts";

/** One character of a plate read and the probability that it is right. */
export interface ReadCharacter {
  character: string;
  confidence: number;
}

/** What the reader made of one detection in one frame. */
export interface PlateRead {
  box: Box;
  /** Probability that the box holds a plate at all. */
  detectionConfidence: number;
  /** The best read with the site's formats taken into account; "" where nothing is legible. */
  text: string;
  /** Probability of `text` as a whole. */
  confidence: number;
  /** The best read without any knowledge of formats: what opens must rest on this one. */
  freeText: string;
  /** The characters of `freeText`. */
  characters: readonly ReadCharacter[];
  /** What the network saw, one matrix for each of several crops of the same plate. */
  crops: readonly CtcMatrix[];
  /** Lines of characters on the plate, as the network read it; `crops` show two of them as one. */
  lines: 1 | 2;
  /** How sharp the crop is, from 0 (a smear) to 1 (crisp edges). */
  sharpness: number;
}

/** How wide the plate's characters are in one line, in pixels: its own width, or twice that of two lines. */
export function lineWidthPx({ box, lines }: PlateRead): number {
  return lines * box.widthPx;
}

/** What another engine, with mistakes of its own, reads on the same plate. */
export interface SecondOpinion {
  /** In comparison form; "" where it reads nothing. */
  text: string;
  /** Probability of the text as a whole, as far as the engine tells. */
  confidence: number;
  /** What its network saw, where it is a CTC network. */
  crops: readonly CtcMatrix[];
}

/** All reads of one frame of one camera. */
export interface FrameReads {
  /** Hash of the frame's bytes: byte-identical frames are one frame. */
  frameHash: string;
  capturedAtMs: number;
  reads: readonly PlateRead[];
}

/** A plate read that remembers its frame. */
export interface SightedRead extends PlateRead {
  frameHash: string;
  capturedAtMs: number;
  secondOpinion?: SecondOpinion;
}

/** The reads of one vehicle's stay in the lane: the newest of them, one a distinct frame. */
export interface Sighting {
  /** Counts the sightings of this lane from 1. */
  number: number;
  firstSeenMs: number;
  lastSeenMs: number;
  /** Oldest first; at most `LinkRules.maxFrames`. */
  reads: readonly SightedRead[];
}

/** The sightings of one camera that may still grow. */
export interface Lane {
  sightings: readonly Sighting[];
  sightingCount: number;
}

export interface Observation {
  lane: Lane;
  /** Sightings that this frame added to; their vote may have changed. */
  updated: readonly Sighting[];
  /** Sightings whose vehicle was not seen for `windowMs`; they will not change any more. */
  ended: readonly Sighting[];
}

/** When a detection continues a sighting. */
export interface LinkRules {
  /** A sighting ends when its plate was not seen for this long. */
  windowMs: number;
  /** Frames that a sighting remembers. */
  maxFrames: number;
  /** How far a plate may move between two frames, in widths of the plate. */
  maxShiftWidths: number;
  /** Reads shorter than this are no sign of a plate. */
  minCharacters: number;
}

export const DEFAULT_LINK_RULES: LinkRules = {
  windowMs: 3000,
  maxFrames: 10,
  maxShiftWidths: 3,
  minCharacters: 4,
};

/** A lane where nothing has been seen yet. */
export function emptyLane(): Lane {
  return { sightings: [], sightingCount: 0 };
}

/** Adds one frame to the lane: links its reads to the vehicles already there and lets others end. */
export function observe(
  lane: Lane,
  frame: FrameReads,
  rules: LinkRules = DEFAULT_LINK_RULES,
): Observation {
  const open = lane.sightings.filter((sighting) => !hasEnded(sighting, frame.capturedAtMs, rules));
  const ended = lane.sightings.filter((sighting) => hasEnded(sighting, frame.capturedAtMs, rules));
  const { frameHash, capturedAtMs } = frame;
  const reads = frame.reads
    .filter(({ text }) => text.length >= rules.minCharacters)
    .map((read): SightedRead => ({ ...read, frameHash, capturedAtMs }));

  const links = linkReads(open, reads, rules);
  const sightings: Sighting[] = [];
  const updated: Sighting[] = [];
  for (const sighting of open) {
    const read = links.get(sighting);
    const next = read ? extended(sighting, read, rules) : sighting;
    sightings.push(next);
    if (next !== sighting) updated.push(next);
  }
  const linked = new Set(links.values());
  let sightingCount = lane.sightingCount;
  for (const read of reads) {
    if (linked.has(read)) continue;
    sightingCount += 1;
    const first = { firstSeenMs: capturedAtMs, lastSeenMs: capturedAtMs, reads: [read] };
    const sighting = { number: sightingCount, ...first };
    sightings.push(sighting);
    updated.push(sighting);
  }
  return { lane: { sightings, sightingCount }, updated, ended };
}

/** The lane with a second engine's opinion on one frame of a sighting. */
export function withSecondOpinion(
  lane: Lane,
  sightingNumber: number,
  frameHash: string,
  secondOpinion: SecondOpinion,
): Lane {
  const sightings = lane.sightings.map((sighting) => {
    if (sighting.number !== sightingNumber) return sighting;
    const reads = sighting.reads.map((read) =>
      read.frameHash === frameHash ? { ...read, secondOpinion } : read,
    );
    return { ...sighting, reads };
  });
  return { ...lane, sightings };
}

/** The read to show to a guard: large, sharp and confident. */
export function bestReadOf(sighting: Sighting): SightedRead {
  const [first, ...others] = sighting.reads;
  if (!first) throw new RangeError(`sighting ${sighting.number} holds no read`);
  return others.reduce((best, read) => (worthOf(read) > worthOf(best) ? read : best), first);
}

function worthOf(read: PlateRead): number {
  return lineWidthPx(read) * (0.5 + read.sharpness) * (0.25 + read.confidence);
}

/** The clock may have been set back meanwhile, so the distance counts in both directions. */
function hasEnded(sighting: Sighting, nowMs: number, { windowMs }: LinkRules): boolean {
  return Math.abs(nowMs - sighting.lastSeenMs) > windowMs;
}

/** A frame that was seen before adds presence, but no evidence. */
function extended(sighting: Sighting, read: SightedRead, rules: LinkRules): Sighting {
  const lastSeenMs = Math.max(sighting.lastSeenMs, read.capturedAtMs);
  const isRepeated = sighting.reads.some(({ frameHash }) => frameHash === read.frameHash);
  if (isRepeated) return { ...sighting, lastSeenMs };
  const reads = [...sighting.reads, read].sort((a, b) => a.capturedAtMs - b.capturedAtMs);
  return { ...sighting, lastSeenMs, reads: reads.slice(-rules.maxFrames) };
}

/** Nearest pairs first; one read a sighting, one sighting a read. */
function linkReads(
  open: readonly Sighting[],
  reads: readonly SightedRead[],
  rules: LinkRules,
): Map<Sighting, SightedRead> {
  const pairs = open.flatMap((sighting) =>
    reads.flatMap((read) => {
      const affinity = affinityOf(sighting, read, rules);
      return affinity === undefined ? [] : [{ sighting, read, affinity }];
    }),
  );
  const links = new Map<Sighting, SightedRead>();
  const taken = new Set<SightedRead>();
  for (const { sighting, read } of pairs.sort((a, b) => b.affinity - a.affinity)) {
    if (links.has(sighting) || taken.has(read)) continue;
    links.set(sighting, read);
    taken.add(read);
  }
  return links;
}

/** How well a read continues a sighting; undefined where it must be another vehicle. */
function affinityOf(sighting: Sighting, read: SightedRead, rules: LinkRules): number | undefined {
  const last = sighting.reads.at(-1);
  if (!last) return undefined;
  const widthPx = Math.max(last.box.widthPx, read.box.widthPx);
  if (widthPx > 3 * Math.min(last.box.widthPx, read.box.widthPx)) return undefined;
  const isSameText = read.text === last.text;
  const shiftWidths = centreDistancePx(last.box, read.box) / widthPx;
  if (shiftWidths > rules.maxShiftWidths && !isSameText) return undefined;
  if (sighting.reads.some((earlier) => areTwoPlates(earlier, read))) return undefined;
  return overlapOf(last.box, read.box) - shiftWidths + (isSameText ? 10 : 0);
}

/** Two confident reads that differ in most places: one vehicle has followed another. */
function areTwoPlates(a: PlateRead, b: PlateRead): boolean {
  if (a.confidence < 0.6 || b.confidence < 0.6) return false;
  const half = Math.ceil(Math.max(a.text.length, b.text.length) / 2);
  return editDistance(a.text, b.text, half) >= half;
}
