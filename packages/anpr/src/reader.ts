import {
  type Box,
  CTC_CLASSES,
  type CtcMatrix,
  meanLogLikelihood,
  readGreedily,
  textOf,
} from "@portero/access";
import { Tensor } from "onnxruntime-node";
import { AnprError } from "./anpr-error.ts";
import { openSession } from "./detector.ts";
import type { Models } from "./models.ts";
import { pixelsWithin, type Region } from "./pixels.ts";
import { stretchGrey } from "./resize.ts";

const CROP_WIDTH_PX = 160;
const CROP_HEIGHT_PX = 48;
const CROP_PIXELS = CROP_WIDTH_PX * CROP_HEIGHT_PX;
const STEPS = 40;
/** Boxes narrower than this for their height may hold two lines. */
const TWO_LINES_BELOW_ASPECT = 2;
/** Share of a two-line plate's height that both halves show, as in training. */
const LINE_OVERLAP = 0.03;
const FEWEST_CHARACTERS = 4;

/** What the reader saw of one plate. */
export interface SeenPlate {
  crops: CtcMatrix[];
  lines: 1 | 2;
  /** 0 (a smear) to 1 (crisp edges). */
  sharpness: number;
}

/** Reads the characters of a plate. */
export interface Reader {
  /**
   * Several crops of one plate with different margins, in one batch. `grey` covers the box and its
   * margins as far as the frame goes; undefined where the box is too small to hold characters.
   */
  see(grey: Region, box: Box): Promise<SeenPlate | undefined>;
  close(): Promise<void>;
}

/** Loads the reader. The caller closes it. @throws {AnprError} `model_corrupt` */
export async function createReader(model: Models["reader"]): Promise<Reader> {
  const session = await openSession(model.onnx, "plate reader");
  const { margins } = model;
  const input = new Float32Array(2 * margins.length * CROP_PIXELS);

  return {
    see: async (grey, box) => {
      const inRegion = { ...box, leftPx: box.leftPx - grey.leftPx, topPx: box.topPx - grey.topPx };
      const parts = margins.map(([x, y]) => pixelsWithin(inRegion, grey, x, y));
      if (parts.some(({ widthPx, heightPx }) => widthPx < 6 || heightPx < 4)) return undefined;
      const mayHaveTwoLines = box.widthPx < TWO_LINES_BELOW_ASPECT * box.heightPx;
      const batch = mayHaveTwoLines ? 2 * parts.length : parts.length;
      for (let crop = 0; crop < batch; crop++) {
        const part = parts[crop % parts.length] as Box;
        const out = input.subarray(crop * CROP_PIXELS, (crop + 1) * CROP_PIXELS);
        if (crop < parts.length) stretchGrey(grey, part, out, CROP_WIDTH_PX, CROP_HEIGHT_PX);
        else unfoldGrey(grey, part, out);
      }
      const shape = [batch, 1, CROP_HEIGHT_PX, CROP_WIDTH_PX];
      const crop = new Tensor("float32", input.subarray(0, batch * CROP_PIXELS), shape);
      const { logits } = await session.run({ crop });
      if (!logits) throw new AnprError("model_incompatible", "the reader has no output `logits`");
      const crops = probabilitiesOf(logits.data as Float32Array, batch);
      const asOneLine = crops.slice(0, parts.length);
      const asTwoLines = crops.slice(parts.length);
      const hasTwoLines = legibilityOf(asTwoLines) > legibilityOf(asOneLine);
      return {
        crops: hasTwoLines ? asTwoLines : asOneLine,
        lines: hasTwoLines ? 2 : 1,
        sharpness: sharpnessOf(input.subarray(0, CROP_PIXELS)),
      };
    },
    close: () => session.release(),
  };
}

/** The upper half of a two-line plate beside the lower one: to the reader, one line. */
function unfoldGrey(grey: Region, part: Box, out: Float32Array): void {
  const halfWidthPx = CROP_WIDTH_PX / 2;
  const heightPx = Math.max(2, Math.round(part.heightPx * (0.5 + LINE_OVERLAP)));
  const half = new Float32Array(halfWidthPx * CROP_HEIGHT_PX);
  const lowerTopPx = part.topPx + part.heightPx - heightPx;
  for (const [column, topPx] of [part.topPx, lowerTopPx].entries()) {
    stretchGrey(grey, { ...part, topPx, heightPx }, half, halfWidthPx, CROP_HEIGHT_PX);
    for (let y = 0; y < CROP_HEIGHT_PX; y++) {
      const row = half.subarray(y * halfWidthPx, (y + 1) * halfWidthPx);
      out.set(row, y * CROP_WIDTH_PX + column * halfWidthPx);
    }
  }
}

/** How likely the likeliest text of these crops is; what is too short for a plate is no text. */
function legibilityOf(crops: readonly CtcMatrix[]): number {
  const texts = new Set(crops.map((crop) => textOf(readGreedily(crop))));
  return [...texts]
    .filter((text) => text.length >= FEWEST_CHARACTERS)
    .map((text) => meanLogLikelihood(crops, text))
    .reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

/** Softmax over each step's classes; one matrix (steps × classes) a crop, with its own buffer. */
function probabilitiesOf(logits: Float32Array, crops: number): CtcMatrix[] {
  const matrices: CtcMatrix[] = [];
  const length = STEPS * CTC_CLASSES;
  for (let crop = 0; crop < crops; crop++) {
    const matrix = logits.slice(crop * length, (crop + 1) * length);
    for (let row = 0; row < length; row += CTC_CLASSES) {
      const step = matrix.subarray(row, row + CTC_CLASSES);
      const highest = step.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      let sum = 0;
      for (let k = 0; k < CTC_CLASSES; k++) {
        const odds = Math.exp((step[k] as number) - highest);
        step[k] = odds;
        sum += odds;
      }
      for (let k = 0; k < CTC_CLASSES; k++) step[k] = (step[k] as number) / sum;
    }
    matrices.push(matrix);
  }
  return matrices;
}

/**
 * How steep the edges between strokes and ground are: the 95th percentile of the horizontal gradient
 * against the crop's contrast. Crisp strokes change within two of the 160 columns.
 */
function sharpnessOf(crop: Float32Array): number {
  const gradients = new Float32Array(CROP_PIXELS - 1);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < CROP_PIXELS; i++) {
    const value = crop[i] as number;
    sum += value;
    squares += value * value;
    if (i > 0) gradients[i - 1] = Math.abs(value - (crop[i - 1] as number));
  }
  const mean = sum / CROP_PIXELS;
  const contrast = Math.sqrt(Math.max(1e-6, squares / CROP_PIXELS - mean * mean));
  gradients.sort();
  const steep = gradients[Math.floor(gradients.length * 0.95)] as number;
  return Math.min(1, steep / (1.2 * contrast));
}
