import type { Atmosphere } from "./lighting.ts";
import { fractal2 } from "./random.ts";

/** Light from every direction, blurred to several degrees, ready to look up. */
export interface Surroundings {
  /** Per blur a square of RGB in the octahedral layout. */
  levels: readonly Float32Array[];
}

const SIZE = 96;
/** Roughness that each level is made for. */
const BLURS = [0.02, 0.35, 0.9];

function step(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** Light that comes from direction (dx, dy, dz), as a mirror of this roughness would show it. */
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
  const skyline = 0.08 + 0.22 * fractal2(azimuth * 4.5 + 9, 0.5, 4);
  const soft = 0.015 + blur * 0.5;
  const aboveTrees = step(skyline - soft, skyline + soft, dy);
  const aboveGround = step(-0.05 - soft, 0.01 + soft, dy);
  const up = Math.max(0, dy) ** 0.55;
  const towardsSun = Math.max(0, dx * air.sun[0] + dy * air.sun[1] + dz * air.sun[2]);
  const glow = towardsSun ** 6 * 0.06;
  const clouds = blur > 0.5 ? 0.5 : fractal2(dx * 3 + 7, dz * 3 + dy * 2, 4, 29);
  for (let c = 0; c < 3; c++) {
    const horizon = air.horizon[c] as number;
    const sky =
      horizon +
      ((air.zenith[c] as number) - horizon) * up +
      glow * (air.sunColour[c] as number) +
      (clouds - 0.5) * horizon * 0.7;
    const trees = air.surroundings[c] as number;
    const road = (air.ground[c] as number) * (0.55 + 0.35 * Math.min(1, -dy * 3));
    out[c] = road + (trees + (sky - trees) * aboveTrees - road) * aboveGround;
  }
}

/** Computes what `lookUpSurroundings` answers. */
export function surroundingsOf(air: Atmosphere): Surroundings {
  const light = new Float64Array(3);
  const levels = BLURS.map((blur) => {
    const level = new Float32Array(SIZE * SIZE * 3);
    for (let j = 0; j < SIZE; j++)
      for (let i = 0; i < SIZE; i++) {
        let x = (i / (SIZE - 1)) * 2 - 1;
        let z = (j / (SIZE - 1)) * 2 - 1;
        const y = 1 - Math.abs(x) - Math.abs(z);
        if (y < 0) {
          const folded = (1 - Math.abs(z)) * (x < 0 ? -1 : 1);
          z = (1 - Math.abs(x)) * (z < 0 ? -1 : 1);
          x = folded;
        }
        const length = Math.hypot(x, y, z);
        radiance(air, x / length, y / length, z / length, blur, light);
        level.set(light, (j * SIZE + i) * 3);
      }
    return level;
  });
  return { levels };
}

/** The light from (dx, dy, dz), a unit vector, for a surface of `roughness`. */
export function lookUpSurroundings(
  surroundings: Surroundings,
  dx: number,
  dy: number,
  dz: number,
  roughness: number,
  out: Float64Array,
): void {
  const sum = Math.abs(dx) + Math.abs(dy) + Math.abs(dz);
  let x = dx / sum;
  let z = dz / sum;
  if (dy < 0) {
    const folded = (1 - Math.abs(z)) * (x < 0 ? -1 : 1);
    z = (1 - Math.abs(x)) * (z < 0 ? -1 : 1);
    x = folded;
  }
  const fx = Math.min(SIZE - 1.001, ((x + 1) / 2) * (SIZE - 1));
  const fz = Math.min(SIZE - 1.001, ((z + 1) / 2) * (SIZE - 1));
  const i = fx | 0;
  const j = fz | 0;
  const tx = fx - i;
  const tz = fz - j;
  const level = surroundings.levels[roughness < 0.2 ? 0 : roughness < 0.6 ? 1 : 2] as Float32Array;
  const at = (j * SIZE + i) * 3;
  const below = at + SIZE * 3;
  for (let c = 0; c < 3; c++) {
    const a = level[at + c] as number;
    const b = level[at + 3 + c] as number;
    const d = level[below + c] as number;
    const e = level[below + 3 + c] as number;
    const top = a + (b - a) * tx;
    out[c] = top + (d + (e - d) * tx - top) * tz;
  }
}
