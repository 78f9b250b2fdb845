import { type Hit, linear, type Material, type Point, type Surface } from "./mesh.ts";
import { fractal2, noise2 } from "./random.ts";

function tint(surface: Surface, colour: Point, factor: number): void {
  surface.r = colour[0] * factor;
  surface.g = colour[1] * factor;
  surface.b = colour[2] * factor;
}

/** One even colour. */
export function plain(hex: string, roughness = 1, f0 = 0.04): Material {
  const colour = linear(hex);
  return (_hit, surface) => {
    tint(surface, colour, 1);
    surface.roughness = roughness;
    surface.f0 = f0;
  };
}

/** A lamp's glass: shines by itself. */
export function glowing(hex: string, power: number): Material {
  const colour = linear(hex);
  return (_hit, surface) => {
    tint(surface, colour, 0.5);
    surface.er = colour[0] * power;
    surface.eg = colour[1] * power;
    surface.eb = colour[2] * power;
  };
}

/** Plastered wall: uneven paint, splashes at its foot, streaks from above. */
export function stucco(hex: string): Material {
  const colour = linear(hex);
  return (hit, surface) => {
    const along = hit.x + hit.z;
    const patches = fractal2(along * 0.9, hit.y * 0.9, 3, 3);
    const grain = noise2(along * 55, hit.y * 55, 5) - 0.5;
    const foot = Math.max(0, 1 - hit.y * 2.2) * (0.35 + 0.65 * noise2(along * 3, hit.y * 5, 8));
    const streaks = Math.max(0, noise2(along * 6, hit.y * 0.4, 4) - 0.62) * 0.5;
    const fine = Math.min(1, 0.012 / hit.footprint);
    tint(surface, colour, 0.86 + 0.22 * patches + 0.1 * grain * fine - 0.34 * foot - streaks);
  };
}

/** Rough stone slabs laid in rows. */
export function stonework(hex: string): Material {
  const colour = linear(hex);
  return (hit, surface) => {
    const along = (hit.x + hit.z) / 0.46;
    const up = hit.y / 0.21;
    const row = Math.floor(up);
    const shifted = along + 0.5 * (row & 1) + 0.3 * noise2(row * 7.3, 0.5, 12);
    const column = Math.floor(shifted);
    const edge = Math.min(
      (shifted - column) * 0.46,
      (column + 1 - shifted) * 0.46,
      (up - row) * 0.21,
      (row + 1 - up) * 0.21,
    );
    const joint = edge < 0.012 ? 0.45 : 1;
    const stone = 0.62 + 0.6 * noise2(column * 3.7, row * 5.1, 13);
    const grain = 0.85 + 0.3 * fractal2(hit.x * 20 + hit.z * 20, hit.y * 20, 2, 14);
    tint(surface, colour, joint * stone * grain);
  };
}

/** Clay tiles in waves down a roof; `u` runs along the eaves in metres times `perMetre`. */
export function tiles(hex: string): Material {
  const colour = linear(hex);
  return (hit, surface) => {
    const across = (hit.x + hit.z * 0.2) * 5;
    const wave = Math.abs((across - Math.floor(across)) * 2 - 1);
    const down = hit.y * 9;
    const course = down - Math.floor(down);
    const fired = 0.75 + 0.5 * noise2(Math.floor(across) * 3.3, Math.floor(down) * 7.7, 21);
    tint(surface, colour, (0.45 + 0.6 * wave) * fired * (course < 0.14 ? 0.6 : 1));
  };
}

/** Window glass: half of what is behind it shows, half is what it mirrors. */
export function windowGlass(): Material {
  const glass: Material = (_hit, surface) => {
    surface.r = surface.g = surface.b = 0.02;
    surface.f0 = 0.3;
    surface.roughness = 0.04;
  };
  return Object.assign(glass, { sheer: true });
}

/** Leaves: each differs a little, sun shines through them. */
export function leaf(hex: string): Material {
  const colour = linear(hex);
  return (hit, surface) => {
    const tone = 0.6 + 0.8 * noise2(hit.x * 4.1 + hit.z * 3.3, hit.y * 4.7, 31);
    const yellow = noise2(hit.x * 1.3, hit.y * 1.3 + hit.z, 32);
    surface.r = colour[0] * tone * (0.8 + 0.7 * yellow);
    surface.g = colour[1] * tone;
    surface.b = colour[2] * tone * 0.9;
    surface.translucency = 0.45;
    surface.roughness = 0.7;
  };
}

/** Bark with rings, as of a palm. */
export function bark(hex: string): Material {
  const colour = linear(hex);
  return (hit, surface) => {
    const ring = noise2(hit.y * 14, hit.u * 6, 41);
    tint(surface, colour, 0.55 + 0.75 * ring);
  };
}

