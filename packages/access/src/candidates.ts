import { type CtcMatrix, meanLogLikelihood, PLATE_ALPHABET } from "./ctc.ts";
import { neighbourLikelihoods } from "./ctc-neighbours.ts";
import { resolveLookAlikes } from "./plate.ts";
import type { PlateFormat } from "./plate-formats.ts";
import { lineWidthPx, type SightedRead } from "./sighting.ts";

/** A frame may count against a candidate by no more than this: one bad frame is no veto. */
const MAX_FRAME_LOSS_NATS = 12;

/** The log-likelihood of plates over the frames of a sighting. */
export interface Ballot {
  /** The plate that a text means under the site's formats. */
  plateOf(text: string): string;
  /** Adds texts. Spellings that the formats resolve to the same plate are one candidate. */
  nominate(texts: Iterable<string>): void;
  /** Nominates every text one step away from `text` and returns them. */
  nominateNeighbours(text: string): string[];
  /** Weighted mean over frames for one spelling. */
  meanOf(text: string): number;
  /**
   * Weighted sums over frames for every candidate, and for "something else", which is each frame's own
   * best less `lossNats`.
   */
  count(lossNats: number): { scores: ReadonlyMap<string, number>; somethingElse: number };
}

/** Opens a ballot over the reads; their order does not matter. */
export function openBallot(reads: readonly SightedRead[], formats: readonly PlateFormat[]): Ballot {
  const plates = new Map<string, string>();
  const spellings = new Map<string, Set<string>>();
  const frames = reads.map((read) => ({ scores: scoresOf(read.crops), weight: weightOf(read) }));
  const totalWeight = frames.reduce((sum, { weight }) => sum + weight, 0);

  const plateOf = (text: string) => {
    const plate = plates.get(text) ?? resolveLookAlikes(text, formats);
    plates.set(text, plate);
    return plate;
  };
  const nominate = (texts: Iterable<string>) => {
    for (const text of texts) {
      const plate = plateOf(text);
      const known = spellings.get(plate);
      if (known) known.add(text);
      else spellings.set(plate, new Set([plate, text]));
    }
  };
  /** A plate's score in one frame: that of its best spelling. */
  const scoreIn = (scores: CropScores, texts: ReadonlySet<string>) => {
    let best = Number.NEGATIVE_INFINITY;
    for (const text of texts) best = Math.max(best, scores.of(text));
    return best;
  };

  return {
    plateOf,
    nominate,
    nominateNeighbours: (text) => {
      for (const { scores } of frames) scores.learnNeighboursOf(text);
      const neighbours = neighboursOf(text);
      nominate(neighbours);
      return neighbours;
    },
    meanOf: (text) =>
      frames.reduce((sum, { scores, weight }) => sum + weight * scores.of(text), 0) / totalWeight,
    count: (lossNats) => {
      const totals = new Map([...spellings.keys()].map((plate) => [plate, 0]));
      let somethingElse = 0;
      for (const { scores, weight } of frames) {
        const byPlate = new Map<string, number>();
        let best = Number.NEGATIVE_INFINITY;
        for (const [plate, texts] of spellings) {
          const score = scoreIn(scores, texts);
          byPlate.set(plate, score);
          best = Math.max(best, score);
        }
        for (const [plate, score] of byPlate) {
          const floored = Math.max(score, best - MAX_FRAME_LOSS_NATS);
          totals.set(plate, (totals.get(plate) ?? 0) + weight * floored);
        }
        somethingElse += weight * (best - lossNats);
      }
      return { scores: totals, somethingElse };
    },
  };
}

/** The scores of texts against the crops of one plate in one frame. */
interface CropScores {
  /** Mean log-likelihood over the crops. */
  of(text: string): number;
  /** Scores all texts that differ from `text` in one character at once, ahead of their use. */
  learnNeighboursOf(text: string): void;
}

/** Every vote scores the frames of the votes before it again; a frame's matrices never change. */
const known = new WeakMap<readonly CtcMatrix[], CropScores>();

function scoresOf(crops: readonly CtcMatrix[]): CropScores {
  const scores = known.get(crops) ?? emptyScores(crops);
  known.set(crops, scores);
  return scores;
}

function emptyScores(crops: readonly CtcMatrix[]): CropScores {
  const means = new Map<string, number>();
  const centres = new Set<string>();
  return {
    of: (text) => {
      const mean = means.get(text);
      if (mean !== undefined) return mean;
      const scored = meanLogLikelihood(crops, text);
      means.set(text, scored);
      return scored;
    },
    learnNeighboursOf: (text) => {
      if (centres.has(text)) return;
      centres.add(text);
      const [first, ...others] = crops.map((crop) => neighbourLikelihoods(crop, text));
      for (const [neighbour, score] of first ?? []) {
        const sum = others.reduce((total, scores) => total + (scores.get(neighbour) ?? 0), score);
        means.set(neighbour, sum / crops.length);
      }
    },
  };
}

/** Weight of one frame, from its size and sharpness, in (0, 1]. */
function weightOf(read: SightedRead): number {
  return Math.min(1, lineWidthPx(read) / 120) * (0.5 + 0.5 * read.sharpness);
}

/**
 * Every text one step away from `text`: another character at a place, a character less, a character
 * doubled.
 */
export function neighboursOf(text: string): string[] {
  const neighbours = new Set<string>();
  for (let place = 0; place < text.length; place++) {
    const before = text.slice(0, place);
    const after = text.slice(place + 1);
    for (const character of PLATE_ALPHABET) neighbours.add(before + character + after);
    neighbours.add(before + after);
    neighbours.add(before + text.charAt(place) + text.charAt(place) + after);
  }
  neighbours.delete(text);
  return [...neighbours];
}
