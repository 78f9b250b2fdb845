import type { Box } from "@portero/access";
import type { Pixels } from "./pixels.ts";

/** For each output sample: the first input sample it is made of, and their weights. */
interface Taps {
  first: Int32Array;
  weights: Float32Array[];
}

/**
 * Stretches a part of a grey picture into `out` (row-major, [0, 1]), linearly, and over all pixels it
 * covers when shrinking: the triangle kernel that Pillow calls bilinear, one of those the reader was
 * trained with. `part` lies in pixels of `grey` and within it.
 */
export function stretchGrey(
  grey: Pixels,
  part: Box,
  out: Float32Array,
  outWidthPx: number,
  outHeightPx: number,
): void {
  const columns = tapsOf(part.widthPx, outWidthPx);
  const rows = tapsOf(part.heightPx, outHeightPx);
  const between = new Float32Array(outWidthPx * part.heightPx);
  for (let y = 0; y < part.heightPx; y++) {
    const row = (part.topPx + y) * grey.widthPx + part.leftPx;
    for (let x = 0; x < outWidthPx; x++) {
      const weights = columns.weights[x] as Float32Array;
      const first = row + (columns.first[x] as number);
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        sum += (weights[k] as number) * (grey.bytes[first + k] as number);
      }
      between[y * outWidthPx + x] = sum;
    }
  }
  for (let y = 0; y < outHeightPx; y++) {
    const weights = rows.weights[y] as Float32Array;
    const first = rows.first[y] as number;
    for (let x = 0; x < outWidthPx; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        sum += (weights[k] as number) * (between[(first + k) * outWidthPx + x] as number);
      }
      out[y * outWidthPx + x] = sum / 255;
    }
  }
}

function tapsOf(inLength: number, outLength: number): Taps {
  const scale = inLength / outLength;
  const support = Math.max(1, scale);
  const first = new Int32Array(outLength);
  const weights: Float32Array[] = [];
  for (let o = 0; o < outLength; o++) {
    const centre = (o + 0.5) * scale - 0.5;
    const from = Math.max(0, Math.ceil(centre - support));
    const to = Math.min(inLength - 1, Math.floor(centre + support));
    const taps = new Float32Array(to - from + 1);
    let total = 0;
    for (let i = from; i <= to; i++) {
      const weight = Math.max(0, 1 - Math.abs(i - centre) / support);
      taps[i - from] = weight;
      total += weight;
    }
    for (let k = 0; k < taps.length; k++) taps[k] = (taps[k] as number) / total;
    first[o] = from;
    weights.push(taps);
  }
  return { first, weights };
}
