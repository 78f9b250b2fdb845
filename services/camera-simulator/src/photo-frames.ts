import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { createBlankFrames } from "./blank-frames.ts";
import type { FrameSource } from "./frame-source.ts";
import { SimulatorError } from "./simulator-error.ts";
import { createRandom } from "./traffic.ts";

const MAX_WIDTH_PX = 1920;
const MAX_INPUT_PIXELS = 40_000_000;

/**
 * Plays the JPEGs of a folder as if their vehicles stood at the lane: each frame is the photograph
 * slightly shifted, exposed and compressed in another way, so that no two are the same.
 * @throws {SimulatorError} `no_pictures` when the folder holds no JPEG
 */
export async function openPhotoFolder(folder: string, seed: number): Promise<PhotoFrames> {
  const files = await listJpegs(folder);
  const blank = createBlankFrames(1280, 720);
  return {
    files,
    async frameOf(view, size) {
      const file = view.stay?.visit.kind === "photo" ? view.stay.visit.file : undefined;
      if (!file || !files.includes(file)) return blank.frameOf(view, size);
      return variationOf(join(folder, file), createRandom(seed + view.frameNumber));
    },
  };
}

interface PhotoFrames extends FrameSource {
  /** Names within the folder, in order. */
  files: readonly string[];
}

/** A distinct frame of the same photograph: shifted by up to 1.5 %, re-exposed by up to 15 %, recompressed. */
async function variationOf(path: string, random: () => number): Promise<Uint8Array> {
  const upright = await sharp(path, { limitInputPixels: MAX_INPUT_PIXELS })
    .rotate()
    .resize({ width: MAX_WIDTH_PX, withoutEnlargement: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = upright.info;
  const [marginX, marginY] = [Math.round(width * 0.015), Math.round(height * 0.015)];
  return sharp(upright.data, { raw: { width, height, channels } })
    .extract({
      left: Math.floor(random() * (2 * marginX + 1)),
      top: Math.floor(random() * (2 * marginY + 1)),
      width: width - 2 * marginX,
      height: height - 2 * marginY,
    })
    .modulate({ brightness: 0.85 + 0.3 * random() })
    .jpeg({ quality: Math.round(72 + 20 * random()) })
    .toBuffer();
}

async function listJpegs(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    throw new SimulatorError("no_pictures", `the folder ${folder} cannot be read`, { cause });
  }
  const candidates = names.filter((name) => /\.jpe?g$/i.test(name)).sort();
  const files: string[] = [];
  for (const name of candidates) if (await isJpeg(join(folder, name))) files.push(name);
  if (files.length > 0) return files;
  const why = candidates.length > 0 ? "holds files named .jpg that are no JPEG" : "holds no JPEG";
  throw new SimulatorError("no_pictures", `the folder ${folder} ${why}; put .jpg files into it`);
}

async function isJpeg(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (!file) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(3), 0, 3, 0);
    return bytesRead === 3 && buffer.equals(Buffer.from([0xff, 0xd8, 0xff]));
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
