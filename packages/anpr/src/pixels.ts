import type { Box } from "@portero/access";
import sharp, { type Region as ExtractRegion, type Sharp } from "sharp";
import { AnprError } from "./anpr-error.ts";
import { MAX_PIXELS } from "./jpeg.ts";
import { blacken, type MaskedFrame } from "./masks.ts";

/** Raw pixels: `Uint8Array`, rows from the top, `channels` bytes a pixel (RGB or grey), 0..255. */
export interface Pixels {
  bytes: Uint8Array;
  widthPx: number;
  heightPx: number;
  channels: 1 | 3;
}

/** A part of a frame in full resolution, and where its top left corner lies in the frame. */
export interface Region extends Pixels {
  leftPx: number;
  topPx: number;
}

/** Sets what sharp does process-wide: one thread a call, no cache of files. */
export function tameSharp(): void {
  sharp.concurrency(1);
  sharp.cache(false);
}

/** How every picture is opened: a cut-off one is an error, a slightly damaged one is not. */
export const DECODE = { limitInputPixels: MAX_PIXELS, failOn: "truncated" } as const;

/** One frame, decoded as little as its use asks for. */
export interface DecodedFrame {
  /** Of the frame. */
  widthPx: number;
  heightPx: number;
  /** The part `roi` (frame pixels), scaled by `scale`, as RGB. @throws {AnprError} `bad_image` */
  scaled(roi: Box, scale: number): Promise<Pixels>;
  /** A part of the frame in full resolution as RGB. @throws {AnprError} `bad_image` */
  region(box: Box): Promise<Region>;
  /** Gives the memory back; nothing can be asked for afterwards. */
  release(): void;
}

/**
 * Gives a decoded picture's memory back at once. Left to the garbage collector, a few megabytes a frame make it go
 * through the whole heap for every second frame, which costs more than the decoding.
 */
