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
  const isDark = air.sunColour[1] < 0.5;
  for (let row = 0; row < heightPx; row++)
    for (let column = 0; column < widthPx; column++) {
      const at = (row * widthPx + column) * 4;
      const alpha = (picture[at + 3] as number) / 255;
      if (alpha === 1) continue;
      const dx = (column - camera.axisXPx) / camera.focalPx;
      const dy = Math.max(0, (camera.axisYPx - row) / camera.focalPx);
      const up = Math.min(1, dy * 3.2) ** 0.8;
      const ridge = 0.018 + 0.05 * fractal2(dx * 5 + (style.seed % 91), 3, 4, 17);
      const hill = Math.min(1, Math.max(0, (ridge - dy) * camera.focalPx * 0.7));
      // Clouds lie in a layer: they crowd towards the horizon.
      const depth = 0.22 / (dy + 0.06);
      const cloud = fractal2(dx * depth * 4 + 40 + (style.seed % 57), depth * 5, 5, 23);
      const cover = Math.min(1, Math.max(0, (cloud - 0.68 + style.cloudiness * 0.3) * 4.5));
      const shaded = 0.75 + 0.5 * Math.min(1, Math.max(0, (cloud - 0.5) * 2));
      const light: number[] = [];
      for (let c = 0; c < 3; c++) {
        const horizon = air.horizon[c] as number;
        let value = horizon + ((air.zenith[c] as number) - horizon) * up;
        const white = isDark ? horizon * 1.1 : 1.25 * shaded * (c === 2 ? 1.02 : 1);
        value += (white - value) * cover * (isDark ? 0.5 : 0.85);
        const far = horizon * (isDark ? 0.35 : ([0.3, 0.36, 0.4][c] as number));
        light.push(value + (far - value) * hill * 0.9);
      }
      if (air.monochrome) light.fill(((light[0] as number) + (light[1] as number)) / 2);
      for (let c = 0; c < 3; c++)
        picture[at + c] =
          (picture[at + c] as number) * alpha +
          toneOf((light[c] as number) * air.exposure) * (1 - alpha) +
          0.5;
      picture[at + 3] = 255;
    }
}
