import { type Camera, projectX, projectY, type Region } from "./camera.ts";
import { type Atmosphere, type Occlusion, occlusionOf, shaderFor } from "./lighting.ts";
import { type Mesh, moved } from "./mesh.ts";
import { rasterise } from "./rasteriser.ts";

/** A drawn object with its place in the picture of the camera that it was drawn for. */
export interface Sprite {
  region: Region;
  pixels: Uint8Array;
}

/** A model standing at the origin with what it shades. */
export interface Model {
  mesh: Mesh;
  occlusion: Occlusion;
}

export function modelOf(mesh: Mesh, air: Atmosphere, lengthM: number): Model {
  const bounds = { x: 0, y: 0.6, z: lengthM / 2, radius: lengthM * 0.62 + 0.8 };
  return { mesh, occlusion: occlusionOf(mesh, bounds, air.sun, 768, 200) };
}

/** Draws `model` with its nose at (xM, 0, zM). */
export function drawModel(
  model: Model,
  camera: Camera,
  air: Atmosphere,
  xM: number,
  zM: number,
): Sprite {
  const mesh = moved(model.mesh, [xM, 0, zM]);
  const region = regionOf(mesh, camera);
  const shade = shaderFor(mesh, camera, air, model.occlusion, [xM, 0, zM]);
  return { region, pixels: rasterise(mesh, camera, region, shade) };
}

/** The part of the frame, with a small margin, that `mesh` can cover. */
function regionOf(mesh: Mesh, camera: Camera): Region {
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  const { positions } = mesh;
  for (let i = 0; i < positions.length; i += 3) {
    const z = Math.max(0.3, positions[i + 2] as number);
    const x = projectX(camera, positions[i] as number, z);
    const y = projectY(camera, positions[i + 1] as number, z);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const leftPx = Math.floor(Math.max(0, left));
  const topPx = Math.floor(Math.max(0, top));
  const rightPx = Math.ceil(Math.min(camera.widthPx, right));
  const bottomPx = Math.ceil(Math.min(camera.heightPx, bottom));
  return {
    leftPx,
    topPx,
    widthPx: Math.max(1, rightPx - leftPx),
    heightPx: Math.max(1, bottomPx - topPx),
  };
}
