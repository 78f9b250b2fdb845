import type { LaneStyle } from "./lane-style.ts";
import { tiles } from "./materials.ts";
import { addQuad, type Material, type Mesh, type Point } from "./mesh.ts";
import { addBox } from "./solids.ts";
import type { Texture } from "./texture.ts";

/** An entrance that is being built. */
export interface Site {
  mesh: Mesh;
  style: LaneStyle;
  isNight: boolean;
  /** The name on the wall. */
  sign: Texture;
  random: () => number;
}

/** A box given for a camera on the left, mirrored for one on the right. */
export function box(site: Site, low: Point, high: Point, material: Material): void {
  const s = site.style.side;
  addBox(site.mesh, [low[0] * s, low[1], low[2]], [high[0] * s, high[1], high[2]], material);
}

/** A level rectangle, mirrored like `box`. */
export function flat(
  site: Site,
  x0: number,
  x1: number,
  z0: number,
  z1: number,
  y: number,
  material: Material,
): void {
  const s = site.style.side;
  addQuad(
    site.mesh,
    [
      [x0 * s, y, z0],
      [x1 * s, y, z0],
      [x1 * s, y, z1],
      [x0 * s, y, z1],
    ],
    material,
  );
}

/** A tiled roof that slopes to all four sides. */
export function hipRoof(
  site: Site,
  [x0, x1, z0, z1]: [number, number, number, number],
  eavesM: number,
  riseM: number,
): void {
  const s = site.style.side;
  const clay = tiles(site.style.roof);
  const mid = (x0 + x1) / 2;
  const inset = (x1 - x0) / 2;
  const peak0: Point = [mid * s, eavesM + riseM, z0 + inset];
  const peak1: Point = [mid * s, eavesM + riseM, Math.max(z0 + inset + 0.1, z1 - inset)];
  const a: Point = [x0 * s, eavesM, z0];
  const b: Point = [x1 * s, eavesM, z0];
  const c: Point = [x1 * s, eavesM, z1];
  const d: Point = [x0 * s, eavesM, z1];
  addQuad(site.mesh, [a, b, peak0, peak0], clay);
  addQuad(site.mesh, [b, c, peak1, peak0], clay);
  addQuad(site.mesh, [c, d, peak1, peak1], clay);
  addQuad(site.mesh, [d, a, peak0, peak1], clay);
}