export function releasePixels({ bytes }: Pixels): void {
  const { buffer } = bytes;
  // A small `Buffer` may share its memory with others.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}

/** Up to this size one whole decode is cheaper than a scaled one and another of the plate's region. */
const WHOLE_DECODE_MAX_PIXELS = 2_200_000;

/** Opens a frame whose plates are to be looked for and, where there are any, read. */
export async function openFrame(jpeg: Uint8Array, frame: MaskedFrame): Promise<DecodedFrame> {
  if (frame.widthPx * frame.heightPx > WHOLE_DECODE_MAX_PIXELS) {
    return {
      ...frame,
      scaled: (roi, scale) => decodeScaled(jpeg, frame, roi, scale),
      region: (box) => decodeRegion(jpeg, frame, box),
      release: () => {},
    };
  }
  const whole = await toRgb(sharp(jpeg, DECODE));
  blacken(whole, wholeOf(frame), frame);
  return decodedFrame({ ...whole, leftPx: 0, topPx: 0 }, frame);
}

/** Opens a part of a frame: what lies outside of `box` is not decoded and not asked for. */
export async function openRegion(
  jpeg: Uint8Array,
  frame: MaskedFrame,
  box: Box,
): Promise<DecodedFrame> {
  return decodedFrame(await decodeRegion(jpeg, frame, box), frame);
}

function decodedFrame(
  known: Region,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): DecodedFrame {
  return {
    widthPx,
    heightPx,
    scaled: (roi, scale) => {
      const inside = {
        ...roi,
        leftPx: roi.leftPx - known.leftPx,
        topPx: roi.topPx - known.topPx,
      };
      const picture = pictureOf(known).extract(extractOf(inside));
      const kernel = scale < 1 ? "linear" : "cubic";
      const toWidthPx = Math.max(1, Math.round(roi.widthPx * scale));
      const toHeightPx = Math.max(1, Math.round(roi.heightPx * scale));
      return toRgb(picture.resize(toWidthPx, toHeightPx, { fit: "fill", kernel }));
    },
    region: async (box) => cutOut(known, intersectionOf(box, known)),
    release: () => releasePixels(known),
  };
}

function intersectionOf(a: Box, b: Box): Box {
  const leftPx = Math.max(a.leftPx, b.leftPx);
  const topPx = Math.max(a.topPx, b.topPx);
  const widthPx = Math.min(a.leftPx + a.widthPx, b.leftPx + b.widthPx) - leftPx;
  const heightPx = Math.min(a.topPx + a.heightPx, b.topPx + b.heightPx) - topPx;
  return { leftPx, topPx, widthPx: Math.max(0, widthPx), heightPx: Math.max(0, heightPx) };
}

/** Copies the part of a region that lies in `box`, in pixels of the frame. */
export function cutOut({ bytes, widthPx, channels, leftPx, topPx }: Region, box: Box): Region {
  const rowBytes = box.widthPx * channels;
  const part = new Uint8Array(rowBytes * box.heightPx);
  for (let row = 0; row < box.heightPx; row++) {
    const from = ((box.topPx - topPx + row) * widthPx + box.leftPx - leftPx) * channels;
    part.set(bytes.subarray(from, from + rowBytes), row * rowBytes);
  }
  return { ...box, bytes: part, channels };
}

/** Two parts of about one height as one picture. */
export function beside(left: Pixels, right: Pixels): Pixels {
  const { channels } = left;
  const widthPx = left.widthPx + right.widthPx;
  const heightPx = Math.min(left.heightPx, right.heightPx);
  const bytes = new Uint8Array(widthPx * heightPx * channels);
  for (const [part, fromPx] of [
    [left, 0],
    [right, left.widthPx],
  ] as const) {
    const rowBytes = part.widthPx * channels;
    for (let row = 0; row < heightPx; row++) {
      const pixels = part.bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
      bytes.set(pixels, (row * widthPx + fromPx) * channels);
    }
  }
  return { bytes, widthPx, heightPx, channels };
}

/** Pixels as sharp takes them. */
export function pictureOf({ bytes, widthPx, heightPx, channels }: Pixels): Sharp {
  return sharp(bytes, { raw: { width: widthPx, height: heightPx, channels } });
}

/** Scales while it decodes, which halves the cost for large pictures. */
async function decodeScaled(
  jpeg: Uint8Array,
  frame: MaskedFrame,
  roi: Box,
  scale: number,
): Promise<Pixels> {
  const widthPx = Math.round(roi.widthPx * scale);
  const heightPx = Math.round(roi.heightPx * scale);
  const kernel = scale < 1 ? "linear" : "cubic";
  const picture = sharp(jpeg, DECODE);
  const isWhole = roi.widthPx === frame.widthPx && roi.heightPx === frame.heightPx;
  if (isWhole || scale >= 1) {
    if (!isWhole) picture.extract(extractOf(roi));
    picture.resize(widthPx, heightPx, { fit: "fill", kernel });
  } else {
    const fullWidthPx = Math.round(frame.widthPx * scale);
    const fullHeightPx = Math.round(frame.heightPx * scale);
    picture.resize(fullWidthPx, fullHeightPx, { fit: "fill", kernel }).extract({
      left: Math.min(Math.round(roi.leftPx * scale), fullWidthPx - widthPx),
      top: Math.min(Math.round(roi.topPx * scale), fullHeightPx - heightPx),
      width: widthPx,
      height: heightPx,
    });
  }
  const pixels = await toRgb(picture);
  blacken(pixels, roi, frame);
  return pixels;
}

/** A part of a picture in full resolution as RGB; `box` lies within the frame. @throws {AnprError} */
export async function decodeRegion(
  picture: Uint8Array,
  frame: MaskedFrame,
  box: Box,
): Promise<Region> {
  const pixels = await toRgb(sharp(picture, DECODE).extract(extractOf(box)));
  blacken(pixels, box, frame);
  return { ...pixels, leftPx: box.leftPx, topPx: box.topPx };
}

/** The part `roi` of a JPEG as a small grey picture. @throws {AnprError} */
export async function decodeThumbnail(
  jpeg: Uint8Array,
  frame: MaskedFrame,
  roi: Box,
  widthPx: number,
): Promise<Pixels> {
  const scale = widthPx / roi.widthPx;
  return toGrey(await decodeScaled(jpeg, frame, roi, scale));
}

/** Width and height of a picture of any format. @throws {AnprError} `bad_image` */
export async function measurePicture(
  picture: Uint8Array,
): Promise<{ widthPx: number; heightPx: number }> {
  try {
    const { width, height } = await sharp(picture, DECODE).metadata();
    return { widthPx: width, heightPx: height };
  } catch (cause) {
    throw new AnprError("bad_image", "the file is not a picture", { cause });
  }
}

/** RGB pixels stretched to another size. */
export async function resizeRgb(
  pixels: Pixels,
  toWidthPx: number,
  toHeightPx: number,
): Promise<Pixels> {
  return toRgb(pictureOf(pixels).resize(toWidthPx, toHeightPx, { fit: "fill", kernel: "cubic" }));
}

/** Luma (Rec. 601, as in training) of RGB pixels. */
export function toGrey({ bytes, widthPx, heightPx, channels }: Pixels): Pixels {
  if (channels === 1) return { bytes, widthPx, heightPx, channels };
  const grey = new Uint8Array(widthPx * heightPx);
  for (let i = 0, o = 0; o < grey.length; i += 3, o++) {
    grey[o] =
      0.299 * (bytes[i] as number) +
      0.587 * (bytes[i + 1] as number) +
      0.114 * (bytes[i + 2] as number) +
      0.5;
  }
  return { bytes: grey, widthPx, heightPx, channels: 1 };
}

/** RGB pixels shrunk to a small grey picture by averaging. */
export function shrinkGrey(picture: Pixels, toWidthPx: number): Pixels {
  const { bytes, widthPx, heightPx } = picture;
  const width = Math.min(toWidthPx, widthPx);
  const height = Math.max(1, Math.round((heightPx * width) / widthPx));
  const sums = new Float32Array(width * height);
  const counts = new Float32Array(width * height);
  for (let y = 0, i = 0; y < heightPx; y++) {
    const row = Math.floor((y * height) / heightPx) * width;
    for (let x = 0; x < widthPx; x++, i += 3) {
      const o = row + Math.floor((x * width) / widthPx);
      const luma =
        0.299 * (bytes[i] as number) +
        0.587 * (bytes[i + 1] as number) +
        0.114 * (bytes[i + 2] as number);
      sums[o] = (sums[o] as number) + luma;
      counts[o] = (counts[o] as number) + 1;
    }
  }
  const grey = Uint8Array.from(sums, (sum, o) => sum / (counts[o] as number) + 0.5);
  return { bytes: grey, widthPx: width, heightPx: height, channels: 1 };
}

/** The whole frame as a box. */
export function wholeOf({ widthPx, heightPx }: { widthPx: number; heightPx: number }): Box {
  return { leftPx: 0, topPx: 0, widthPx, heightPx };
}

/** The whole pixels of the frame that a box, widened by a share of its size, touches. */
export function pixelsWithin(
  box: Box,
  frame: { widthPx: number; heightPx: number },
  marginX = 0,
  marginY = 0,
): Box {
  const clampX = (x: number) => Math.max(0, Math.min(frame.widthPx, x));
  const clampY = (y: number) => Math.max(0, Math.min(frame.heightPx, y));
  const leftPx = clampX(Math.floor(box.leftPx - marginX * box.widthPx));
  const topPx = clampY(Math.floor(box.topPx - marginY * box.heightPx));
  const rightPx = clampX(Math.ceil(box.leftPx + (1 + marginX) * box.widthPx));
  const bottomPx = clampY(Math.ceil(box.topPx + (1 + marginY) * box.heightPx));
  return { leftPx, topPx, widthPx: rightPx - leftPx, heightPx: bottomPx - topPx };
}

/** Decodes to RGB. @throws {AnprError} `bad_image` */
export async function toRgb(picture: Sharp): Promise<Pixels> {
  try {
    const { data, info } = await picture
      .removeAlpha()
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    const bytes = info.channels === 1 ? tripled(data) : data;
    return { bytes, widthPx: info.width, heightPx: info.height, channels: 3 };
  } catch (cause) {
    throw new AnprError("bad_image", "the picture cannot be decoded", { cause });
  }
}

function tripled(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = grey[(i / 3) | 0] as number;
  return rgb;
}

function extractOf({ leftPx, topPx, widthPx, heightPx }: Box): ExtractRegion {
  return { left: leftPx, top: topPx, width: widthPx, height: heightPx };
}
