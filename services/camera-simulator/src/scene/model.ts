import { type Camera, projectX, projectY, type Region } from "./camera.ts";
import { type Atmosphere, shaderFor } from "./lighting.ts";
import type { Mesh } from "./mesh.ts";
import { bakeSkyLight, type Occlusion, occlusionOf } from "./occlusion.ts";
import { rasterise } from "./rasteriser.ts";
import { type Sprite, trimmed } from "./sprite.ts";
import { type Surroundings, surroundingsOf } from "./surroundings.ts";

/** Something that moves: its mesh about the origin, and the light that reaches it at a lane. */
export interface Model {
  mesh: Mesh;
  air: Atmosphere;
  occlusion: Occlusion;
  surroundings: Surroundings;
}

/** Prepares `mesh`, which is about `lengthM` long, for the light of `air`. */
export function modelOf(mesh: Mesh, air: Atmosphere, lengthM: number): Model {
  const bounds = { x: 0, y: 0.6, z: lengthM / 2, radius: lengthM * 0.62 + 0.8 };
  const occlusion = occlusionOf(mesh, bounds, air, 576, 192);
  bakeSkyLight(mesh, occlusion);
  // The maps of the sky are baked into the mesh now.
  return {
    mesh,
    air,
    occlusion: { ...occlusion, sky: [], light: [] },
    surroundings: surroundingsOf(air),
  };
}

/** Draws `model` with its origin at (xM, 0, zM). */
export function drawModel(model: Model, camera: Camera, xM: number, zM: number): Sprite {
  const { mesh, occlusion, surroundings } = model;
  // Instead of the model, the camera and the lamps are moved.
  const viewer: Camera = { ...camera, x: camera.x - xM, z: camera.z - zM };
  const lamps = model.air.lamps.map((lamp) => ({
    ...lamp,
    at: [lamp.at[0] - xM, lamp.at[1], lamp.at[2] - zM] as const,
  }));
  const region = regionOf(mesh, viewer);
  const shade = shaderFor(mesh, viewer, { ...model.air, lamps }, occlusion, surroundings);
  return trimmed(region, rasterise(mesh, viewer, region, shade));
}

/** The part of the frame that `mesh` can cover. */
function regionOf(mesh: Mesh, camera: Camera): Region {
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  const { positions } = mesh;
  for (let i = 0; i < positions.length; i += 3) {
    const z = Math.max(camera.z + 0.3, positions[i + 2] as number);
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
