import { readFile } from "node:fs/promises";
import {
  DEFAULT_VOTE_RULES,
  emptyLane,
  formatsOf,
  indexPlates,
  observe,
  type PlateIndex,
  type SightedRead,
  type Sighting,
  voteOf,
  withSecondOpinion,
} from "@portero/access";
import type { Engine, Recognition } from "@portero/anpr";
import { decoysOf } from "./decoys.ts";
import { sequenceOf } from "./frame-sequence.ts";
import type { LabelledFrame } from "./manifest.ts";
import { GATE_RULES } from "./recognition-sets.ts";

const FRAMES = 4;
export const FRAME_EVERY_MS = 300;
export const DECOYS = 1000;

export interface Openings {
  sequences: number;
  openedRightly: number;
  /** With the plate enrolled among its neighbours, and once without it. */
  openedWrongly: number;
  wrong: { file: string; text: string; opened: string }[];
  /** The same if gates did not ask for a second engine. */
  withoutSecond: { openedRightly: number; openedWrongly: number };
}

/**
 * Turns each photograph into a seeded sequence and lets it vote, once with its plate enrolled among
 * 1,000 neighbours and once with the neighbours alone: the opening rule without camera and gate.
 */
export async function measureOpenings(
  set: string,
  frames: readonly LabelledFrame[],
  engine: Engine,
): Promise<Openings> {
  const formats = formatsOf([set]);
  const result: Openings = {
    sequences: 0,
    openedRightly: 0,
    openedWrongly: 0,
    wrong: [],
    withoutSecond: { openedRightly: 0, openedWrongly: 0 },
  };
  for (const { file, plates } of frames) {
    const text = plates[0]?.text;
    if (!text) continue;
    const sequence = await sequenceOf(await readFile(file), FRAMES, `${set}/${text}`);
    const looks: Look[] = [];
    for (const jpeg of sequence) {
      looks.push({ jpeg, recognition: await engine.recognize(jpeg, {}) });
    }
    const decoys = decoysOf(text, DECOYS, text);
    result.sequences += 1;
    for (const enrolled of [[text, ...decoys], decoys]) {
      const index = indexPlates(enrolled, formats);
      const alone = await openingOf(looks, index, engine, DEFAULT_VOTE_RULES);
      if (alone?.plate === text) result.withoutSecond.openedRightly += 1;
      else if (alone) result.withoutSecond.openedWrongly += 1;
      const opening = await openingOf(looks, index, engine);
      if (!opening) continue;
      const opened = opening.plate;
      if (opened === text) {
        result.openedRightly += 1;
      } else {
        result.openedWrongly += 1;
        result.wrong.push({ file, text, opened });
      }
    }
  }
  return result;
}

/** One frame of a passage and what was read in it. */
export interface Look {
  jpeg: Uint8Array;
  recognition: Recognition;
}

/** The first plate that the gate opens for, and in which of the frames it does. */
export async function openingOf(
  looks: readonly Look[],
  index: PlateIndex,
  engine: Engine,
  rules = GATE_RULES,
): Promise<{ plate: string; look: number } | undefined> {
  let lane = emptyLane();
  for (const [i, { jpeg, recognition }] of looks.entries()) {
    const frame = { ...recognition, capturedAtMs: i * FRAME_EVERY_MS };
    const seen = observe(lane, frame);
    lane = seen.lane;
    for (const { number } of seen.updated) {
      const sightingNow = () => lane.sightings.find((s): s is Sighting => s.number === number);
      let sighting = sightingNow();
      const newest = sighting?.reads.at(-1);
      if (!sighting || !newest) continue;
      let vote = voteOf(sighting, index, rules);
      if (vote.doubt === "second_opinion_missing" || vote.doubt === "second_opinion_differs") {
        const opinion = await askOnce(engine, jpeg, newest);
        if (opinion) lane = withSecondOpinion(lane, number, newest.frameHash, opinion);
        sighting = sightingNow() ?? sighting;
        vote = voteOf(sighting, index, rules);
      }
      if (vote.isSure && vote.enrolledPlate !== null) {
        return { plate: vote.enrolledPlate, look: i };
      }
    }
  }
  return undefined;
}

function askOnce(engine: Engine, jpeg: Uint8Array, read: SightedRead) {
  return read.secondOpinion ?? engine.askSecond(jpeg, read, []);
}

/** The 95 % interval of a share (Wilson 1927). */
export function intervalOf(count: number, total: number): { from: number; to: number } {
  const z = 1.96;
  const share = count / total;
  const centre = share + (z * z) / (2 * total);
  const spread = z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  const scale = 1 + (z * z) / total;
  return {
    from: Math.max(0, (centre - spread) / scale),
    to: Math.min(1, (centre + spread) / scale),
  };
}
