import type { Camera, Region } from "./camera.ts";
import type { Hit, Mesh } from "./mesh.ts";
import { MATERIALS, projectMesh, STRIDE, type Triangles } from "./projection.ts";

/** Shades one point of triangle material `material`; writes display RGB 0–255 and alpha 0–1 to `out`. */
export type Shade = (hit: Hit, material: number, out: Float64Array) => void;

const BAND_ROWS = 64;
/** Samples per pixel and axis. */
const GRID = 2;

/**
 * Draws `mesh` as seen by `camera` into the RGBA picture of `region` (straight alpha).
 * Visibility has 2 × 2 samples a pixel; a smooth surface is shaded once per pixel.
 */
export function rasterise(mesh: Mesh, camera: Camera, region: Region, shade: Shade): Uint8Array {
  const sheer = mesh.materials.map((material) => material.sheer === true);
  const triangles = projectMesh(mesh, camera, region);
  const bands = intoBands(triangles, region.heightPx);
  const picture = new Uint8Array(region.widthPx * region.heightPx * 4);
  const rowSamples = region.widthPx * GRID;
  const depths = new Float32Array(rowSamples * BAND_ROWS * GRID);
  const owners = new Int32Array(depths.length);
  for (let band = 0; band < bands.length; band++) {
    depths.fill(0);
    owners.fill(-1);
    const top = band * BAND_ROWS;
    for (const t of bands[band] as number[])
      fillTriangle(triangles, t, top, rowSamples, sheer, depths, owners);
    const rows = Math.min(BAND_ROWS, region.heightPx - top);
    resolve(camera, region, triangles, owners, top, rows, shade, picture);
  }
  return picture;
}

function intoBands(triangles: Triangles, heightPx: number): number[][] {
  const bands: number[][] = Array.from({ length: Math.ceil(heightPx / BAND_ROWS) }, () => []);
  const { corners, count } = triangles;
  for (let t = 0; t < count; t++) {
    const y0 = corners[t * 6 + 1] as number;
    const y1 = corners[t * 6 + 3] as number;
    const y2 = corners[t * 6 + 5] as number;
    const first = Math.max(0, Math.floor(Math.min(y0, y1, y2) / BAND_ROWS));
    const last = Math.min(bands.length - 1, Math.floor(Math.max(y0, y1, y2) / BAND_ROWS));
    for (let band = first; band <= last; band++) bands[band]?.push(t);
  }
  return bands;
}

function fillTriangle(
  triangles: Triangles,
  t: number,
  topRow: number,
  rowSamples: number,
  sheer: readonly boolean[],
  depths: Float32Array,
  owners: Int32Array,
): void {
  const { corners, planes } = triangles;
  const o = t * 6;
  const x0 = (corners[o] as number) * GRID;
  const y0 = ((corners[o + 1] as number) - topRow) * GRID;
  const x1 = (corners[o + 2] as number) * GRID;
  const y1 = ((corners[o + 3] as number) - topRow) * GRID;
  const x2 = (corners[o + 4] as number) * GRID;
  const y2 = ((corners[o + 5] as number) - topRow) * GRID;
  const p = t * 9;
  const ia = (planes[p] as number) + (planes[p + 3] as number) + (planes[p + 6] as number);
  const ib = (planes[p + 1] as number) + (planes[p + 4] as number) + (planes[p + 7] as number);
  const ic = (planes[p + 2] as number) + (planes[p + 5] as number) + (planes[p + 8] as number);
  const isSheer = sheer[(triangles.keys[t] as number) & (MATERIALS - 1)];
  const firstRow = Math.max(0, Math.ceil(Math.min(y0, y1, y2) - 0.5));
  const lastRow = Math.min(BAND_ROWS * GRID - 1, Math.floor(Math.max(y0, y1, y2) - 0.5));
  for (let row = firstRow; row <= lastRow; row++) {
    const y = row + 0.5;
    let left = Infinity;
    let right = -Infinity;
    if (y0 <= y !== y1 <= y) {
      const x = x0 + ((y - y0) * (x1 - x0)) / (y1 - y0);
      if (x < left) left = x;
      if (x > right) right = x;
    }
    if (y1 <= y !== y2 <= y) {
      const x = x1 + ((y - y1) * (x2 - x1)) / (y2 - y1);
      if (x < left) left = x;
      if (x > right) right = x;
    }
    if (y2 <= y !== y0 <= y) {
      const x = x2 + ((y - y2) * (x0 - x2)) / (y0 - y2);
      if (x < left) left = x;
      if (x > right) right = x;
    }
    const from = Math.max(0, Math.ceil(left - 0.5));
    const to = Math.min(rowSamples - 1, Math.ceil(right - 0.5) - 1);
    const base = ib * (y / GRID + topRow) + ic;
    for (let i = from, at = row * rowSamples + from; i <= to; i++, at++) {
      if (isSheer && (i + row) & 1) continue;
      const inverse = (ia * (i + 0.5)) / GRID + base;
      if (inverse > (depths[at] as number)) {
        depths[at] = inverse;
        owners[at] = t;
      }
    }
  }
}

