import { AnprError } from "./anpr-error.ts";

/** Largest picture that is decoded; a 4K frame has 8.3 million pixels. */
export const MAX_PIXELS = 20_000_000;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Width and height from a JPEG's frame header, without decoding. @throws {AnprError} `bad_image` where
 * the bytes are no JPEG, `too_large` beyond 20 megapixels or 16 MiB.
 */
export function measureJpeg(jpeg: Uint8Array): { widthPx: number; heightPx: number } {
  if (jpeg.length > MAX_BYTES) {
    throw new AnprError("too_large", `picture of ${jpeg.length} bytes, at most ${MAX_BYTES}`);
  }
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8 || jpeg[2] !== 0xff) {
    throw new AnprError("bad_image", "the picture is not a JPEG");
  }
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let offset = 2;
  while (offset + 9 < jpeg.length && view.getUint8(offset) === 0xff) {
    const marker = view.getUint8(offset + 1);
    if (marker === 0xff || isStandalone(marker)) {
      offset += marker === 0xff ? 1 : 2;
      continue;
    }
    if (isFrameHeader(marker)) {
      const heightPx = view.getUint16(offset + 5);
      const widthPx = view.getUint16(offset + 7);
      if (widthPx < 1 || heightPx < 1) break;
      if (widthPx * heightPx > MAX_PIXELS) {
        const size = `${widthPx} x ${heightPx}`;
        throw new AnprError("too_large", `picture of ${size} pixels, at most ${MAX_PIXELS}`);
      }
      return { widthPx, heightPx };
    }
    offset += 2 + view.getUint16(offset + 2);
  }
  throw new AnprError("bad_image", "the JPEG has no frame header: it is cut off or damaged");
}

/** Restart markers and TEM have no length field (ITU-T T.81, table B.1). */
function isStandalone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** SOF0 to SOF15 without DHT, JPG and DAC. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
