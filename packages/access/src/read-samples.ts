import { CTC_CLASSES, type CtcMatrix, PLATE_ALPHABET } from "./ctc.ts";
import type { FrameReads, PlateRead } from "./sighting.ts";

/** What a made-up reader sees at one place of a plate. */
export interface SampleOptions {
  /** Probability of each character that is shown. */
  confidence?: number;
  /** At `place`, this character takes all of the remaining probability. */
  rival?: { place: number; character: string };
}

/** For tests: the matrix of a reader that sees `text`, three steps a character. */
export function sampleMatrix(
  text: string,
  { confidence = 0.98, rival }: SampleOptions = {},
): CtcMatrix {
  const steps = 3 * text.length + 1;
  const matrix = new Float32Array(steps * CTC_CLASSES).fill(0);
  for (let step = 0; step < steps; step++) {
    const row = step * CTC_CLASSES;
    const place = step % 3 === 1 ? Math.floor(step / 3) : undefined;
    const own = place === undefined ? 0 : PLATE_ALPHABET.indexOf(text.charAt(place)) + 1;
    const rest = 1 - confidence;
    for (let k = 0; k < CTC_CLASSES; k++) matrix[row + k] = rest / (CTC_CLASSES - 1);
    if (rival && place === rival.place) {
      for (let k = 0; k < CTC_CLASSES; k++) matrix[row + k] = 0;
      matrix[row + PLATE_ALPHABET.indexOf(rival.character) + 1] = rest;
    }
    matrix[row + own] = confidence;
  }
  return matrix;
}

/** For tests: a plate read of a large, sharp plate. */
export function sampleRead(
  text: string,
  options: SampleOptions & Partial<PlateRead> = {},
): PlateRead {
  const { confidence = 0.98, rival, ...rest } = options;
  const matrix = sampleMatrix(text, rival ? { confidence, rival } : { confidence });
  return {
    box: { leftPx: 500, topPx: 400, widthPx: 160, heightPx: 50 },
    detectionConfidence: 0.9,
    text,
    confidence,
    freeText: text,
    characters: [...text].map((character) => ({ character, confidence })),
    crops: [matrix, matrix, matrix],
    lines: 1,
    sharpness: 1,
    ...rest,
  };
}

/** For tests: one frame with these reads; the time is part of its hash. */
export function sampleFrame(
  capturedAtMs: number,
  reads: readonly PlateRead[],
  frameHash = `frame-${capturedAtMs}`,
): FrameReads {
  return { frameHash, capturedAtMs, reads };
}
