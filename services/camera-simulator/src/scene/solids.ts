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

/** A round rod along `path` whose radius at each point is given; ends are closed to a dome. */
export function addRod(
  mesh: Mesh,
  path: readonly Point[],
  radii: readonly number[],
  material: Material,
  sides = 12,
  group = mesh.nextGroup++,
): void {
  const rows = path.length - 1;
  addSurface(
    mesh,
    sides,
    rows,
    material,
    (u, v) => {
      const j = Math.round(v * rows);
      const p = path[j] as Point;
      const before = path[Math.max(0, j - 1)] as Point;
      const after = path[Math.min(rows, j + 1)] as Point;
      const t: Point = [after[0] - before[0], after[1] - before[1], after[2] - before[2]];
      const length = Math.hypot(t[0], t[1], t[2]) || 1;
      const tx = t[0] / length;
      const ty = t[1] / length;
      const tz = t[2] / length;
      // Any direction across the path will do as the first axis of the ring.
      const steep = Math.abs(ty) > 0.9;
      let ax = steep ? 1 : 0;
      let ay = steep ? 0 : 1;
      let az = 0;
      const along = ax * tx + ay * ty + az * tz;
      ax -= along * tx;
      ay -= along * ty;
      az -= along * tz;
      const l = Math.hypot(ax, ay, az) || 1;
      ax /= l;
      ay /= l;
      az /= l;
      const bx = ty * az - tz * ay;
      const by = tz * ax - tx * az;
      const bz = tx * ay - ty * ax;
      const angle = u * 2 * Math.PI;
      const c = Math.cos(angle) * (radii[j] ?? 0);
      const s = Math.sin(angle) * (radii[j] ?? 0);
      return [p[0] + ax * c + bx * s, p[1] + ay * c + by * s, p[2] + az * c + bz * s];
    },
    group,
  );
}
