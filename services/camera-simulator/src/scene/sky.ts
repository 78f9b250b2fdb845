import type { Camera } from "./camera.ts";
import type { LaneStyle } from "./lane-style.ts";
import type { Atmosphere } from "./lighting.ts";
import { fractal2 } from "./random.ts";
import { toneOf } from "./tone.ts";

/** Fills what `picture` (RGBA) leaves open with sky, clouds and hills, and makes it opaque. */
export function paintSky(
  picture: Uint8Array,
  camera: Camera,
  style: LaneStyle,
  air: Atmosphere,
): void {
  const { widthPx, heightPx } = camera;
  const light: [number, number, number] = [0, 0, 0];
  for (let row = 0; row < heightPx; row++)
    for (let column = 0; column < widthPx; column++) {
      const at = (row * widthPx + column) * 4;
      const alpha = (picture[at + 3] as number) / 255;
      if (alpha === 1) continue;
      const dx = (column - camera.axisXPx) / camera.focalPx;
      const dy = Math.max(0, (camera.axisYPx - row) / camera.focalPx);
      skyAt(dx, dy, camera.focalPx, style, air, light);
      for (let c = 0; c < 3; c++)
        picture[at + c] =
          (picture[at + c] as number) * alpha +
          toneOf((light[c] as number) * air.exposure) * (1 - alpha) +
          0.5;
      picture[at + 3] = 255;
    }
}

const CLOUD = [1.32, 1.3, 1.3];
/** Shares of the light at the horizon: woods, seen through haze. */
const FAR_HILLS = [0.42, 0.47, 0.44];
const HILLS = [0.2, 0.29, 0.2];

/** Light from the sky at the slopes (dx, dy) off the lane's vanishing point, into `light`. */
function skyAt(
  dx: number,
  dy: number,
  focalPx: number,
  style: LaneStyle,
  air: Atmosphere,
  light: [number, number, number],
): void {
  const isDark = air.sunColour[1] < 0.5;
  const up = Math.min(1, dy * 4.5) ** 0.7;
  // Clouds lie in a layer: they crowd and flatten towards the horizon.
  const depth = 0.3 / (dy + 0.05);
  const shift = style.seed % 57;
  const shape = fractal2(dx * depth * 5 + shift, depth * 6, 5, 23);
  const cover = smooth((shape - 0.66 + style.cloudiness * 0.34) * 3.6);
  const lit = fractal2(dx * depth * 5 + shift + 0.22, depth * 6 + 0.3, 4, 23);
  const shaded = 0.95 + 0.9 * (shape - lit);
  const [near, far] = [ridge(dx, 0.012, 0.034, 17, style), ridge(dx, 0.03, 0.055, 18, style)];
  const nearer = smooth((near - dy) * focalPx * 0.6);
  const farther = smooth((far - dy) * focalPx * 0.6);
  for (let c = 0; c < 3; c++) {
    const horizon = air.horizon[c] as number;
    let value = horizon + ((air.zenith[c] as number) - horizon) * up;
    const cloud = isDark ? horizon * 1.2 : (CLOUD[c] as number);
    value += (cloud * shaded - value) * cover * (isDark ? 0.5 : 0.92);
    value += (horizon * (isDark ? 0.35 : (FAR_HILLS[c] as number)) - value) * farther * 0.85;
    value += (horizon * (isDark ? 0.22 : (HILLS[c] as number)) - value) * nearer * 0.92;
    light[c] = value;
  }
  if (air.monochrome) light.fill((light[0] + light[1]) / 2);
}

function ridge(dx: number, low: number, height: number, layer: number, style: LaneStyle): number {
  return low + height * fractal2(dx * 4.5 + (style.seed % 91), layer, 5, layer);
}

function smooth(value: number): number {
  const t = Math.min(1, Math.max(0, value));
  return t * t * (3 - 2 * t);
}
