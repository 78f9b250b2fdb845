import type { Camera } from "./camera.ts";
import { reachesSoftly } from "./depth-map.ts";
import type { Material, Mesh, Point, Surface } from "./mesh.ts";
import { type Occlusion, skyLightAt } from "./occlusion.ts";
import type { Shade } from "./rasteriser.ts";
import { lookUpSurroundings, type Surroundings } from "./surroundings.ts";
import { toneOf } from "./tone.ts";

/** A lamp without shadow; light falls off with the square of the distance. */
export interface Lamp {
  at: Point;
  colour: Point;
  /** Direction it points to and the cosine where its beam ends; a bulb when left out. */
  beam?: { towards: Point; edge: number };
}

/** Everything that lights a lane at one time of day. Colours are linear light. */
export interface Atmosphere {
  /** Unit vector towards the sun or moon. */
  sun: Point;
  sunColour: Point;
  zenith: Point;
  horizon: Point;
  ground: Point;
  haze: number;
  lamps: readonly Lamp[];
  exposure: number;
  /** An infra-red picture: shades of grey. */
  monochrome: boolean;
  /** How bright the trees and houses around are, as seen mirrored in paint and glass. */
  surroundings: Point;
}

/** The material of ground that is invisible but for the shadow that falls on it. */
export const shadowCatcher: Material = (_hit, surface) => {
  surface.r = surface.g = surface.b = 0.5;
};

const surface: Surface = {
  r: 0,
  g: 0,
  b: 0,
  f0: 0,
  roughness: 1,
  er: 0,
  eg: 0,
  eb: 0,
  translucency: 0,
  alpha: 1,
};
const mirror = new Float64Array(3);
const sky = new Float64Array(3);

/**
 * Shades `mesh`: sun with shadows, sky with occlusion, lamps, reflections, haze. Camera and lamps
 * are given where the mesh was built.
 */
export function shaderFor(
  mesh: Mesh,
  camera: Camera,
  air: Atmosphere,
  occlusion: Occlusion,
  surroundings: Surroundings,
): Shade {
  const { materials, skyLight } = mesh;
  const [lx, ly, lz] = air.sun;
  const openLight = occlusion.openSky + air.sunColour[1] * Math.max(0, ly);
  const shared = sharedSkyLight(occlusion, camera.widthPx);

  return (hit, materialNumber, out) => {
    const material = materials[materialNumber] as Material;
    surface.f0 = 0.04;
    surface.roughness = 1;
    surface.er = surface.eg = surface.eb = 0;
    surface.translucency = 0;
    surface.alpha = 1;
    material(hit, surface);
    const { x, y, z, nx, ny, nz } = hit;
    if (skyLight) {
      sky[0] = hit.skyR;
      sky[1] = hit.skyG;
      sky[2] = hit.skyB;
    } else shared(hit, surface.translucency, sky);
    const open = Math.min(1, (sky[1] as number) / occlusion.openSky);
    const cosine = nx * lx + ny * ly + nz * lz;
    const facing = cosine > 0 ? cosine : -cosine * surface.translucency;
    const sunlight =
      facing > 0
        ? reachesSoftly(occlusion.sun, x + nx * 0.02, y + ny * 0.02, z + nz * 0.02, 0.03)
        : 0;
    if (material === shadowCatcher) {
      const left = (sky[1] as number) + facing * sunlight * air.sunColour[1];
      out[0] = out[1] = out[2] = 0;
      out[3] = Math.min(1, Math.max(0, 1.02 - left / openLight - 0.04));
      return;
    }
    // Light thrown up from the ground reaches what faces down or sideways.
    const bounce = ((1 - ny) / 2) * Math.min(1, 0.25 + open);
    let diffuseR =
      (sky[0] as number) + bounce * air.ground[0] + facing * sunlight * air.sunColour[0];
    let diffuseG =
      (sky[1] as number) + bounce * air.ground[1] + facing * sunlight * air.sunColour[1];
    let diffuseB =
      (sky[2] as number) + bounce * air.ground[2] + facing * sunlight * air.sunColour[2];

    let vx = camera.x - x;
    let vy = camera.y - y;
    let vz = camera.z - z;
    // Math.hypot guards against overflow and takes many times as long.
    const distance = Math.sqrt(vx * vx + vy * vy + vz * vz);
    vx /= distance;
    vy /= distance;
    vz /= distance;
    let shineR = 0;
    let shineG = 0;
    let shineB = 0;
    const rough = surface.roughness * surface.roughness;
    const gloss = 2 / (rough * rough + 0.0004);
    for (const lamp of air.lamps) {
      let dx = lamp.at[0] - x;
      let dy = lamp.at[1] - y;
      let dz = lamp.at[2] - z;
      const square = dx * dx + dy * dy + dz * dz + 0.05;
      const length = Math.sqrt(square);
      dx /= length;
      dy /= length;
      dz /= length;
      const wrapped = (nx * dx + ny * dy + nz * dz + 0.05) / 1.05;
      if (wrapped <= 0 && surface.translucency === 0) continue;
      let power = 1 / square;
      if (lamp.beam) {
        const [bx, by, bz] = lamp.beam.towards;
        const inside = (-(dx * bx + dy * by + dz * bz) - lamp.beam.edge) / 0.25;
        if (inside <= 0) continue;
        power *= Math.min(1, inside);
      }
      const share = power * (wrapped > 0 ? wrapped : -wrapped * surface.translucency);
      diffuseR += share * lamp.colour[0];
      diffuseG += share * lamp.colour[1];
      diffuseB += share * lamp.colour[2];
      if (surface.roughness < 0.9 && wrapped > 0) {
        const shine = power * highlight(nx, ny, nz, vx + dx, vy + dy, vz + dz, gloss) * surface.f0;
        shineR += shine * lamp.colour[0];
        shineG += shine * lamp.colour[1];
        shineB += shine * lamp.colour[2];
      }
    }
    if (surface.roughness < 0.9) {
      const view = Math.max(0, nx * vx + ny * vy + nz * vz);
      const away = 1 - view;
      const grazing = away * away * away * away * away;
      const fresnel =
        surface.f0 + (Math.max(1 - surface.roughness, surface.f0) - surface.f0) * grazing;
      const k = 2 * view;
      lookUpSurroundings(
        surroundings,
        k * nx - vx,
        k * ny - vy,
        k * nz - vz,
        surface.roughness,
        mirror,
      );
      const seen = fresnel * (0.3 + 0.7 * Math.min(1, open * 1.6 + 0.1));
      const glint =
        sunlight > 0
          ? sunlight * highlight(nx, ny, nz, vx + lx, vy + ly, vz + lz, gloss) * fresnel
          : 0;
      shineR += seen * (mirror[0] as number) + glint * air.sunColour[0];
      shineG += seen * (mirror[1] as number) + glint * air.sunColour[1];
      shineB += seen * (mirror[2] as number) + glint * air.sunColour[2];
    }
    const clear = Math.exp(-air.haze * distance);
    const haze = (1 - clear) * 0.85;
    let r = (surface.r * diffuseR + shineR + surface.er) * clear + haze * air.horizon[0];
    let g = (surface.g * diffuseG + shineG + surface.eg) * clear + haze * air.horizon[1];
    let b = (surface.b * diffuseB + shineB + surface.eb) * clear + haze * air.horizon[2];
    if (air.monochrome) r = g = b = 0.45 * r + 0.4 * g + 0.15 * b;
    out[0] = toneOf(r * air.exposure);
    out[1] = toneOf(g * air.exposure);
    out[2] = toneOf(b * air.exposure);
    out[3] = surface.alpha;
  };
}

