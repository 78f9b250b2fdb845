import {
  type CtcMatrix,
  fitsFormat,
  mayStandAt,
  meanLogLikelihood,
  PLATE_ALPHABET,
  type PlateFormat,
  type PlateRead,
  type ReadCharacter,
  readGreedily,
  textOf,
} from "@portero/access";

const CLASSES = PLATE_ALPHABET.length + 1;

/** The text that a plate's crops show together, free and with the site's formats. */
export type PlateReading = Pick<PlateRead, "text" | "confidence" | "freeText" | "characters">;

/**
 * Fuses the crops of one plate: the greedy reads compete by their mean CTC likelihood. A read that fits
 * no format of the site gives way to the likeliest one that does, if that costs less than
 * `repairMarginNats`; what is too far from every format stays as it was read.
 */
export function readingOf(
  crops: readonly CtcMatrix[],
  formats: readonly PlateFormat[],
  repairMarginNats: number,
): PlateReading {
  const greedy = crops.map(readGreedily);
  const texts = new Set(greedy.map(textOf).filter((text) => text !== ""));
  if (texts.size === 0) return { text: "", confidence: 0, freeText: "", characters: [] };
  const scored = [...texts].map((text) => ({ text, score: meanLogLikelihood(crops, text) }));
  const free = scored.reduce((a, b) => (b.score > a.score ? b : a));
  const best = repaired(free, crops, formats, repairMarginNats);
  return {
    text: best.text,
    confidence: Math.exp(lowestLogLikelihood(crops, best.text)),
    freeText: free.text,
    characters: charactersOf(free.text, crops),
  };
}

/** What the crop says that likes the text least: a read that another crop spoils is not certain. */
function lowestLogLikelihood(crops: readonly CtcMatrix[], text: string): number {
  return Math.min(...crops.map((crop) => meanLogLikelihood([crop], text)));
}

interface Scored {
  text: string;
  score: number;
}

function repaired(
  free: Scored,
  crops: readonly CtcMatrix[],
  formats: readonly PlateFormat[],
  repairMarginNats: number,
): Scored {
  if (formats.length === 0 || formats.some((format) => fitsFormat(free.text, format))) return free;
  const legal = new Set(
    crops.flatMap((crop) => formats.map((format) => likeliestInFormat(crop, format) ?? "")),
  );
  legal.delete("");
  const best = [...legal]
    .map((text) => ({ text, score: meanLogLikelihood(crops, text) }))
    .reduce<Scored | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined);
  return best && free.score - best.score < repairMarginNats ? best : free;
}

/** At each place of the greedy read the likeliest character that the format allows there. */
function likeliestInFormat(crop: CtcMatrix, format: PlateFormat): string | undefined {
  const places = readGreedily(crop);
  if (places.length !== format.pattern.length) return undefined;
  return places
    .map(({ firstStep, lastStep }, place) => {
      let best = "";
      let highest = -1;
      for (const [index, character] of [...PLATE_ALPHABET].entries()) {
        if (!mayStandAt(character, place, format)) continue;
        let sum = 0;
        for (let step = firstStep; step <= lastStep; step++) {
          sum += crop[step * CLASSES + index + 1] as number;
        }
        if (sum > highest) {
          highest = sum;
          best = character;
        }
      }
      return best;
    })
    .join("");
}

/** Mean over those crops that read this text; the others say nothing about its places. */
function charactersOf(text: string, crops: readonly CtcMatrix[]): ReadCharacter[] {
  const agreeing = crops.map(readGreedily).filter((characters) => textOf(characters) === text);
  const share = agreeing.length / crops.length;
  return [...text].map((character, place) => ({
    character,
    confidence:
      (share * agreeing.reduce((sum, read) => sum + (read[place]?.confidence ?? 0), 0)) /
      agreeing.length,
  }));
}
