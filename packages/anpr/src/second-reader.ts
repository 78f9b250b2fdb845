import type { SecondOpinion } from "@portero/access";
import type { Pixels } from "./pixels.ts";
import { createPpocr } from "./ppocr.ts";
import type { SecondEngine } from "./recognition.ts";
import { createTesseract } from "./tesseract.ts";

/** Another engine's look at one plate: the port behind which PP-OCR and tesseract stand. */
export interface SecondReader {
  /** `plate`: RGB pixels of the plate with a narrow margin. */
  read(plate: Pixels): Promise<SecondOpinion>;
  close(): Promise<void>;
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
