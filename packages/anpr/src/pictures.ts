import type { Box, Mask } from "@portero/access";
import sharp, { type Sharp } from "sharp";
import { AnprError } from "./anpr-error.ts";
import { measureJpeg } from "./jpeg.ts";
import { blacken, type MaskedFrame } from "./masks.ts";
import { DECODE, pictureOf, pixelsWithin, toRgb, wholeOf } from "./pixels.ts";

/** A guard recognises a plate best with a little of the bumper around it. */
const MARGIN_X = 0.25;
const MARGIN_Y = 0.5;
const CROP_MIN_WIDTH_PX = 240;
const CROP_MAX_WIDTH_PX = 480;

/** The plate with a margin as a JPEG of 240 to 480 pixels' width, black where the masks are. @throws {AnprError} */
export async function cropPlate(
  jpeg: Uint8Array,
  box: Box,
  masks: readonly Mask[],
): Promise<Uint8Array> {
  const frame = { ...measureJpeg(jpeg), masks };
  const part = pixelsWithin(box, frame, MARGIN_X, MARGIN_Y);
  if (part.widthPx < 1 || part.heightPx < 1) {
    throw new AnprError("bad_image", "the plate's box lies outside the picture");
  }
  const widthPx = Math.max(CROP_MIN_WIDTH_PX, Math.min(CROP_MAX_WIDTH_PX, part.widthPx));
  return cutOutJpeg(jpeg, part, frame, widthPx, 88);
}

/** The frame as a JPEG of at most `maxWidthPx`, without the metadata, black where the masks are. @throws {AnprError} */
export async function shrinkFrame(
  jpeg: Uint8Array,
  maxWidthPx: number,
  masks: readonly Mask[],
): Promise<Uint8Array> {
  const frame = { ...measureJpeg(jpeg), masks };
  return cutOutJpeg(jpeg, wholeOf(frame), frame, Math.min(maxWidthPx, frame.widthPx), 80);
}

async function cutOutJpeg(
  jpeg: Uint8Array,
  part: Box,
  frame: MaskedFrame,
  widthPx: number,
  quality: number,
): Promise<Uint8Array> {
  const heightPx = Math.max(1, Math.round((part.heightPx * widthPx) / part.widthPx));
  const { leftPx: left, topPx: top, widthPx: width, heightPx: height } = part;
  const picture = sharp(jpeg, DECODE)
    .extract({ left, top, width, height })
    .resize(widthPx, heightPx, { fit: "fill" });
  if (frame.masks.length === 0) return toJpeg(picture, quality);
  const pixels = await toRgb(picture);
  blacken(pixels, part, frame);
  return toJpeg(pictureOf(pixels), quality);
}

async function toJpeg(picture: Sharp, quality: number): Promise<Uint8Array> {
  try {
    return await picture.jpeg({ quality }).toBuffer();
  } catch (cause) {
    throw new AnprError("bad_image", "the picture cannot be decoded", { cause });
  }
}
