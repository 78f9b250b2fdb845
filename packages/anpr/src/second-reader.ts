import type { SecondOpinion } from "@portero/access";
import type { Pixels } from "./pixels.ts";
import { createPpocr } from "./ppocr.ts";
import type { SecondEngine } from "./recognition.ts";
import { createTesseract } from "./tesseract.ts";

/** Where a line of characters lies on a plate: shares of the box's height, from its top. */
export type Strip = readonly [top: number, bottom: number];

/** Another engine's look at one plate: the port behind which PP-OCR and tesseract stand. */
export interface SecondReader {
  /** Share of the box's width added on each side. */
  marginX: number;
  /** Crops of a plate with so many lines, each read on its own: the strips of one go side by side, as one line. */
  crops: Readonly<Record<1 | 2, readonly (readonly Strip[])[]>>;
  /** `plate`: RGB pixels of one crop. */
  read(plate: Pixels): Promise<SecondOpinion>;
  close(): Promise<void>;
}

/** One opinion from the opinions on several crops of the same plate: the text of the most certain. */
export function mergedOpinion(opinions: readonly SecondOpinion[]): SecondOpinion {
  const best = opinions.reduce<SecondOpinion | undefined>(
    (a, b) => (a && a.confidence >= b.confidence ? a : b),
    undefined,
  );
  const crops = opinions.flatMap((opinion) => opinion.crops);
  return { text: best?.text ?? "", confidence: best?.confidence ?? 0, crops };
}

/** Loads the engine; undefined for `off`. The caller closes it. @throws {AnprError} `engine_missing` */
export async function createSecondReader(engine: SecondEngine): Promise<SecondReader | undefined> {
  switch (engine) {
    case "ppocr":
      return createPpocr();
    case "tesseract":
      return createTesseract();
    case "off":
      return undefined;
  }
}
