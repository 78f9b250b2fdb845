import { addQuad, addSurface, type Material, type Mesh, type Point } from "./mesh.ts";

/** An axis-parallel box from `low` to `high`. */
export function addBox(mesh: Mesh, low: Point, high: Point, material: Material): void {
  const [x0, y0, z0] = low;
  const [x1, y1, z1] = high;
  const face = (a: Point, b: Point, c: Point, d: Point) => addQuad(mesh, [a, b, c, d], material);
  face([x0, y0, z0], [x1, y0, z0], [x1, y1, z0], [x0, y1, z0]);
  face([x1, y0, z1], [x0, y0, z1], [x0, y1, z1], [x1, y1, z1]);
  face([x0, y0, z1], [x0, y0, z0], [x0, y1, z0], [x0, y1, z1]);
  face([x1, y0, z0], [x1, y0, z1], [x1, y1, z1], [x1, y1, z0]);
  face([x0, y1, z0], [x1, y1, z0], [x1, y1, z1], [x0, y1, z1]);
  face([x0, y0, z0], [x0, y0, z1], [x1, y0, z1], [x1, y0, z0]);
}

/** An ellipsoid around `centre`; `power` below 1 makes it boxy. */
export function addBlob(
  mesh: Mesh,
  centre: Point,
  radii: Point,
  material: Material,
  detail = 16,
  power = 1,
): void {
  const bent = (value: number) => Math.sign(value) * Math.abs(value) ** power;
  addSurface(mesh, detail * 2, detail, material, (u, v) => {
    const a = u * 2 * Math.PI;
    const b = (v - 0.5) * Math.PI;
    return [
      centre[0] + radii[0] * bent(Math.cos(b)) * bent(Math.cos(a)),
      centre[1] + radii[1] * bent(Math.sin(b)),
      centre[2] + radii[2] * bent(Math.cos(b)) * bent(Math.sin(a)),
    ];
  });
}

/** A round rod along `path` whose radius at each point is given. */
export function addRod(
  mesh: Mesh,
  path: readonly Point[],
  radii: readonly number[],
  material: Material,
  sides = 12,
): void {
  const rows = path.length - 1;
  const rings = ringsAlong(path);
  addSurface(mesh, sides, rows, material, (u, v) => {
    const j = Math.round(v * rows);
    const p = path[j] as Point;
    const [a, b] = rings[j] as [Point, Point];
    const c = Math.cos(u * 2 * Math.PI) * (radii[j] ?? 0);
    const s = Math.sin(u * 2 * Math.PI) * (radii[j] ?? 0);
    return [p[0] + a[0] * c + b[0] * s, p[1] + a[1] * c + b[1] * s, p[2] + a[2] * c + b[2] * s];
  });
}

/** Two unit vectors across the path at each point, turned along with it and never twisted. */
function ringsAlong(path: readonly Point[]): [Point, Point][] {
  let across: Point = [1, 0.3, 0.2];
  return path.map((_, j) => {
    const before = path[Math.max(0, j - 1)] as Point;
    const after = path[Math.min(path.length - 1, j + 1)] as Point;
    const t = unit([after[0] - before[0], after[1] - before[1], after[2] - before[2]]);
    const along = across[0] * t[0] + across[1] * t[1] + across[2] * t[2];
    across = unit([across[0] - along * t[0], across[1] - along * t[1], across[2] - along * t[2]]);
    const [ax, ay, az] = across;
    const other: Point = [t[1] * az - t[2] * ay, t[2] * ax - t[0] * az, t[0] * ay - t[1] * ax];
    return [across, other];
  });
}

function unit([x, y, z]: Point): Point {
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}
