import { atmosphereOf } from "./atmosphere.ts";
import { barrierHousing, entranceMesh } from "./entrance.ts";
import { laneCamera } from "./lane-camera.ts";
import type { LaneStyle } from "./lane-style.ts";
import { shaderFor } from "./lighting.ts";
import { nameSign } from "./name-sign.ts";
import { occlusionOf } from "./occlusion.ts";
import { rasterise } from "./rasteriser.ts";
import { paintSky } from "./sky.ts";
import { type Sprite, trimmed } from "./sprite.ts";
import { surroundingsOf } from "./surroundings.ts";

/** The empty lane, and what of it stands in front of vehicles. */
export interface Background {
  /** RGB. */
  pixels: Uint8Array;
  foreground: Sprite;
}

/** Draws the empty lane. Takes about a second: keep the answer. */
export async function drawBackground(
  style: LaneStyle,
  timeOfDay: "day" | "night",
  widthPx: number,
  heightPx: number,
): Promise<Background> {
  const camera = laneCamera(style, widthPx, heightPx);
  const air = atmosphereOf(style, timeOfDay);
  const mesh = entranceMesh(style, timeOfDay === "night", await nameSign(style.sign));
  const bounds = { x: 1.5 * style.side, y: 2, z: 20, radius: 21 };
  const occlusion = occlusionOf(mesh, bounds, air, 2048, 384);
  const shade = shaderFor(mesh, camera, air, occlusion, surroundingsOf(air));
  const region = { leftPx: 0, topPx: 0, widthPx, heightPx };
  const picture = rasterise(mesh, camera, region, shade);
  paintSky(picture, camera, style, air);
  darkenCorners(picture, widthPx, heightPx);
  const housing = rasterise(barrierHousing(style), camera, region, (_hit, _material, out) => {
    out[3] = 1;
  });
  for (let i = 0; i < housing.length; i += 4)
    if (housing[i + 3]) for (let c = 0; c < 3; c++) housing[i + c] = picture[i + c] as number;
  return { pixels: withoutAlpha(picture), foreground: trimmed(region, housing) };
}

/** A lens gives its corners less light. */
function darkenCorners(picture: Uint8Array, widthPx: number, heightPx: number): void {
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const dx = (x / widthPx - 0.5) * 2;
      const dy = (y / heightPx - 0.5) * 2;
      const square = (dx * dx + dy * dy) / 2;
      const left = 1 - 0.26 * square * square;
      const at = (y * widthPx + x) * 4;
      for (let c = 0; c < 3; c++) picture[at + c] = (picture[at + c] as number) * left;
    }
}

function withoutAlpha(pixels: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((pixels.length / 4) * 3);
  for (let i = 0, j = 0; i < pixels.length; i += 4, j += 3) {
    rgb[j] = pixels[i] as number;
    rgb[j + 1] = pixels[i + 1] as number;
    rgb[j + 2] = pixels[i + 2] as number;
  }
  return rgb;
}
