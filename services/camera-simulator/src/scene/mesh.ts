/** What a shading point knows about itself; one instance is reused for all points. */
export interface Hit {
  /** Position in metres where the mesh was built: x right, y up, z away from the camera. */
  x: number;
  y: number;
  z: number;
  /** Unit normal, turned towards the camera. */
  nx: number;
  ny: number;
  nz: number;
  u: number;
  v: number;
  /** Size of one pixel at this point in metres, to fade detail that it cannot hold. */
  footprint: number;
  /** Light of the sky that reaches the point, where the mesh knows it. */
  skyR: number;
  skyG: number;
  skyB: number;
  /** Place in the picture and surface, to share costly answers between neighbours. */
  column: number;
  row: number;
  group: number;
}

/** What a material answers; colours are linear light, reset before each call. */
export interface Surface {
  r: number;
  g: number;
  b: number;
  /** Reflectance at normal incidence: 0.04 lacquer and glass, 0.6 chrome. */
  f0: number;
  /** 0 mirror … 1 matt. */
  roughness: number;
  /** Emitted light. */
  er: number;
  eg: number;
  eb: number;
  /** Share of the light that comes through from behind (leaves). */
  translucency: number;
  /** Coverage in [0, 1]; below 1 only for materials that let the background show. */
  alpha: number;
}

/** How a surface takes light at a point. */
export interface Material {
  (hit: Hit, surface: Surface): void;
  /** Covers only every other sample, so that half of what is behind shows; casts no shadow. */
  readonly sheer?: boolean;
}
export type Point = readonly [number, number, number];

/** Triangles with smooth normals; `groups` tells which triangles form one smooth surface. */
export interface Mesh {
  positions: number[];
  normals: number[];
  uvs: number[];
  indices: number[];
  materialOf: number[];
  groups: number[];
  materials: Material[];
  nextGroup: number;
  /** Per vertex the light of the sky (RGB), once it has been computed. */
  skyLight?: Float32Array;
}

export function emptyMesh(): Mesh {
  return {
    positions: [],
    normals: [],
    uvs: [],
    indices: [],
    materialOf: [],
    groups: [],
    materials: [],
    nextGroup: 1,
  };
}

function materialIndex(mesh: Mesh, material: Material): number {
  const known = mesh.materials.indexOf(material);
  return known >= 0 ? known : mesh.materials.push(material) - 1;
}

function addVertex(mesh: Mesh, p: Point, n: Point, u: number, v: number): number {
  mesh.positions.push(p[0], p[1], p[2]);
  mesh.normals.push(n[0], n[1], n[2]);
  mesh.uvs.push(u, v);
  return mesh.positions.length / 3 - 1;
}

function normalOf(a: Point, b: Point, c: Point): Point {
  const ux = b[0] - a[0];
  const uy = b[1] - a[1];
  const uz = b[2] - a[2];
  const vx = c[0] - a[0];
  const vy = c[1] - a[1];
  const vz = c[2] - a[2];
  const nx = uy * vz - uz * vy;
  const ny = uz * vx - ux * vz;
  const nz = ux * vy - uy * vx;
  const length = Math.hypot(nx, ny, nz) || 1;
  return [nx / length, ny / length, nz / length];
}

/** A flat four-sided face; uv runs 0–1 along ab and ad. */
export function addQuad(mesh: Mesh, corners: [Point, Point, Point, Point], material: Material) {
  const [a, b, c, d] = corners;
  const n = normalOf(a, b, d);
  const index = materialIndex(mesh, material);
  const i = addVertex(mesh, a, n, 0, 0);
  addVertex(mesh, b, n, 1, 0);
  addVertex(mesh, c, n, 1, 1);
  addVertex(mesh, d, n, 0, 1);
  mesh.indices.push(i, i + 1, i + 2, i, i + 2, i + 3);
  mesh.materialOf.push(index, index);
  const group = mesh.nextGroup++;
  mesh.groups.push(group, group);
}

/**
 * A smooth surface of `columns` × `rows` cells through `at(u, v)`, u and v in [0, 1].
 * The normals are those of the surface, computed from neighbouring points.
 */
export function addSurface(
  mesh: Mesh,
  columns: number,
  rows: number,
  material: Material,
  at: (u: number, v: number) => Point,
  group = mesh.nextGroup++,
): void {
  const index = materialIndex(mesh, material);
  const width = columns + 1;
  const points: Point[] = [];
  for (let j = 0; j <= rows; j++)
    for (let i = 0; i <= columns; i++) points.push(at(i / columns, j / rows));
  const point = (i: number, j: number): Point =>
    points[Math.min(rows, Math.max(0, j)) * width + Math.min(columns, Math.max(0, i))] as Point;
  const first = mesh.positions.length / 3;
  for (let j = 0; j <= rows; j++)
    for (let i = 0; i <= columns; i++) {
      const p = point(i, j);
      const left = point(i - 1, j);
      const right = point(i + 1, j);
      const down = point(i, j - 1);
      const up = point(i, j + 1);
      const n = normalOf(
        [0, 0, 0],
        [right[0] - left[0], right[1] - left[1], right[2] - left[2]],
        [up[0] - down[0], up[1] - down[1], up[2] - down[2]],
      );
      addVertex(mesh, p, n, i / columns, j / rows);
    }
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      const a = first + j * width + i;
      mesh.indices.push(a, a + 1, a + width + 1, a, a + width + 1, a + width);
      mesh.materialOf.push(index, index);
      mesh.groups.push(group, group);
    }
}

/** `mesh` with material `from` replaced by `to`; all else is shared. */
export function repainted(mesh: Mesh, from: Material, to: Material): Mesh {
  return { ...mesh, materials: mesh.materials.map((known) => (known === from ? to : known)) };
}

/** Adds the triangles of `part` to `mesh`. */
export function addMesh(mesh: Mesh, part: Mesh): void {
  const base = mesh.positions.length / 3;
  for (const value of part.positions) mesh.positions.push(value);
  for (const value of part.normals) mesh.normals.push(value);
  for (const value of part.uvs) mesh.uvs.push(value);
  for (const index of part.indices) mesh.indices.push(base + index);
  const known = part.materials.map((material) => materialIndex(mesh, material));
  for (const index of part.materialOf) mesh.materialOf.push(known[index] ?? 0);
  for (const group of part.groups) mesh.groups.push(mesh.nextGroup + group);
  mesh.nextGroup += part.nextGroup;
}

/** A CSS colour `#rrggbb` as linear light. */
export function linear(hex: string): Point {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}
