import type { Camera } from "./camera.ts";
import { type Bounds, type DepthMap, depthMap, reaches, reachesSoftly } from "./depth-map.ts";
import type { Hit, Material, Mesh, Point, Surface } from "./mesh.ts";
import { fractal2 } from "./random.ts";
import type { Shade } from "./rasteriser.ts";

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
  /** How dark the trees and houses around are, as seen mirrored in paint and glass. */
  surroundings: Point;
}

/** What shades whom: the sun's shadow map and coarse ones from all over the sky. */
export interface Occlusion {
  sun: DepthMap;
  sky: DepthMap[];
}

const SKY_DIRECTIONS = 22;

export function occlusionOf(
  mesh: Mesh,
  bounds: Bounds,
  sun: Point,
  sunMapPx: number,
  skyMapPx: number,
): Occlusion {
  const sky: DepthMap[] = [];
  for (let i = 0; i < SKY_DIRECTIONS; i++) {
    const y = (i + 0.5) / SKY_DIRECTIONS;
    const radius = Math.sqrt(1 - y * y);
    const angle = i * 2.399963;
    sky.push(
      depthMap(mesh, bounds, radius * Math.cos(angle), y, radius * Math.sin(angle), skyMapPx),
    );
  }
  return { sun: depthMap(mesh, bounds, sun[0], sun[1], sun[2], sunMapPx), sky };
}

/** Light that comes from direction (dx, dy, dz), as a mirror there would show it. */
export function radiance(
  air: Atmosphere,
  dx: number,
  dy: number,
  dz: number,
  blur: number,
  out: Float64Array,
): void {
  // Trees and roofs stand along the horizon; they and the road below fade softly into the sky.
  const azimuth = Math.atan2(dx, dz);
  const skyline = 0.1 + 0.16 * fractal2(azimuth * 3.5 + 9, 0.5, 3);
  const soft = 0.03 + blur * 0.5;
  const aboveTrees = step(skyline - soft, skyline + soft, dy);
  const aboveGround = step(-0.04 - soft, 0.02 + soft, dy);
  const up = Math.max(0, dy) ** 0.55;
  const glow = Math.max(0, dx * air.sun[0] + dy * air.sun[1] + dz * air.sun[2]) ** 6 * 0.5;
  for (let c = 0; c < 3; c++) {
    const sky =
      (air.horizon[c] as number) * (1 - up) +
      (air.zenith[c] as number) * up +
      glow * (air.sunColour[c] as number) * 0.12;
    const trees = air.surroundings[c] as number;
    const road = (air.ground[c] as number) * (0.75 + 0.25 * Math.min(1, -dy * 3));
    out[c] = road + (trees + (sky - trees) * aboveTrees - road) * aboveGround;
  }
}

