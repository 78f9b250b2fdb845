import sharp from "sharp";
import type { Frame } from "./frame.ts";
import { outlineOf } from "./glyphs.ts";
import { randomFrom } from "./random.ts";

const NOISE_LENGTH = 1 << 18;
let noiseTable: Int8Array | undefined;

function noise(): Int8Array {
  if (!noiseTable) {
    const random = randomFrom(7);
    noiseTable = new Int8Array(NOISE_LENGTH);
    for (let i = 0; i < NOISE_LENGTH; i++)
      noiseTable[i] = (random() + random() + random() + random() - 2) * 55;
  }
  return noiseTable;
}

/**
 * What the sensor does to a frame: a slightly different exposure and noise for every `seed`,
 * stronger in the dark (`gain` in display steps).
 */
export function exposeSensor(frame: Frame, seed: number, gain: number): void {
  const table = noise();
  const random = randomFrom(seed * 2654435761 + 12345);
  const { data, widthPx, heightPx } = frame;
  const brighter = 1 + (random() - 0.5) * 0.025;
  const curve = new Uint8Array(256 * 3);
  for (let i = 0; i < curve.length; i++)
    curve[i] = Math.min(255, Math.max(0, (i - 256) * brighter + 0.5));
  const amplitude = new Int32Array(256);
  for (let v = 0; v < 256; v++) amplitude[v] = gain * (1.35 - v / 255) * 2.6;
  const row = widthPx * 3;
  for (let y = 0; y < heightPx; y++) {
    let n = (random() * NOISE_LENGTH) | 0;
    for (let at = y * row, end = at + row; at < end; at += 3) {
      // Brightness noise for all three colours together, a little of its own for red and blue.
      const g = data[at + 1] as number;
      const grain = ((table[n & (NOISE_LENGTH - 1)] as number) * (amplitude[g] as number)) >> 7;
      const tint = ((table[(n + 4801) & (NOISE_LENGTH - 1)] as number) * gain) >> 7;
      n++;
      data[at] = curve[256 + (data[at] as number) + grain + tint] as number;
      data[at + 1] = curve[256 + g + grain] as number;
      data[at + 2] = curve[256 + (data[at + 2] as number) + grain - tint] as number;
    }
  }
}

/** A picture of text to lay over frames: coverage of the letters and of their dark rim. */
export interface Caption {
  widthPx: number;
  heightPx: number;
  /** Two values per pixel: letters, rim. */
  data: Uint8Array;
}

/** Draws what a camera burns in: white letters with a dark rim. */
export async function captionOf(text: string, heightPx: number): Promise<Caption> {
  const outline = outlineOf(text, heightPx * 0.62, { spacing: 0.09, weight: 500 });
  const width = Math.ceil(outline.width + heightPx * 0.4);
  const place = `transform="translate(${heightPx * 0.2} ${heightPx * 0.8})" d="${outline.path}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${heightPx}"><rect width="100%" height="100%" fill="#000"/><path ${place} fill="#0f0" stroke="#0f0" stroke-width="${heightPx * 0.12}" stroke-linejoin="round"/><path ${place} fill="#ff0"/></svg>`;
  const { data, info } = await sharp(Buffer.from(svg))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const coverage = new Uint8Array(info.width * info.height * 2);
  for (let i = 0; i < info.width * info.height; i++) {
    coverage[i * 2] = data[i * 3] as number;
    coverage[i * 2 + 1] = data[i * 3 + 1] as number;
  }
  return { widthPx: info.width, heightPx: info.height, data: coverage };
}

/** Burns `caption` into `frame` at (left, top). */
export function burnIn(frame: Frame, caption: Caption, left: number, top: number): void {
  for (let y = 0; y < caption.heightPx; y++)
    for (let x = 0; x < caption.widthPx; x++) {
      const from = (y * caption.widthPx + x) * 2;
      const rim = (caption.data[from + 1] as number) / 255;
      if (rim === 0) continue;
      const letter = caption.data[from] as number;
      const column = left + x;
      const row = top + y;
      if (column < 0 || row < 0 || column >= frame.widthPx || row >= frame.heightPx) continue;
      const at = (row * frame.widthPx + column) * 3;
      for (let k = 0; k < 3; k++) {
        const under = (frame.data[at + k] as number) * (1 - rim * 0.85);
        frame.data[at + k] = under + (letter / 255) * (250 - under);
      }
    }
}

/** JPEG as a camera encodes it. */
export async function encode(frame: Frame): Promise<Uint8Array> {
  const jpeg = await sharp(frame.data, {
    raw: { width: frame.widthPx, height: frame.heightPx, channels: 3 },
  })
    .jpeg({ quality: 84, chromaSubsampling: "4:2:0" })
    .toBuffer();
  return new Uint8Array(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
}
