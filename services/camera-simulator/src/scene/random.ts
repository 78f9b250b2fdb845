/** A stream of numbers in [0, 1) that the same seed always repeats. */
export type Random = () => number;

/** A 32-bit hash of a text (FNV-1a with a final mix), to make seeds from names. */
export function hashOf(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 12)) >>> 0;
}

/** The generator mulberry32: small, fast, good enough for pictures. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One of `values`, all equally likely. @throws {RangeError} if there are none */
export function pick<T>(values: readonly T[], random: Random): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError("nothing to pick from");
  return value;
}

/** Noise of one lattice cell in [0, 1), the same for the same integers. */
function cell(ix: number, iy: number, iz: number): number {
  let h = Math.imul(ix, 0x27d4eb2d) ^ Math.imul(iy, 0x165667b1) ^ Math.imul(iz, 0x1b873593);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}

/** Smooth value noise in [0, 1) over the plane. */
export function noise2(x: number, y: number, layer = 0): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const ux = fx * fx * (3 - 2 * fx);
  const uy = fy * fy * (3 - 2 * fy);
  const a = cell(ix, iy, layer);
  const b = cell(ix + 1, iy, layer);
  const c = cell(ix, iy + 1, layer);
  const d = cell(ix + 1, iy + 1, layer);
  return a + (b - a) * ux + (c - a) * uy + (a - b - c + d) * ux * uy;
}

/** Several octaves of `noise2`, in [0, 1). */
export function fractal2(x: number, y: number, octaves: number, layer = 0): number {
  let sum = 0;
  let weight = 0.5;
  let total = 0;
  let fx = x;
  let fy = y;
  for (let i = 0; i < octaves; i++) {
    sum += weight * noise2(fx, fy, layer + i);
    total += weight;
    weight *= 0.5;
    fx *= 2.03;
    fy *= 2.03;
  }
  return sum / total;
}
