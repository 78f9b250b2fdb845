import type { Mesh } from "./mesh.ts";

/** How far a mesh reaches along one direction: the shadow map of a distant light. */
export interface DepthMap {
  sizePx: number;
  /** Distance along the light's direction of what is nearest to the light, per cell. */
  depths: Float32Array;
  /** Unit axes: across, up, and towards the light. */
  ax: number;
  ay: number;
  az: number;
  bx: number;
  by: number;
  bz: number;
  lx: number;
  ly: number;
  lz: number;
  originA: number;
  originB: number;
  perMetre: number;
}

export interface Bounds {
  x: number;
  y: number;
  z: number;
  radius: number;
}

/** The depth map of `mesh` inside `bounds` for light from direction (lx, ly, lz), a unit vector. */
export function depthMap(
  mesh: Mesh,
  bounds: Bounds,
  lx: number,
  ly: number,
  lz: number,
  sizePx: number,
): DepthMap {
  const steep = Math.abs(ly) > 0.95;
  let ax = steep ? 1 - lx * lx : -lx * ly;
  let ay = steep ? -lx * ly : 1 - ly * ly;
  let az = steep ? -lx * lz : -ly * lz;
  const length = Math.hypot(ax, ay, az);
  ax /= length;
  ay /= length;
  az /= length;
  const bx = ly * az - lz * ay;
  const by = lz * ax - lx * az;
  const bz = lx * ay - ly * ax;
  const map: DepthMap = {
    sizePx,
    depths: new Float32Array(sizePx * sizePx).fill(-1e9),
    ax,
    ay,
    az,
    bx,
    by,
    bz,
    lx,
    ly,
    lz,
    originA: ax * bounds.x + ay * bounds.y + az * bounds.z - bounds.radius,
    originB: bx * bounds.x + by * bounds.y + bz * bounds.z - bounds.radius,
    perMetre: sizePx / (2 * bounds.radius),
  };
  const { positions, indices, materials, materialOf } = mesh;
  for (let t = 0; t < indices.length; t += 3) {
    if (materials[materialOf[t / 3] as number]?.sheer) continue;
    const a = (indices[t] as number) * 3;
    const b = (indices[t + 1] as number) * 3;
    const c = (indices[t + 2] as number) * 3;
    fill(map, positions, a, b, c);
  }
  return map;
}

function fill(map: DepthMap, p: readonly number[], a: number, b: number, c: number): void {
  const across = (i: number) =>
    ((p[i] as number) * map.ax +
      (p[i + 1] as number) * map.ay +
      (p[i + 2] as number) * map.az -
      map.originA) *
    map.perMetre;
  const upward = (i: number) =>
    ((p[i] as number) * map.bx +
      (p[i + 1] as number) * map.by +
      (p[i + 2] as number) * map.bz -
      map.originB) *
    map.perMetre;
  const towards = (i: number) =>
    (p[i] as number) * map.lx + (p[i + 1] as number) * map.ly + (p[i + 2] as number) * map.lz;
  const x0 = across(a);
  const y0 = upward(a);
  const x1 = across(b);
  const y1 = upward(b);
  const x2 = across(c);
  const y2 = upward(c);
  const size = map.sizePx;
  const area = (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0);
  if (Math.abs(area) < 1e-9) return;
  const d0 = towards(a);
  const d1 = towards(b);
  const d2 = towards(c);
  const slopeX = ((d1 - d0) * (y2 - y0) - (d2 - d0) * (y1 - y0)) / area;
  const slopeY = ((d2 - d0) * (x1 - x0) - (d1 - d0) * (x2 - x0)) / area;
  const firstRow = Math.max(0, Math.ceil(Math.min(y0, y1, y2) - 0.5));
  const lastRow = Math.min(size - 1, Math.floor(Math.max(y0, y1, y2) - 0.5));
  for (let row = firstRow; row <= lastRow; row++) {
    const y = row + 0.5;
    let left = Infinity;
    let right = -Infinity;
    if (y0 <= y !== y1 <= y) {
      const x = x0 + ((y - y0) * (x1 - x0)) / (y1 - y0);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    if (y1 <= y !== y2 <= y) {
      const x = x1 + ((y - y1) * (x2 - x1)) / (y2 - y1);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    if (y2 <= y !== y0 <= y) {
      const x = x2 + ((y - y2) * (x0 - x2)) / (y0 - y2);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
    const from = Math.max(0, Math.ceil(left - 0.5));
    const to = Math.min(size - 1, Math.ceil(right - 0.5) - 1);
    for (let column = from; column <= to; column++) {
      const depth = d0 + slopeX * (column + 0.5 - x0) + slopeY * (y - y0);
      const at = row * size + column;
      if (depth > (map.depths[at] as number)) map.depths[at] = depth;
    }
  }
}

/** Share of the light that reaches (x, y, z), 0–1; outside the map everything is lit. */
export function reaches(map: DepthMap, x: number, y: number, z: number, biasM: number): number {
  const fx = (x * map.ax + y * map.ay + z * map.az - map.originA) * map.perMetre - 0.5;
  const fy = (x * map.bx + y * map.by + z * map.bz - map.originB) * map.perMetre - 0.5;
  const size = map.sizePx;
  if (fx < 0 || fy < 0 || fx >= size - 1 || fy >= size - 1) return 1;
  const column = fx | 0;
  const row = fy | 0;
  const tx = fx - column;
  const ty = fy - row;
  const depth = x * map.lx + y * map.ly + z * map.lz + biasM;
  const at = row * size + column;
  const { depths } = map;
  let lit = 0;
  if (depth >= (depths[at] as number)) lit += (1 - tx) * (1 - ty);
  if (depth >= (depths[at + 1] as number)) lit += tx * (1 - ty);
  if (depth >= (depths[at + size] as number)) lit += (1 - tx) * ty;
  if (depth >= (depths[at + size + 1] as number)) lit += tx * ty;
  return lit;
}

/** Like `reaches`, but soft over a few cells around the point, for sharp light. */
export function reachesSoftly(
  map: DepthMap,
  x: number,
  y: number,
  z: number,
  biasM: number,
): number {
  const fx = (x * map.ax + y * map.ay + z * map.az - map.originA) * map.perMetre - 0.5;
  const fy = (x * map.bx + y * map.by + z * map.bz - map.originB) * map.perMetre - 0.5;
  const column = Math.floor(fx);
  const row = Math.floor(fy);
  const size = map.sizePx;
  if (column < 1 || row < 1 || column >= size - 2 || row >= size - 2) return 1;
  const depth = x * map.lx + y * map.ly + z * map.lz + biasM;
  const tx = fx - column;
  const ty = fy - row;
  let lit = 0;
  for (let j = -1; j <= 2; j++) {
    const wy = j === -1 ? 1 - ty : j === 2 ? ty : 1;
    for (let i = -1; i <= 2; i++)
      if (depth >= (map.depths[(row + j) * size + column + i] as number))
        lit += wy * (i === -1 ? 1 - tx : i === 2 ? tx : 1);
  }
  return lit / 9;
}