/**
 * The light of the sky changes slowly along a surface: it is computed for one pixel in a block of
 * 2 × 2 and used for the others of the same surface.
 */
function sharedSkyLight(occlusion: Occlusion, widthPx: number) {
  const columns = (widthPx >> 1) + 1;
  const rows = new Int32Array(columns).fill(-1);
  const groups = new Int32Array(columns);
  const light = new Float32Array(columns * 3);
  return (
    hit: { x: number; y: number; z: number; nx: number; ny: number; nz: number } & {
      column: number;
      row: number;
      group: number;
    },
    translucency: number,
    out: Float64Array,
  ) => {
    const at = hit.column >> 1;
    const row = hit.row >> 1;
    if (rows[at] === row && groups[at] === hit.group) {
      out[0] = light[at * 3] as number;
      out[1] = light[at * 3 + 1] as number;
      out[2] = light[at * 3 + 2] as number;
      return;
    }
    const { nx, ny, nz } = hit;
    const x = hit.x + nx * 0.02;
    const y = hit.y + ny * 0.02;
    const z = hit.z + nz * 0.02;
    skyLightAt(occlusion, x, y, z, nx, ny, nz, translucency, out);
    rows[at] = row;
    groups[at] = hit.group;
    light[at * 3] = out[0] as number;
    light[at * 3 + 1] = out[1] as number;
    light[at * 3 + 2] = out[2] as number;
  };
}

/** Blinn's highlight for the unnormalised half vector (hx, hy, hz), scaled to keep its energy. */
function highlight(
  nx: number,
  ny: number,
  nz: number,
  hx: number,
  hy: number,
  hz: number,
  gloss: number,
): number {
  const cosine = (nx * hx + ny * hy + nz * hz) / (Math.sqrt(hx * hx + hy * hy + hz * hz) || 1);
  if (cosine <= 0.5) return 0;
  return Math.min(40, (gloss + 8) * 0.04 * Math.exp((cosine - 1) * gloss));
}
