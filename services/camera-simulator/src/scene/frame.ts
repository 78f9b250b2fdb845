import { type Camera, projectX, projectY } from "./camera.ts";
import type { PlateImage } from "./plate-image.ts";

/** A picture in the making: RGB, 8 bits. */
export interface Frame {
  widthPx: number;
  heightPx: number;
  data: Uint8Array;
}

/** How a plate takes the light: display value = colour × gain + lift. */
export interface PlateLight {
  gain: readonly [number, number, number];
  lift: number;
  monochrome: boolean;
}

/** Hangs `plate` at (xM, yM) on an upright plane at distance zM, in perspective. */
export function placePlate(
  frame: Frame,
  camera: Camera,
  plate: PlateImage,
  xM: number,
  yM: number,
  zM: number,
  light: PlateLight,
): void {
  const perMetre = camera.focalPx / (zM - camera.z);
  const middleX = projectX(camera, xM, zM);
  const middleY = projectY(camera, yM, zM);
  const cosine = Math.cos(plate.tilt);
  const sine = Math.sin(plate.tilt);
  const halfW = (plate.widthM / 2) * perMetre;
  const halfH = (plate.heightM / 2) * perMetre;
  const reachX = halfW + halfH * Math.abs(sine) + 1;
  const reachY = halfH + halfW * Math.abs(sine) + 1;
  const { widthPx, heightPx, data } = plate.texture;
  // As many samples per pixel as texels fall on it, so that far plates do not flicker.
  const n = Math.max(1, Math.min(5, Math.ceil(widthPx / (2 * halfW))));
  const x0 = Math.max(0, Math.floor(middleX - reachX));
  const x1 = Math.min(frame.widthPx, Math.ceil(middleX + reachX));
  const y0 = Math.max(0, Math.floor(middleY - reachY));
  const y1 = Math.min(frame.heightPx, Math.ceil(middleY + reachY));
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      let r = 0;
      let g = 0;
      let b = 0;
      let alpha = 0;
      let glare = 0;
      for (let j = 0; j < n; j++)
        for (let i = 0; i < n; i++) {
          const dx = x + (i + 0.5) / n - middleX;
          const dy = y + (j + 0.5) / n - middleY;
          const u = ((dx * cosine + dy * sine) / halfW + 1) / 2;
          const v = ((dy * cosine - dx * sine) / halfH + 1) / 2;
          if (u < 0 || v < 0 || u >= 1 || v >= 1) continue;
          const at = (((v * heightPx) | 0) * widthPx + ((u * widthPx) | 0)) * 4;
          const cover = data[at + 3] as number;
          r += cover * (data[at] as number);
          g += cover * (data[at + 1] as number);
          b += cover * (data[at + 2] as number);
          alpha += cover;
          glare += cover * (1 - v);
        }
      if (alpha === 0) continue;
      r /= alpha;
      g /= alpha;
      b /= alpha;
      // The upper edge mirrors a little more sky than the lower.
      const lift = light.lift * (0.6 + (0.8 * glare) / alpha);
      if (light.monochrome) r = g = b = 0.45 * r + 0.4 * g + 0.15 * b;
      const cover = alpha / (n * n * 255);
      const at = (y * frame.widthPx + x) * 3;
      const put = (k: number, value: number) => {
        const lit = Math.min(255, value * (light.gain[k] as number) + lift);
        const under = frame.data[at + k] as number;
        frame.data[at + k] = under + (lit - under) * cover + 0.5;
      };
      put(0, r);
      put(1, g);
      put(2, b);
    }
}

/** Adds light around (x, y) that falls off over `radiusPx`, as a lens spreads a bright lamp. */
export function addGlow(
  frame: Frame,
  x: number,
  y: number,
  radiusPx: number,
  colour: readonly [number, number, number],
): void {
  const x0 = Math.max(0, Math.floor(x - radiusPx));
  const x1 = Math.min(frame.widthPx, Math.ceil(x + radiusPx));
  const y0 = Math.max(0, Math.floor(y - radiusPx));
  const y1 = Math.min(frame.heightPx, Math.ceil(y + radiusPx));
  const square = radiusPx * radiusPx;
  for (let py = y0; py < y1; py++)
    for (let px = x0; px < x1; px++) {
      const d = ((px - x) * (px - x) + (py - y) * (py - y)) / square;
      if (d >= 1) continue;
      const core = (1 - d) * (1 - d);
      const power = core * (0.26 * core * core + 0.8 / (1 + d * 240));
      const at = (py * frame.widthPx + px) * 3;
      for (let k = 0; k < 3; k++) {
        const value = (frame.data[at + k] as number) + power * (colour[k] as number);
        frame.data[at + k] = Math.min(255, value);
      }
    }
}
