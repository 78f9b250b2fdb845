import { atmosphereOf } from "./atmosphere.ts";
import { entranceMesh, laneCamera } from "./entrance.ts";
import type { LaneStyle } from "./lane-style.ts";
import { occlusionOf, shaderFor } from "./lighting.ts";
import { rasterise } from "./rasteriser.ts";
import { paintSky } from "./sky.ts";

/** The empty lane as RGBA pixels. Takes about a second: keep the answer. */
export function drawBackground(
  style: LaneStyle,
  timeOfDay: "day" | "night",
  widthPx: number,
  heightPx: number,
): Uint8Array {
  const camera = laneCamera(style, widthPx, heightPx);
  const air = atmosphereOf(style, timeOfDay);
  const mesh = entranceMesh(style, timeOfDay === "night");
  const occlusion = occlusionOf(
    mesh,
    { x: 1.5 * style.side, y: 2, z: 20, radius: 21 },
    air.sun,
    2048,
    512,
  );
  const shade = shaderFor(mesh, camera, air, occlusion);
  const region = { leftPx: 0, topPx: 0, widthPx, heightPx };
  const picture = rasterise(mesh, camera, region, shade);
  paintSky(picture, camera, style, air);
  return picture;
}
