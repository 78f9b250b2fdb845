import type { Region } from "./camera.ts";
import type { Frame } from "./frame.ts";

/** A drawn object with its place in the picture of the camera that it was drawn for. */
export interface Sprite {
  region: Region;
  /** RGBA with the colours already multiplied by the coverage. */
  pixels: Uint8Array;
  /** First and last covered column of each row; first > last where there is none. */
  spans: Int32Array;
}

/** `sprite` at half its size, so that it can be drawn small without flicker. */
export function halved(sprite: Sprite): Sprite {
  const { region, pixels } = sprite;
  const widthPx = Math.max(2, region.widthPx >> 1);
  const heightPx = Math.max(2, region.heightPx >> 1);
  const picture = new Uint8Array(widthPx * heightPx * 4);
  const stride = region.widthPx * 4;
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const from = y * 2 * stride + x * 8;
      const to = (y * widthPx + x) * 4;
      for (let k = 0; k < 4; k++)
        picture[to + k] =
          ((pixels[from + k] as number) +
            (pixels[from + 4 + k] as number) +
            (pixels[from + stride + k] as number) +
            (pixels[from + stride + 4 + k] as number) +
            2) >>
          2;
    }
  const half = { leftPx: region.leftPx / 2, topPx: region.topPx / 2, widthPx, heightPx };
  return { region: half, pixels: picture, spans: spansOf(picture, widthPx, heightPx) };
}

function spansOf(pixels: Uint8Array, widthPx: number, heightPx: number): Int32Array {
  const spans = new Int32Array(heightPx * 2);
  for (let y = 0; y < heightPx; y++) {
    const row = y * widthPx * 4 + 3;
    let first = 0;
    while (first < widthPx && pixels[row + first * 4] === 0) first++;
    let last = widthPx - 1;
    while (last >= first && pixels[row + last * 4] === 0) last--;
    spans[y * 2] = first;
    spans[y * 2 + 1] = last;
  }
  return spans;
}

/** Cuts a picture (RGBA, straight alpha) down to what is covered. */
export function trimmed(region: Region, picture: Uint8Array): Sprite {
  const { widthPx, heightPx } = region;
  const visible = 6;
  let top = heightPx;
  let bottom = -1;
  let left = widthPx;
  let right = -1;
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++)
      if ((picture[(y * widthPx + x) * 4 + 3] as number) >= visible) {
        top = Math.min(top, y);
        bottom = y;
        left = Math.min(left, x);
        right = Math.max(right, x);
      }
  // One empty pixel all around, so that scaling fades into nothing.
  const width = Math.max(2, right - left + 3);
  const height = Math.max(2, bottom - top + 3);
  const pixels = new Uint8Array(width * height * 4);
  for (let y = Math.max(0, top); y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const from = (y * widthPx + x) * 4;
      const alpha = picture[from + 3] as number;
      if (alpha < visible) continue;
      const to = ((y - top + 1) * width + x - left + 1) * 4;
      for (let k = 0; k < 3; k++)
        pixels[to + k] = ((picture[from + k] as number) * alpha + 127) / 255;
      pixels[to + 3] = alpha;
    }
  return {
    region: {
      leftPx: region.leftPx + left - 1,
      topPx: region.topPx + top - 1,
      widthPx: width,
      heightPx: height,
    },
    pixels,
    spans: spansOf(pixels, width, height),
  };
}

/** Lays `sprite` over `frame`, scaled by `scale` about the point (fromX, fromY) → (toX, toY). */
export function placeSprite(
  frame: Frame,
  sprite: Sprite,
  [fromX, fromY]: readonly [number, number],
  [toX, toY]: readonly [number, number],
  scale: number,
): void {
  const { region, pixels, spans } = sprite;
  const left = toX + (region.leftPx - fromX) * scale;
  const top = toY + (region.topPx - fromY) * scale;
  const y0 = Math.max(0, Math.floor(top));
  const y1 = Math.min(frame.heightPx, Math.ceil(top + region.heightPx * scale));
  const maxX = region.widthPx - 1;
  const maxY = region.heightPx - 1;
  const stride = region.widthPx * 4;
  const { data } = frame;
  for (let y = y0; y < y1; y++) {
    const sy = Math.min(maxY, Math.max(0, (y + 0.5 - top) / scale - 0.5));
    const iy = Math.min(maxY - 1, sy | 0);
    const fy = sy - iy;
    const first = Math.min(spans[iy * 2] as number, spans[iy * 2 + 2] as number);
    const last = Math.max(spans[iy * 2 + 1] as number, spans[iy * 2 + 3] as number);
    if (first > last) continue;
    const x0 = Math.max(0, Math.floor(left + (first - 0.5) * scale));
    const x1 = Math.min(frame.widthPx, Math.ceil(left + (last + 1.5) * scale));
    for (let x = x0; x < x1; x++) {
      const sx = Math.min(maxX, Math.max(0, (x + 0.5 - left) / scale - 0.5));
      const ix = Math.min(maxX - 1, sx | 0);
      const fx = sx - ix;
      const a = iy * stride + ix * 4;
      const c = a + stride;
      const wb = fx * (1 - fy);
      const wc = fy - fx * fy;
      const wd = fx * fy;
      const wa = 1 - wb - wc - wd;
      const alpha =
        wa * (pixels[a + 3] as number) +
        wb * (pixels[a + 7] as number) +
        wc * (pixels[c + 3] as number) +
        wd * (pixels[c + 7] as number);
      if (alpha < 1) continue;
      const rest = 1 - alpha / 255;
      const at = (y * frame.widthPx + x) * 3;
      data[at] =
        wa * (pixels[a] as number) +
        wb * (pixels[a + 4] as number) +
        wc * (pixels[c] as number) +
        wd * (pixels[c + 4] as number) +
        rest * (data[at] as number) +
        0.5;
      data[at + 1] =
        wa * (pixels[a + 1] as number) +
        wb * (pixels[a + 5] as number) +
        wc * (pixels[c + 1] as number) +
        wd * (pixels[c + 5] as number) +
        rest * (data[at + 1] as number) +
        0.5;
      data[at + 2] =
        wa * (pixels[a + 2] as number) +
        wb * (pixels[a + 6] as number) +
        wc * (pixels[c + 2] as number) +
        wd * (pixels[c + 6] as number) +
        rest * (data[at + 2] as number) +
        0.5;
    }
  }
}