function step(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

const TONE_STEPS = 4096;
const TONE_LIMIT = 8;
let toneTable: Float64Array | undefined;

/** Display value 0–255 of linear light: a film-like curve, then sRGB. */
export function toneOf(light: number): number {
  if (!toneTable) {
    toneTable = new Float64Array(TONE_STEPS + 1);
    for (let i = 0; i <= TONE_STEPS; i++) {
      const x = (i / TONE_STEPS) ** 2 * TONE_LIMIT;
      const film = Math.min(1, (x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14));
      toneTable[i] = 255 * (film <= 0.0031308 ? film * 12.92 : 1.055 * film ** (1 / 2.4) - 0.055);
    }
  }
  const at = Math.sqrt(Math.max(0, light) / TONE_LIMIT) * TONE_STEPS;
  if (at >= TONE_STEPS) return toneTable[TONE_STEPS] as number;
  const low = at | 0;
  const a = toneTable[low] as number;
  return a + ((toneTable[low + 1] as number) - a) * (at - low);
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

/** The light on `mesh`: sun with shadows, sky with occlusion, lamps, reflections, haze. */
export function shaderFor(
  mesh: Mesh,
  camera: Camera,
  air: Atmosphere,
  occlusion: Occlusion,
  offset: Point = [0, 0, 0],
): Shade {
  const { materials } = mesh;
  const [lx, ly, lz] = air.sun;
  const skyLight = occlusion.sky.map((map) => {
    const light = new Float64Array(3);
    radiance(air, map.lx, map.ly, map.lz, 0.6, light);
    return light;
  });
  let openLight = 0;
  for (let i = 0; i < skyLight.length; i++)
    openLight +=
      (((skyLight[i] as Float64Array)[1] as number) * (occlusion.sky[i]?.ly ?? 0) * 2) /
      skyLight.length;
  const openSun = air.sunColour[1] * Math.max(0, ly);

  return (hit, materialNumber, out) => {
    const material = materials[materialNumber] as Material;
    surface.f0 = 0.04;
    surface.roughness = 1;
    surface.er = surface.eg = surface.eb = 0;
    surface.translucency = 0;
    surface.alpha = 1;
    material(hit, surface);
    const { x, y, z, nx, ny, nz } = hit;
    // Occlusion is stored where the mesh was built; `offset` moves the point back there.
    const ox = x - offset[0] + nx * 0.02;
    const oy = y - offset[1] + ny * 0.02;
    const oz = z - offset[2] + nz * 0.02;

    let diffuseR = 0;
    let diffuseG = 0;
    let diffuseB = 0;
    let open = 0;
    const n = skyLight.length;
    for (let i = 0; i < n; i++) {
      const map = occlusion.sky[i] as DepthMap;
      const cosine = nx * map.lx + ny * map.ly + nz * map.lz;
      const weight = cosine > 0 ? cosine : -cosine * surface.translucency;
      if (weight <= 0.02) continue;
      const lit = reaches(map, ox, oy, oz, 0.03);
      if (!lit) continue;
      const light = skyLight[i] as Float64Array;
      const share = (2 * weight) / n;
      diffuseR += share * (light[0] as number);
      diffuseG += share * (light[1] as number);
      diffuseB += share * (light[2] as number);
      open += share;
    }
    const cosine = nx * lx + ny * ly + nz * lz;
    const facing = cosine > 0 ? cosine : -cosine * surface.translucency;
    const sunlight = facing > 0 ? reachesSoftly(occlusion.sun, ox, oy, oz, 0.03) : 0;
    if (material === shadowCatcher) {
      const had = openLight + openSun;
      const left = diffuseG + facing * sunlight * air.sunColour[1];
      out[0] = out[1] = out[2] = 0;
      out[3] = Math.min(1, Math.max(0, 1 - left / had - 0.015));
      return;
    }
    // Light thrown up from the ground reaches what faces down or sideways.
    const bounce = ((1 - ny) / 2) * Math.min(1, 0.25 + open);
    diffuseR += bounce * air.ground[0] + facing * sunlight * air.sunColour[0];
    diffuseG += bounce * air.ground[1] + facing * sunlight * air.sunColour[1];
    diffuseB += bounce * air.ground[2] + facing * sunlight * air.sunColour[2];

    let vx = camera.x - x;
    let vy = camera.y - y;
    let vz = camera.z - z;
    const distance = Math.hypot(vx, vy, vz);
    vx /= distance;
    vy /= distance;
    vz /= distance;
    let shineR = 0;
    let shineG = 0;
    let shineB = 0;
    const gloss = 2 / (surface.roughness ** 4 + 0.0004);
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
        power *= step(lamp.beam.edge, lamp.beam.edge + 0.25, -(dx * bx + dy * by + dz * bz));
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
    const view = Math.max(0, nx * vx + ny * vy + nz * vz);
    if (surface.roughness < 0.9) {
      const fresnel =
        surface.f0 + (Math.max(1 - surface.roughness, surface.f0) - surface.f0) * (1 - view) ** 5;
      const k = 2 * view;
      radiance(air, k * nx - vx, k * ny - vy, k * nz - vz, surface.roughness, mirror);
      const seen = fresnel * (0.35 + 0.65 * Math.min(1, open * 1.4 + 0.15));
      const glint = sunlight * highlight(nx, ny, nz, vx + lx, vy + ly, vz + lz, gloss) * fresnel;
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
  const cosine = (nx * hx + ny * hy + nz * hz) / (Math.hypot(hx, hy, hz) || 1);
  if (cosine <= 0.5) return 0;
  return Math.min(40, (gloss + 8) * 0.04 * Math.exp((cosine - 1) * gloss));
}

export type { Hit };
