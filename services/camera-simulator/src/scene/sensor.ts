import sharp from "sharp";
import type { Frame } from "./frame.ts";
import { randomFrom } from "./random.ts";

const NOISE_LENGTH = 1 << 18;
/** Strengths of noise that are told apart. */
const LEVELS = 64;
let noiseTable: Uint8Array | undefined;

/** Bell-shaped noise as levels 0–63 about the middle. */
function noise(): Uint8Array {
  if (!noiseTable) {
    const random = randomFrom(7);
    noiseTable = new Uint8Array(NOISE_LENGTH);
    for (let i = 0; i < NOISE_LENGTH; i++) {
      const bell = random() + random() + random() + random() - 2;
      noiseTable[i] = Math.min(LEVELS - 1, Math.max(0, Math.round((bell / 2 + 0.5) * LEVELS)));
    }
  }
  return noiseTable;
}

/** Display value for each level of noise and each value, level-major. */
function responseTable(gain: number, exposure: number): Uint8Array {
  const table = new Uint8Array(LEVELS * 256);
  for (let level = 0; level < LEVELS; level++) {
    const deviation = (level / LEVELS - 0.5) * 2 * 1.73;
    for (let value = 0; value < 256; value++) {
      // The dark is grainier than the light.
      const noisy = value * exposure + deviation * gain * (1.5 - value / 255) + 0.5;
      table[level * 256 + value] = Math.min(255, Math.max(0, noisy));
    }
  }
  return table;
}

/**
 * Writes into `result` what the sensor makes of `view`: a slightly different exposure and noise
 * for every `seed`. `grain` is the noise's deviation in display steps; both may be one buffer.
 */
export function expose(view: Frame, result: Uint8Array, seed: number, grain: number): void {
  const levels = noise();
  const random = randomFrom(seed * 2654435761 + 12345);
  const table = responseTable(grain, 1 + (random() - 0.5) * 0.025);
  const { widthPx, heightPx, data } = view;
  const row = widthPx * 3;
  for (let y = 0; y < heightPx; y++) {
    let n = (random() * (NOISE_LENGTH - widthPx - 1)) | 0;
    let other = (levels[n] as number) << 8;
    for (let at = y * row, end = at + row; at < end; at += 3) {
      // Red and green share their noise, blue has its own: mostly brightness, a little colour.
      const one = other;
      other = (levels[++n] as number) << 8;
      result[at] = table[one | (data[at] as number)] as number;
      result[at + 1] = table[one | (data[at + 1] as number)] as number;
      result[at + 2] = table[other | (data[at + 2] as number)] as number;
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