/** Road surface; `centre` is the middle of the lane that vehicles drive in. */
export function asphalt(centre: number): Material {
  return (hit, surface) => {
    const fine = Math.min(1, 0.006 / hit.footprint);
    const grain = (noise2(hit.x * 130, hit.z * 130, 51) - 0.5) * fine;
    const coarse = (noise2(hit.x * 38, hit.z * 38, 52) - 0.5) * Math.min(1, 0.02 / hit.footprint);
    const patches = fractal2(hit.x * 0.7, hit.z * 0.25, 4, 53) - 0.5;
    // Tyres polish two tracks, oil drips between them where vehicles wait.
    const side = Math.abs(Math.abs(hit.x - centre) - 0.74);
    const track = Math.exp(-side * side * 22);
    const wait = Math.exp(-((hit.z - 7.5) ** 2) / 8);
    const drip = Math.exp(-((hit.x - centre) ** 2) * 14) * wait * noise2(hit.x * 4, hit.z * 3, 54);
    const value =
      0.085 + 0.05 * grain + 0.022 * coarse + 0.05 * patches + 0.012 * track - 0.05 * drip;
    crack(hit, surface, Math.max(0.02, value));
  };
}

function crack(hit: Hit, surface: Surface, value: number): void {
  const bend = 0.5 * fractal2(hit.x * 0.8, hit.z * 0.8, 3, 56);
  const line = Math.abs(noise2(hit.x * 0.55 + bend, hit.z * 0.4 + bend, 57) - 0.5);
  const dark = line < 0.004 + hit.footprint * 0.3 && noise2(hit.x, hit.z, 58) > 0.45 ? 0.55 : 1;
  surface.r = value * dark * 1.02;
  surface.g = value * dark;
  surface.b = value * dark * 0.97;
  surface.roughness = 0.82;
  surface.f0 = 0.03;
}

/** Concrete pavers in a stretcher bond. */
export function pavers(first: string, second: string): Material {
  const one = linear(first);
  const two = linear(second);
  return (hit, surface) => {
    const across = hit.x / 0.2;
    const row = Math.floor(across);
    const along = hit.z / 0.32 + (row & 1) * 0.5;
    const column = Math.floor(along);
    const edge = Math.min(
      (across - row) * 0.2,
      (row + 1 - across) * 0.2,
      (along - column) * 0.32,
      (column + 1 - along) * 0.32,
    );
    const width = 0.006 + hit.footprint * 0.5;
    const sharp = Math.min(1, 0.02 / hit.footprint);
    const joint = 1 - 0.5 * sharp * Math.max(0, 1 - edge / width);
    const mix = noise2(row * 3.1, column * 4.7, 61);
    const tone = 0.8 + 0.4 * noise2(row * 7.9, column * 2.3, 62);
    const dirt = 0.8 + 0.4 * fractal2(hit.x * 1.2, hit.z * 0.5, 3, 63);
    const grain = 1 + (noise2(hit.x * 90, hit.z * 90, 64) - 0.5) * 0.25 * sharp;
    const factor = joint * tone * dirt * grain;
    surface.r = (one[0] + (two[0] - one[0]) * mix) * factor;
    surface.g = (one[1] + (two[1] - one[1]) * mix) * factor;
    surface.b = (one[2] + (two[2] - one[2]) * mix) * factor;
    surface.roughness = 0.85;
  };
}

/** Mown grass. */
export function grass(hex: string): Material {
  const colour = linear(hex);
  return (hit, surface) => {
    const fine = Math.min(1, 0.015 / hit.footprint);
    const blades = (noise2(hit.x * 60, hit.z * 24, 71) - 0.5) * fine;
    const patches = fractal2(hit.x * 1.1, hit.z * 0.6, 4, 72);
    const dry = noise2(hit.x * 0.5, hit.z * 0.5, 73);
    const tone = 0.55 + 0.7 * patches + 0.7 * blades;
    surface.r = colour[0] * tone * (0.8 + 0.8 * dry);
    surface.g = colour[1] * tone;
    surface.b = colour[2] * tone;
  };
}

/** Concrete kerb, painted in alternating lengths where `stripes` is given. */
export function kerb(hex: string, stripes?: string): Material {
  const colour = linear(hex);
  const other = stripes ? linear(stripes) : undefined;
  return (hit, surface) => {
    const painted = other && Math.floor(hit.z / 0.9) % 2 === 0 && hit.z < 16;
    const worn = 0.75 + 0.4 * fractal2(hit.x * 8 + hit.y * 8, hit.z * 4, 3, 81);
    tint(surface, painted ? other : colour, worn);
  };
}

/** Road paint, worn through by tyres. */
export function roadPaint(hex: string): Material {
  const colour = linear(hex);
  return (hit, surface) => {
    const worn = fractal2(hit.x * 9, hit.z * 5, 3, 91);
    tint(surface, colour, 0.7 + 0.3 * worn);
    surface.alpha = 1;
    if (worn < 0.4) tint(surface, colour, 0.35);
    surface.roughness = 0.8;
  };
}

/** Slanted stripes of two colours, as on barriers and posts. */
export function stripes(first: string, second: string, perMetre: number): Material {
  const one = linear(first);
  const two = linear(second);
  return (hit, surface) => {
    const at = (hit.x + hit.y * 0.6 + hit.z) * perMetre;
    tint(surface, at - Math.floor(at) < 0.5 ? one : two, 1);
    surface.roughness = 0.5;
  };
}