const hit: Hit = {
  x: 0,
  y: 0,
  z: 0,
  nx: 0,
  ny: 0,
  nz: 0,
  u: 0,
  v: 0,
  footprint: 0,
  skyR: 0,
  skyG: 0,
  skyB: 0,
  column: 0,
  row: 0,
  group: 0,
};
const colour = new Float64Array(4);

function resolve(
  camera: Camera,
  region: Region,
  triangles: Triangles,
  owners: Int32Array,
  top: number,
  rows: number,
  shade: Shade,
  picture: Uint8Array,
): void {
  const width = region.widthPx;
  const rowSamples = width * GRID;
  const per = GRID * GRID;
  const ids = new Int32Array(per);
  const keys = new Int32Array(per);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < width; column++) {
      const first = row * GRID * rowSamples + column * GRID;
      let empty = true;
      for (let s = 0; s < per; s++) {
        const t = owners[first + (s >> 1) * rowSamples + (s & 1)] as number;
        ids[s] = t;
        if (t < 0) keys[s] = -1;
        else {
          empty = false;
          keys[s] = triangles.keys[t] as number;
        }
      }
      if (empty) continue;
      let r = 0;
      let g = 0;
      let b = 0;
      let alpha = 0;
      for (let s = 0; s < per; s++) {
        const key = keys[s] as number;
        if (key < 0) continue;
        let samples = 0;
        let sx = 0;
        let sy = 0;
        for (let q = s; q < per; q++)
          if (keys[q] === key) {
            samples++;
            sx += q & 1;
            sy += q >> 1;
            if (q > s) keys[q] = -1;
          }
        const px = column + (sx / samples + 0.5) / GRID;
        const py = top + row + (sy / samples + 0.5) / GRID;
        interpolate(camera, triangles, ids[s] as number, px, py);
        hit.column = column;
        hit.row = top + row;
        hit.group = key;
        shade(hit, key & (MATERIALS - 1), colour);
        const weight = samples * (colour[3] as number);
        r += weight * (colour[0] as number);
        g += weight * (colour[1] as number);
        b += weight * (colour[2] as number);
        alpha += weight;
      }
      if (alpha <= 0) continue;
      const at = ((top + row) * width + column) * 4;
      picture[at] = r / alpha + 0.5;
      picture[at + 1] = g / alpha + 0.5;
      picture[at + 2] = b / alpha + 0.5;
      picture[at + 3] = (alpha / per) * 255 + 0.5;
    }
}

/** Fills `hit` for the point of triangle `t` seen at picture position (x, y) of the region. */
function interpolate(camera: Camera, triangles: Triangles, t: number, x: number, y: number): void {
  const { planes } = triangles;
  const p = t * 9;
  let wa = (planes[p] as number) * x + (planes[p + 1] as number) * y + (planes[p + 2] as number);
  let wb =
    (planes[p + 3] as number) * x + (planes[p + 4] as number) * y + (planes[p + 5] as number);
  let wc =
    (planes[p + 6] as number) * x + (planes[p + 7] as number) * y + (planes[p + 8] as number);
  // A pixel's centre may lie a little outside; extrapolating along the surface is what we want,
  // but not through the camera's plane.
  if (wa < 0) wa = 0;
  if (wb < 0) wb = 0;
  if (wc < 0) wc = 0;
  const depth = 1 / (wa + wb + wc);
  wa *= depth;
  wb *= depth;
  wc *= depth;
  const d = triangles.vertices;
  const a = (triangles.owners[t * 3] as number) * STRIDE;
  const b = (triangles.owners[t * 3 + 1] as number) * STRIDE;
  const c = (triangles.owners[t * 3 + 2] as number) * STRIDE;
  const at = (k: number) =>
    wa * (d[a + k] as number) + wb * (d[b + k] as number) + wc * (d[c + k] as number);
  const rx = at(0);
  const ry = at(1);
  const rz = at(2);
  let nx = at(3);
  let ny = at(4);
  let nz = at(5);
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
  const sign = (nx * rx + ny * ry + nz * rz > 0 ? -1 : 1) / length;
  nx *= sign;
  ny *= sign;
  nz *= sign;
  hit.x = rx + camera.x;
  hit.y = ry + camera.y;
  hit.z = rz + camera.z;
  hit.nx = nx;
  hit.ny = ny;
  hit.nz = nz;
  hit.u = at(6);
  hit.v = at(7);
  hit.footprint = rz / camera.focalPx;
  hit.skyR = at(8);
  hit.skyG = at(9);
  hit.skyB = at(10);
}
