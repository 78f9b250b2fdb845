import type { Box, Mask } from "@portero/access";
import sharp, { type Sharp } from "sharp";
import { AnprError } from "./anpr-error.ts";
import { measureJpeg } from "./jpeg.ts";
import { DECODE, pixelsWithin } from "./pixels.ts";

/** A guard recognises a plate best with a little of the bumper around it. */
const MARGIN_X = 0.25;
const MARGIN_Y = 0.5;
const CROP_MIN_WIDTH_PX = 240;
const CROP_MAX_WIDTH_PX = 480;

/** The plate with a margin as a JPEG of 240 to 480 pixels' width. @throws {AnprError} */
export async function cropPlate(jpeg: Uint8Array, box: Box): Promise<Uint8Array> {
  const frame = measureJpeg(jpeg);
  const part = pixelsWithin(box, frame, MARGIN_X, MARGIN_Y);
  if (part.widthPx < 1 || part.heightPx < 1) {
    throw new AnprError("bad_image", "the plate's box lies outside the picture");
  }
  const width = Math.max(CROP_MIN_WIDTH_PX, Math.min(CROP_MAX_WIDTH_PX, part.widthPx));
  const { leftPx: left, topPx: top, widthPx, heightPx } = part;
  const crop = sharp(jpeg, DECODE).extract({ left, top, width: widthPx, height: heightPx });
  return toJpeg(crop.resize(width), 88);
}

/** The frame as a JPEG of at most `maxWidthPx`, without the metadata. @throws {AnprError} */
export async function shrinkFrame(jpeg: Uint8Array, maxWidthPx: number): Promise<Uint8Array> {
  measureJpeg(jpeg);
  return toJpeg(sharp(jpeg, DECODE).resize(maxWidthPx, null, { withoutEnlargement: true }), 80);
}

/** The frame with what the masks cover in black: nothing under them is left in its bytes. @throws {AnprError} */
export async function maskFrame(jpeg: Uint8Array, masks: readonly Mask[]): Promise<Uint8Array> {
  const { widthPx, heightPx } = measureJpeg(jpeg);
  const polygons = masks.map(
    (mask) =>
      `<polygon points="${mask.map(([x, y]) => `${x * widthPx},${y * heightPx}`).join(" ")}"/>`,
  );
  const cover = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${polygons.join("")}</svg>`;
  return toJpeg(sharp(jpeg, DECODE).composite([{ input: Buffer.from(cover) }]), 92);
}

async function toJpeg(picture: Sharp, quality: number): Promise<Uint8Array> {
  try {
    return await picture.jpeg({ quality }).toBuffer();
  } catch (cause) {
    throw new AnprError("bad_image", "the picture cannot be decoded", { cause });
  }
}
