import { meanLogLikelihood, PLATE_ALPHABET } from "./ctc.ts";
import { resolveLookAlikes } from "./plate.ts";
import type { PlateFormat } from "./plate-formats.ts";
import type { SightedRead } from "./sighting.ts";

/** A frame may count against a candidate by no more than this: one bad frame is no veto. */
const MAX_FRAME_LOSS_NATS = 12;

/** A character that no frame shows with at least this probability is not worth scoring. */
const VISIBLE_PROBABILITY = 1e-3;

/** The log-likelihood of plates over the frames of a sighting. */
export interface Ballot {
  /** Weighted sum over frames for one plate (all its spellings under the site's formats). */
  scoreOf(plate: string): number;
  /** Weighted sum over frames for "something else": each frame's own best, less `lossNats` a frame. */
  somethingElse(lossNats: number): number;
  /** Weighted mean over frames for one spelling. */
  meanOf(text: string): number;
  /** Adds texts; returns the plates they mean. */
  nominate(texts: Iterable<string>): void;
  plates(): string[];
}

/**
 * Opens a ballot over the reads. Candidates are plates: spellings that the formats resolve to the
 * same plate count as one.
 */
export function openBallot(reads: readonly SightedRead[], formats: readonly PlateFormat[]): Ballot {
  const spellings = new Map<string, Set<string>>();
  const memory = reads.map(() => new Map<string, number>());
  const weights = reads.map(weightOf);

  function frameScore(index: number, text: string): number {
    const scores = memory[index];
    const read = reads[index];
    if (!scores || !read) throw new RangeError(`no frame ${index}`);
    const known = scores.get(text);
    if (known !== undefined) return known;
    const score = meanLogLikelihood(read.crops, text);
    scores.set(text, score);
    return score;
  }
  const bestOf = (index: number) =>
    [...spellings.values()].reduce(
      (best, texts) => [...texts].reduce((b, text) => Math.max(b, frameScore(index, text)), best),
      Number.NEGATIVE_INFINITY,
    );
  const plateScore = (index: number, plate: string) =>
    [...(spellings.get(plate) ?? [plate])].reduce(
      (best, text) => Math.max(best, frameScore(index, text)),
      Number.NEGATIVE_INFINITY,
    );
  const sum = (score: (index: number) => number) =>
    weights.reduce((total, weight, index) => total + weight * score(index), 0);

  return {
    scoreOf: (plate) =>
      sum((index) => Math.max(plateScore(index, plate), bestOf(index) - MAX_FRAME_LOSS_NATS)),
    somethingElse: (lossNats) => sum((index) => bestOf(index) - lossNats),
    meanOf: (text) =>
      sum((index) => frameScore(index, text)) /
      weights.reduce((total, weight) => total + weight, 0),
    nominate: (texts) => {
      for (const text of texts) {
        const plate = resolveLookAlikes(text, formats);
        spellings.set(plate, (spellings.get(plate) ?? new Set([plate])).add(text));
      }
    },
    plates: () => [...spellings.keys()],
  };
}

/** Weight of one frame, from its size and sharpness, in (0, 1]. */
function weightOf({ box, sharpness }: SightedRead): number {
  return Math.min(1, box.widthPx / 120) * (0.5 + 0.5 * sharpness);
}

/**
 * Every text one step away from `text` for which some frame shows some evidence: another character at
 * a place, a character less, a character doubled.
 */
export function neighboursOf(text: string, reads: readonly SightedRead[]): string[] {
  const visible = visibleCharacters(reads);
  const neighbours = new Set<string>();
  for (let place = 0; place < text.length; place++) {
    const before = text.slice(0, place);
    const after = text.slice(place + 1);
    for (const character of visible) neighbours.add(before + character + after);
    neighbours.add(before + after);
    neighbours.add(before + text.charAt(place) + text.charAt(place) + after);
  }
  neighbours.delete(text);
  return [...neighbours];
}

function visibleCharacters(reads: readonly SightedRead[]): string[] {
  const classes = PLATE_ALPHABET.length + 1;
  const highest = new Float32Array(classes);
  for (const matrix of reads.flatMap(({ crops }) => crops)) {
    for (let index = 0; index < matrix.length; index++) {
      const k = index % classes;
      if ((matrix[index] ?? 0) > (highest[k] ?? 0)) highest[k] = matrix[index] ?? 0;
    }
  }
  return [...PLATE_ALPHABET].filter((_, index) => (highest[index + 1] ?? 0) >= VISIBLE_PROBABILITY);
}
