import type { Box } from "@portero/access";
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

async function toJpeg(picture: Sharp, quality: number): Promise<Uint8Array> {
  try {
    return await picture.jpeg({ quality }).toBuffer();
  } catch (cause) {
    throw new AnprError("bad_image", "the picture cannot be decoded", { cause });
  }
}
