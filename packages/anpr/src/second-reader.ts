import type { SecondOpinion } from "@portero/access";
import type { Pixels } from "./pixels.ts";
import { createPpocr } from "./ppocr.ts";
import type { SecondEngine } from "./recognition.ts";
import { createTesseract } from "./tesseract.ts";

/** Another engine's look at one plate: the port behind which PP-OCR and tesseract stand. */
export interface SecondReader {
  /** Shares of the box's width and height added on each side; each crop is read on its own. */
  margins: readonly (readonly [x: number, y: number])[];
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
