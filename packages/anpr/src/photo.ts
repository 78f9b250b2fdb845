import { readFile } from "node:fs/promises";
import type { PlateFormat } from "@portero/access";
import sharp from "sharp";
import { AnprError } from "./anpr-error.ts";
import { createEngine } from "./engine.ts";
import { measureJpeg } from "./jpeg.ts";
import { MODELS_DIR } from "./models.ts";
import { DECODE } from "./pixels.ts";
import type { Recognition } from "./recognition.ts";

/** Boxes that hold no plate give texts that the reader itself does not believe. */
const WORTH_DRAWING = 0.02;

export interface PhotoOptions {
  formats: readonly PlateFormat[];
  modelsDir?: string;
}

/** What the recogniser sees in a photograph, and the JPEG it saw it in. */
export interface PhotoReading {
  recognition: Recognition;
  /** The photograph as it was read: upright, as a JPEG. */
  jpeg: Uint8Array;
}

/**
 * Reads the plates of one photograph of any usual format, turned upright by its EXIF mark. Slow at the
 * first frame, since it loads the networks for this one picture. @throws {AnprError}
 */
export async function readPhoto(
  file: string,
  { formats, modelsDir = MODELS_DIR }: PhotoOptions,
): Promise<PhotoReading> {
  const jpeg = await uprightJpeg(file);
  const engine = await createEngine({ modelsDir, formats, secondEngine: "off" });
  try {
    await engine.recognize(jpeg, {});
    return { recognition: await engine.recognize(jpeg, {}), jpeg };
  } finally {
    await engine.close();
  }
}

/** The photograph with a frame and the text at each read, as a PNG. @throws {AnprError} */
export async function drawReads({ recognition, jpeg }: PhotoReading): Promise<Uint8Array> {
  const { widthPx, heightPx, reads, detections } = recognition;
  const strokePx = Math.max(2, Math.round(widthPx / 400));
  const legible = reads.filter(({ confidence }) => confidence >= WORTH_DRAWING);
  const shapes = [
    ...detections.map(({ box }) => outline(box, "#ffb000", strokePx)),
    ...legible.map(({ box, text, confidence }) => {
      const label = `${text} ${Math.round(confidence * 100)} %`;
      const sizePx = Math.max(14, Math.round(widthPx / 45));
      const baseline =
        box.topPx > 2 * sizePx ? box.topPx - sizePx / 2 : box.topPx + box.heightPx + 1.2 * sizePx;
      const style = `font-family="sans-serif" font-weight="bold" font-size="${sizePx}"`;
      const halo = `fill="#ffffff" stroke="#000000" stroke-width="${sizePx / 5}" paint-order="stroke"`;
      const position = `x="${box.leftPx}" y="${baseline}"`;
      return `${outline(box, "#00e05a", strokePx)}<text ${position} ${style} ${halo}>${label}</text>`;
    }),
  ];
  const size = `width="${widthPx}" height="${heightPx}"`;
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${shapes.join("")}</svg>`;
  return sharp(jpeg, DECODE)
    .composite([{ input: Buffer.from(overlay), left: 0, top: 0 }])
    .png()
    .toBuffer();
}

function outline(
  { leftPx, topPx, widthPx, heightPx }: Recognition["detections"][number]["box"],
  colour: string,
  strokePx: number,
): string {
  const place = `x="${leftPx}" y="${topPx}" width="${widthPx}" height="${heightPx}"`;
  return `<rect ${place} fill="none" stroke="${colour}" stroke-width="${strokePx}"/>`;
}

async function uprightJpeg(file: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new AnprError("bad_image", `cannot read ${file}`, { cause });
  }
  try {
    const { format, orientation = 1 } = await sharp(bytes, DECODE).metadata();
    if (format === "jpeg" && orientation === 1) {
      measureJpeg(bytes);
      return bytes;
    }
    return await sharp(bytes, DECODE).autoOrient().jpeg({ quality: 95 }).toBuffer();
  } catch (cause) {
    if (cause instanceof AnprError) throw cause;
    throw new AnprError("bad_image", `${file} is not a picture that can be read`, { cause });
  }
}
