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
  const spans = new Int32Array(height * 2);
  for (let y = 0; y < height; y++) {
    let first = width;
    let last = -1;
    const sourceY = top - 1 + y;
    for (let x = 0; x < width && sourceY >= 0 && sourceY < heightPx; x++) {
      const sourceX = left - 1 + x;
      if (sourceX < 0 || sourceX >= widthPx) continue;
      const from = (sourceY * widthPx + sourceX) * 4;
      const alpha = picture[from + 3] as number;
      if (alpha < visible) continue;
      first = Math.min(first, x);
      last = x;
      const to = (y * width + x) * 4;
      for (let k = 0; k < 3; k++)
        pixels[to + k] = ((picture[from + k] as number) * alpha + 127) / 255;
      pixels[to + 3] = alpha;
    }
    spans[y * 2] = first;
    spans[y * 2 + 1] = last;
  }
  return {
    region: {
      leftPx: region.leftPx + left - 1,
      topPx: region.topPx + top - 1,
      widthPx: width,
      heightPx: height,
    },
    pixels,
    spans,
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
