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
  const { region, spans } = sprite;
  const { widthPx, heightPx } = region;
  const colours = new Uint32Array(
    sprite.pixels.buffer,
    sprite.pixels.byteOffset,
    widthPx * heightPx,
  );
  const left = toX + (region.leftPx - fromX) * scale;
  const top = toY + (region.topPx - fromY) * scale;
  const y0 = Math.max(0, Math.floor(top));
  const y1 = Math.min(frame.heightPx, Math.ceil(top + heightPx * scale));
  // Places in the sprite in 1/256 of its pixels.
  const step = Math.round(65536 / scale);
  const limitX = (widthPx - 1) * 256 - 1;
  const limitY = (heightPx - 1) * 256 - 1;
  for (let y = y0; y < y1; y++) {
    const sy = clamp(Math.round(((y + 0.5 - top) / scale - 0.5) * 256), limitY);
    const iy = sy >> 8;
    const first = Math.min(spans[iy * 2] as number, spans[iy * 2 + 2] as number);
    const last = Math.max(spans[iy * 2 + 1] as number, spans[iy * 2 + 3] as number);
    if (first > last) continue;
    const x0 = Math.max(0, Math.floor(left + (first - 0.5) * scale));
    const x1 = Math.min(frame.widthPx, Math.ceil(left + (last + 1.5) * scale));
    const start = Math.round(((x0 + 0.5 - left) / scale - 0.5) * 65536);
    placeRow(frame.data, (y * frame.widthPx + x0) * 3, x1 - x0, colours, iy * widthPx, widthPx, {
      start,
      step,
      limit: limitX,
      down: sy & 255,
    });
  }
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, value));
}

/** How a row of the frame walks through the sprite: 1/65536 of a pixel, `down` 1/256. */
interface Walk {
  start: number;
  step: number;
  limit: number;
  down: number;
}

/**
 * Blends `count` pixels from `at` on. Two colour channels are weighted at once, as the two halves
 * of one integer: a frame has hundreds of thousands of such pixels.
 */
function placeRow(
  data: Uint8Array,
  at: number,
  count: number,
  colours: Uint32Array,
  row: number,
  widthPx: number,
  { start, step, limit, down }: Walk,
): void {
  const even = 0xff00ff;
  const up = 256 - down;
  let x = start;
  let to = at;
  for (let i = 0; i < count; i++, x += step, to += 3) {
    let sx = x >> 8;
    if (sx < 0) sx = 0;
    else if (sx > limit) sx = limit;
    const from = row + (sx >> 8);
    const a = colours[from] as number;
    const b = colours[from + 1] as number;
    const c = colours[from + widthPx] as number;
    const d = colours[from + widthPx + 1] as number;
    if ((a | b | c | d) === 0) continue;
    const right = sx & 255;
    const rest = 256 - right;
    const topRb = ((Math.imul(a & even, rest) + Math.imul(b & even, right)) >>> 8) & even;
    const topGa =
      ((Math.imul((a >>> 8) & even, rest) + Math.imul((b >>> 8) & even, right)) >>> 8) & even;
    const lowRb = ((Math.imul(c & even, rest) + Math.imul(d & even, right)) >>> 8) & even;
    const lowGa =
      ((Math.imul((c >>> 8) & even, rest) + Math.imul((d >>> 8) & even, right)) >>> 8) & even;
    const rb = ((Math.imul(topRb, up) + Math.imul(lowRb, down)) >>> 8) & even;
    const ga = ((Math.imul(topGa, up) + Math.imul(lowGa, down)) >>> 8) & even;
    const shows = 256 - (ga >>> 16) - (ga >>> 23);
    data[to] = (rb & 255) + (((data[to] as number) * shows) >> 8);
    data[to + 1] = (ga & 255) + (((data[to + 1] as number) * shows) >> 8);
    data[to + 2] = (rb >>> 16) + (((data[to + 2] as number) * shows) >> 8);
  }
}
