import { readFile } from "node:fs/promises";
import {
  type Box,
  DEFAULT_VOTE_RULES,
  emptyLane,
  formatsOf,
  indexPlates,
  isSameClass,
  observe,
  overlapOf,
  type PlateRead,
  type VoteRules,
  voteOf,
  withSecondOpinion,
} from "@portero/access";
import { createEngine, type Engine, MODELS_DIR } from "@portero/anpr";
import sharp from "sharp";
import type { LabelledCrop, LabelledFrame } from "./manifest.ts";
import { processorMs } from "./recognition-speed.ts";

/** Shares in [0, 1]; "folded" takes O = 0 = Q and I = 1, since some dies and some labels do. */
export interface SetFigures {
  images: number;
  detectorRecall?: number;
  falsePositivesPerImage?: number;
  readerExact: number;
  readerExactFolded: number;
  /** From the picture to the plate that a guard is told: reader, formats and the second engine. */
  endToEndExact?: number;
  endToEndExactFolded?: number;
  /** The same without the second engine. */
  endToEndAloneExact?: number;
  endToEndAloneExactFolded?: number;
  /** Processor milliseconds of one second opinion; a vehicle costs one or two. */
  secondOpinionMs?: number;
  /** Of the openings over seeded sequences, the share that was right; null without an opening. */
  openPrecision?: number | null;
  /** Share of the sequences whose plate was enrolled and that were opened rightly. */
  openCoverage?: number;
}

/** One picture's answer, for the reliability table and the list of errors. */
export interface Answer {
  set: string;
  file: string;
  /** Where the plate truly is. */
  box: Box;
  text: string;
  read: string;
  confidence: number;
  /** Processor time of the whole picture, where it was a whole picture. */
  costMs?: number;
}

/** A gate that asks a second engine, as the worker's do. */
export const GATE_RULES: VoteRules = { ...DEFAULT_VOTE_RULES, needsSecondOpinion: true };

/** The recogniser of a set: its country's formats, the second engine installed. */
export function engineFor(set: string): Promise<Engine> {
  return createEngine({ modelsDir: MODELS_DIR, formats: formatsOf([set]), secondEngine: "ppocr" });
}

/** Detector, reader on true boxes, and both together, one frame a photograph. */
export async function measureFrames(
  set: string,
  frames: readonly LabelledFrame[],
  engine: Engine,
): Promise<{ figures: SetFigures; answers: Answer[] }> {
  const count = { found: 0, plates: 0, false: 0, reader: 0, readerFolded: 0 };
  const alone = { exact: 0, folded: 0 };
  const told = { exact: 0, folded: 0 };
  let secondMs = 0;
  const answers: Answer[] = [];
  for (const { file, plates } of frames) {
    const jpeg = await readFile(file);
    const beforeMs = processorMs();
    const { detections, reads } = await engine.recognize(jpeg, {});
    const costMs = processorMs() - beforeMs;
    const isOf = (box: (typeof plates)[number]["box"], least: number) =>
      detections.some((detection) => overlapOf(detection.box, box) >= least);
    count.plates += plates.length;
    count.found += plates.filter(({ box }) => isOf(box, 0.5)).length;
    count.false += detections.filter((detection) =>
      plates.every(({ box }) => overlapOf(box, detection.box) < 0.1),
    ).length;
    for (const { box, text } of plates) {
      const read = await engine.readBox(jpeg, box);
      if (read?.text === text) count.reader += 1;
      if (read && isSameClass(read.text, text)) count.readerFolded += 1;
    }
    const [best] = reads;
    const [plate] = plates;
    if (!plate) continue;
    const { box, text } = plate;
    if (best?.text === text) alone.exact += 1;
    if (best && isSameClass(best.text, text)) alone.folded += 1;
    const beforeSecondMs = processorMs();
    const { read, confidence } = best
      ? toldOf(best, await engine.askSecond(jpeg, best, []), set)
      : { read: "", confidence: 0 };
    secondMs += processorMs() - beforeSecondMs;
    if (read === text) told.exact += 1;
    if (isSameClass(read, text)) told.folded += 1;
    answers.push({ set, file, box, text, read, confidence, costMs });
  }
  const images = frames.length;
  return {
    answers,
    figures: {
      images,
      detectorRecall: count.found / count.plates,
      falsePositivesPerImage: count.false / images,
      readerExact: count.reader / count.plates,
      readerExactFolded: count.readerFolded / count.plates,
      endToEndExact: told.exact / images,
      endToEndExactFolded: told.folded / images,
      endToEndAloneExact: alone.exact / images,
      endToEndAloneExactFolded: alone.folded / images,
      secondOpinionMs: secondMs / images,
    },
  };
}

/** What a guard would be told if this frame were all there is, and the share of such claims that should be right. */
function toldOf(
  read: PlateRead,
  opinion: Awaited<ReturnType<Engine["askSecond"]>>,
  set: string,
): { read: string; confidence: number } {
  const frame = { frameHash: "only", capturedAtMs: 0, reads: [read] };
  const { lane } = observe(emptyLane(), frame);
  const heard = opinion ? withSecondOpinion(lane, 1, frame.frameHash, opinion) : lane;
  const [sighting] = heard.sightings;
  const vote = sighting && voteOf(sighting, indexPlates([], formatsOf([set])), GATE_RULES);
  const agreement = vote?.together?.probability ?? 1;
  return { read: vote?.plate ?? read.text, confidence: read.confidence * agreement };
}

/** The reader alone on pictures that show one plate and nothing else. */
export async function measureCrops(
  set: string,
  crops: readonly LabelledCrop[],
  engine: Engine,
): Promise<{ figures: SetFigures; answers: Answer[] }> {
  const answers: Answer[] = [];
  for (const { file, text } of crops) {
    const picture = await readFile(file);
    const { width, height } = await sharp(picture).metadata();
    const box = { leftPx: 0, topPx: 0, widthPx: width, heightPx: height };
    const { text: read = "", confidence = 0 } = (await engine.readBox(picture, box)) ?? {};
    answers.push({ set, file, box, text, read, confidence });
  }
  const shareOf = (isRight: (answer: Answer) => boolean) =>
    answers.filter(isRight).length / answers.length;
  const figures = {
    images: crops.length,
    readerExact: shareOf(({ read, text }) => read === text),
    readerExactFolded: shareOf(({ read, text }) => isSameClass(read, text)),
  };
  return { answers, figures };
}

/** Of the reads that claim a confidence of about this much, the share that is right. */
export function reliabilityOf(
  answers: readonly Answer[],
): { claimed: string; reads: number; right: number }[] {
  const bounds = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0001];
  return bounds.slice(1).map((upTo, i) => {
    const from = bounds[i] ?? 0;
    const within = answers.filter(
      ({ read, confidence }) => read !== "" && confidence >= from && confidence < upTo,
    );
    const right = within.filter(({ read, text }) => isSameClass(read, text)).length;
    const claimed = `${from.toFixed(2)} to ${Math.min(1, upTo).toFixed(2)}`;
    return { claimed, reads: within.length, right: right / within.length };
  });
}
