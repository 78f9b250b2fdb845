import { type Box, overlapOf } from "@portero/access";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { AnprError } from "./anpr-error.ts";
import type { Models } from "./models.ts";
import type { Pixels } from "./pixels.ts";
import type { Detection } from "./recognition.ts";

/** Long side of the detector's input, in pixels. */
export const DETECTOR_SIDE_PX = 640;
const STRIDE = 8;
const PADDING = 114 / 255;
const MAX_DETECTIONS = 10;

/** Finds plates in a scaled picture. */
export interface Detector {
  /** What looks like a plate from near and far at once is taken for one from this confidence on. */
  threshold: number;
  /** Places that may hold a plate: boxes in pixels of `picture`, most probable first. */
  detect(picture: Pixels): Promise<Detection[]>;
  close(): Promise<void>;
}

/** One thread a session: frames, not cores within a frame, are what is run side by side. */
export const SESSION_OPTIONS = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
} as const;

/** Loads the detector. The caller closes it. @throws {AnprError} `model_corrupt` */
export async function createDetector(model: Models["detector"]): Promise<Detector> {
  const session = await openSession(model.onnx, "plate detector");
  let input = new Float32Array(0);

  return {
    threshold: model.threshold,
    detect: async (picture) => {
      const widthPx = Math.ceil(picture.widthPx / 32) * 32;
      const heightPx = Math.ceil(picture.heightPx / 32) * 32;
      const length = 3 * widthPx * heightPx;
      if (input.length < length) input = new Float32Array(length);
      const planes = input.subarray(0, length);
      fillPlanes(planes, picture, widthPx, heightPx);
      const image = new Tensor("float32", planes, [1, 3, heightPx, widthPx]);
      const { cells } = await session.run({ image });
      if (!cells) throw new AnprError("model_incompatible", "the detector has no output `cells`");
      const scores = cells.data as Float32Array;
      const boxes = boxesOf(scores, widthPx / STRIDE, heightPx / STRIDE, model.candidateThreshold);
      return withoutOverlaps(boxes, model.nmsOverlap);
    },
    close: () => session.release(),
  };
}

/** Opens an ONNX session on one thread. @throws {AnprError} `model_corrupt` */
export async function openSession(onnx: Uint8Array, name: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(onnx, SESSION_OPTIONS);
  } catch (cause) {
    throw new AnprError("model_corrupt", `the ${name} cannot be loaded`, { cause });
  }
}

/** BGR planes in [0, 1], padded right and below with grey, as in training. */
function fillPlanes(
  planes: Float32Array,
  picture: Pixels,
  widthPx: number,
  heightPx: number,
): void {
  const { bytes } = picture;
  const plane = widthPx * heightPx;
  if (picture.widthPx !== widthPx || picture.heightPx !== heightPx) planes.fill(PADDING);
  for (let y = 0, i = 0; y < picture.heightPx; y++) {
    for (let x = 0, o = y * widthPx; x < picture.widthPx; x++, o++, i += 3) {
      planes[o] = (bytes[i + 2] as number) / 255;
      planes[plane + o] = (bytes[i + 1] as number) / 255;
      planes[2 * plane + o] = (bytes[i] as number) / 255;
    }
  }
}

/**
 * Decodes the network's cells (`Float32Array`, 5 planes of h × w: score, then the distances in pixels
 * from the cell's centre to left, top, right and bottom).
 */
function boxesOf(
  cells: Float32Array,
  columns: number,
  rows: number,
  threshold: number,
): Detection[] {
  const plane = columns * rows;
  const found: Detection[] = [];
  for (let cell = 0; cell < plane; cell++) {
    const confidence = cells[cell] as number;
    if (confidence < threshold) continue;
    const distance = (k: number) => cells[k * plane + cell] as number;
    const leftPx = ((cell % columns) + 0.5) * STRIDE - distance(1);
    const topPx = (Math.floor(cell / columns) + 0.5) * STRIDE - distance(2);
    const widthPx = distance(1) + distance(3);
    const heightPx = distance(2) + distance(4);
    if (widthPx < 1 || heightPx < 1) continue;
    found.push({ box: { leftPx, topPx, widthPx, heightPx }, confidence });
  }
  return found.sort((a, b) => b.confidence - a.confidence);
}

/** Keeps the most probable of boxes that lie over one another. */
function withoutOverlaps(sorted: readonly Detection[], nmsOverlap: number): Detection[] {
  const kept: Detection[] = [];
  for (const detection of sorted) {
    if (kept.length === MAX_DETECTIONS) break;
    const overlaps = (other: { box: Box }) => overlapOf(other.box, detection.box) >= nmsOverlap;
    if (!kept.some(overlaps)) kept.push(detection);
  }
  return kept;
}
