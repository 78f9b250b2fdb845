import { type CtcMatrix, logLikelihood, PLATE_ALPHABET } from "./ctc.ts";
import { neighbourLikelihoods } from "./ctc-neighbours.ts";
import { resolveLookAlikes } from "./plate.ts";
import type { PlateFormat } from "./plate-formats.ts";
import type { SightedRead } from "./sighting.ts";

/** A frame may count against a candidate by no more than this: one bad frame is no veto. */
const MAX_FRAME_LOSS_NATS = 12;

/** The log-likelihood of plates over the frames of a sighting. */
export interface Ballot {
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
  const spellings = new Map<string, Set<string>>();
  const weights = reads.map(weightOf);
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
  const weighted = (scores: readonly number[]) =>
    scores.reduce((sum, score, frame) => sum + (weights[frame] ?? 0) * score, 0);

  const nominate = (texts: Iterable<string>) => {
    for (const text of texts) {
      const plate = resolveLookAlikes(text, formats);
      spellings.set(plate, (spellings.get(plate) ?? new Set([plate])).add(text));
    }
  };

  return {
    nominate,
    nominateNeighbours: (text) => {
      scoreNeighbours(reads, text);
      const neighbours = neighboursOf(text);
      nominate(neighbours);
      return neighbours;
    },
    meanOf: (text) => weighted(reads.map((read) => scoreOf(read, text))) / totalWeight,
    count: (lossNats) => {
      const byPlate = new Map(
        [...spellings].map(([plate, texts]) => [
          plate,
          reads.map((read) => Math.max(...[...texts].map((text) => scoreOf(read, text)))),
        ]),
      );
      const best = reads.map((_, frame) =>
        [...byPlate.values()].reduce(
          (highest, scores) => Math.max(highest, scores[frame] ?? highest),
          Number.NEGATIVE_INFINITY,
        ),
      );
      const floored = (scores: readonly number[]) =>
        scores.map((score, frame) => Math.max(score, (best[frame] ?? 0) - MAX_FRAME_LOSS_NATS));
      return {
        scores: new Map([...byPlate].map(([plate, s]) => [plate, weighted(floored(s))])),
        somethingElse: weighted(best.map((score) => score - lossNats)),
      };
    },
  };
}

interface KnownScores {
  byText: Map<string, number>;
  /** Texts whose neighbours are known too. */
  centres: Set<string>;
}

/** Every vote scores the frames of the votes before it again; a frame's matrices never change. */
const known = new WeakMap<CtcMatrix, KnownScores>();

function knownScoresOf(crop: CtcMatrix): KnownScores {
  const scores = known.get(crop) ?? {
    byText: new Map<string, number>(),
    centres: new Set<string>(),
  };
  known.set(crop, scores);
  return scores;
}

/** Mean log-likelihood of a text over the crops of one read. */
function scoreOf({ crops }: SightedRead, text: string): number {
  let sum = 0;
  for (const crop of crops) {
    const { byText } = knownScoresOf(crop);
    const score = byText.get(text) ?? logLikelihood(crop, text);
    byText.set(text, score);
    sum += score;
  }
  return sum / crops.length;
}

/** Scores all texts that differ from `text` in one character at once, ahead of their use. */
function scoreNeighbours(reads: readonly SightedRead[], text: string): void {
  for (const crop of reads.flatMap(({ crops }) => crops)) {
    const { byText, centres } = knownScoresOf(crop);
    if (centres.has(text)) continue;
    centres.add(text);
    for (const [neighbour, score] of neighbourLikelihoods(crop, text)) byText.set(neighbour, score);
  }
}

/** Weight of one frame, from its size and sharpness, in (0, 1]. */
function weightOf({ box, sharpness }: SightedRead): number {
  return Math.min(1, box.widthPx / 120) * (0.5 + 0.5 * sharpness);
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
