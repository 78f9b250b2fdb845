import { type Bounds, type DepthMap, depthMap, reaches } from "./depth-map.ts";
import type { Atmosphere } from "./lighting.ts";
import type { Mesh, Point } from "./mesh.ts";
import { radiance } from "./surroundings.ts";

/** What shades whom: the sun's shadow map and coarse ones from all over the sky. */
export interface Occlusion {
  sun: DepthMap;
  sky: readonly DepthMap[];
  /** Light that comes from the direction of each map of the sky. */
  light: readonly Float64Array[];
  /** Brightness of open, level ground under the whole sky. */
  openSky: number;
}

const SKY_DIRECTIONS = 22;

/** Computes the occlusion of `mesh` within `bounds`; the maps have so many cells per side. */
export function occlusionOf(
  mesh: Mesh,
  bounds: Bounds,
  air: Atmosphere,
  sunMapPx: number,
  skyMapPx: number,
): Occlusion {
  const sky: DepthMap[] = [];
  const light: Float64Array[] = [];
  let openSky = 0;
  for (let i = 0; i < SKY_DIRECTIONS; i++) {
    // Directions on a spiral, each for the same share of the sky.
    const y = (i + 0.5) / SKY_DIRECTIONS;
    const radius = Math.sqrt(1 - y * y);
    const angle = i * 2.399963;
    const map = depthMap(
      mesh,
      bounds,
      radius * Math.cos(angle),
      y,
      radius * Math.sin(angle),
      skyMapPx,
    );
    const colour = new Float64Array(3);
    radiance(air, map.lx, map.ly, map.lz, 0.6, colour);
    sky.push(map);
    light.push(colour);
    openSky += ((colour[1] as number) * y * 2) / SKY_DIRECTIONS;
  }
  const [sx, sy, sz]: Point = air.sun;
  return { sun: depthMap(mesh, bounds, sx, sy, sz, sunMapPx), sky, light, openSky };
}

/** Light of the sky on a point with normal n, into `out`; leaves let some through. */
export function skyLightAt(
  occlusion: Occlusion,
  x: number,
  y: number,
  z: number,
  nx: number,
  ny: number,
  nz: number,
  translucency: number,
  out: Float64Array,
): void {
  const { sky, light } = occlusion;
  const n = sky.length;
  let r = 0;
  let g = 0;
  let b = 0;
  for (let i = 0; i < n; i++) {
    const map = sky[i] as DepthMap;
    const cosine = nx * map.lx + ny * map.ly + nz * map.lz;
    const weight = cosine > 0 ? cosine : -cosine * translucency;
    if (weight <= 0.02) continue;
    const lit = reaches(map, x, y, z, 0.04);
    if (lit === 0) continue;
    const colour = light[i] as Float64Array;
    const share = (2 * weight * lit) / n;
    r += share * (colour[0] as number);
    g += share * (colour[1] as number);
    b += share * (colour[2] as number);
  }
  out[0] = r;
  out[1] = g;
  out[2] = b;
}

/**
 * Stores the light of the sky at every vertex of `mesh`, for finely divided meshes. Which side of
 * a surface is outside is not known: it is the one that sees more sky.
 */
export function bakeSkyLight(mesh: Mesh, occlusion: Occlusion): void {
  const { positions: p, normals: n } = mesh;
  const baked = new Float32Array(p.length);
  const light = new Float64Array(3);
  for (let i = 0; i < p.length; i += 3)
    for (const side of [1, -1]) {
      const nx = side * (n[i] as number);
      const ny = side * (n[i + 1] as number);
      const nz = side * (n[i + 2] as number);
      // Just off the surface, so that it does not shade itself.
      const x = (p[i] as number) + nx * 0.025;
      const y = (p[i + 1] as number) + ny * 0.025;
      const z = (p[i + 2] as number) + nz * 0.025;
      skyLightAt(occlusion, x, y, z, nx, ny, nz, 0, light);
      if ((light[1] as number) <= (baked[i + 1] as number)) continue;
      for (let c = 0; c < 3; c++) baked[i + c] = light[c] as number;
    }
  mesh.skyLight = baked;
}
