import type { Camera, Region } from "./camera.ts";
import type { Mesh } from "./mesh.ts";

const NEAR_M = 0.25;
/** More materials than any mesh has; a power of two. */
export const MATERIALS = 256;
/** Values per vertex: position relative to the camera, normal, uv, sky light. */
export const STRIDE = 11;

/** The triangles of a mesh as they lie in a picture. */
export interface Triangles {
  count: number;
  /** Picture positions x0 y0 x1 y1 x2 y2. */
  corners: Float64Array;
  /** Per corner the plane a·x + b·y + c of (barycentric weight / depth). */
  planes: Float64Array;
  /** Numbers of the corners in `vertices`. */
  owners: Int32Array;
  /** Surface × MATERIALS + material: samples of one key in a pixel are shaded together. */
  keys: Int32Array;
  vertices: Float32Array;
  vertexCount: number;
}

/** Projects `mesh` into `region` of the camera's picture, cut off just in front of the camera. */
export function projectMesh(mesh: Mesh, camera: Camera, region: Region): Triangles {
  const { indices } = mesh;
  const room = indices.length / 3 + 64;
  const triangles: Triangles = {
    count: 0,
    corners: new Float64Array(room * 6),
    planes: new Float64Array(room * 9),
    owners: new Int32Array(room * 3),
    keys: new Int32Array(room),
    ...verticesOf(mesh, camera),
  };
  for (let t = 0; t < indices.length / 3; t++) {
    const a = indices[t * 3] as number;
    const b = indices[t * 3 + 1] as number;
    const c = indices[t * 3 + 2] as number;
    const key = (mesh.groups[t] as number) * MATERIALS + (mesh.materialOf[t] as number);
    const inFront = isInFront(triangles, a) + isInFront(triangles, b) + isInFront(triangles, c);
    if (inFront === 3) addTriangle(triangles, camera, region, a, b, c, key);
    else if (inFront > 0) {
      const polygon = cutNear(triangles, [a, b, c]);
      for (let i = 2; i < polygon.length; i++) {
        const [first, before, last] = [polygon[0], polygon[i - 1], polygon[i]] as [
          number,
          number,
          number,
        ];
        addTriangle(triangles, camera, region, first, before, last, key);
      }
    }
  }
  return triangles;
}

function verticesOf(mesh: Mesh, camera: Camera): { vertices: Float32Array; vertexCount: number } {
  const { positions, normals, uvs, skyLight } = mesh;
  const vertexCount = positions.length / 3;
  const vertices = new Float32Array((vertexCount + 256) * STRIDE);
  for (let v = 0, i = 0, at = 0; v < vertexCount; v++, i += 3, at += STRIDE) {
    vertices[at] = (positions[i] as number) - camera.x;
    vertices[at + 1] = (positions[i + 1] as number) - camera.y;
    vertices[at + 2] = (positions[i + 2] as number) - camera.z;
    vertices[at + 6] = uvs[v * 2] as number;
    vertices[at + 7] = uvs[v * 2 + 1] as number;
    for (let c = 0; c < 3; c++) {
      vertices[at + 3 + c] = normals[i + c] as number;
      if (skyLight) vertices[at + 8 + c] = skyLight[i + c] as number;
    }
  }
  return { vertices, vertexCount };
}

function isInFront({ vertices }: Triangles, vertex: number): number {
  return (vertices[vertex * STRIDE + 2] as number) > NEAR_M ? 1 : 0;
}

function addTriangle(
  triangles: Triangles,
  camera: Camera,
  region: Region,
  a: number,
  b: number,
  c: number,
  key: number,
): void {
  const { vertices: d } = triangles;
  const ia = 1 / (d[a * STRIDE + 2] as number);
  const ib = 1 / (d[b * STRIDE + 2] as number);
  const ic = 1 / (d[c * STRIDE + 2] as number);
  const ox = camera.axisXPx - region.leftPx;
  const oy = camera.axisYPx - region.topPx;
  const ax = ox + camera.focalPx * (d[a * STRIDE] as number) * ia;
  const ay = oy - camera.focalPx * (d[a * STRIDE + 1] as number) * ia;
  const bx = ox + camera.focalPx * (d[b * STRIDE] as number) * ib;
  const by = oy - camera.focalPx * (d[b * STRIDE + 1] as number) * ib;
  const cx = ox + camera.focalPx * (d[c * STRIDE] as number) * ic;
  const cy = oy - camera.focalPx * (d[c * STRIDE + 1] as number) * ic;
  if (Math.max(ax, bx, cx) < 0 || Math.min(ax, bx, cx) > region.widthPx) return;
  if (Math.max(ay, by, cy) < 0 || Math.min(ay, by, cy) > region.heightPx) return;
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (Math.abs(area) < 1e-9) return;
  if (triangles.count === triangles.keys.length) makeRoom(triangles);
  const { corners, planes, owners, keys } = triangles;
  const t = triangles.count++;
  keys[t] = key;
  owners[t * 3] = a;
  owners[t * 3 + 1] = b;
  owners[t * 3 + 2] = c;
  const at = t * 6;
  corners[at] = ax;
  corners[at + 1] = ay;
  corners[at + 2] = bx;
  corners[at + 3] = by;
  corners[at + 4] = cx;
  corners[at + 5] = cy;
  putPlane(planes, t * 9, bx, by, cx, cy, ia / area);
  putPlane(planes, t * 9 + 3, cx, cy, ax, ay, ib / area);
  putPlane(planes, t * 9 + 6, ax, ay, bx, by, ic / area);
}

/** Twice the area of the triangle of p, q and a point, times `factor`, as a plane over the picture. */
function putPlane(
  planes: Float64Array,
  at: number,
  px: number,
  py: number,
  qx: number,
  qy: number,
  factor: number,
): void {
  planes[at] = (py - qy) * factor;
  planes[at + 1] = (qx - px) * factor;
  planes[at + 2] = (px * qy - qx * py) * factor;
}

function makeRoom(triangles: Triangles): void {
  const larger = <T extends Float64Array | Int32Array>(old: T, made: T): T => {
    made.set(old);
    return made;
  };
  const { corners, planes, owners, keys } = triangles;
  triangles.corners = larger(corners, new Float64Array(corners.length * 2));
  triangles.planes = larger(planes, new Float64Array(planes.length * 2));
  triangles.owners = larger(owners, new Int32Array(owners.length * 2));
  triangles.keys = larger(keys, new Int32Array(keys.length * 2));
}

/** The part of a triangle in front of the near plane, as a polygon of vertex numbers. */
function cutNear(triangles: Triangles, corner: readonly number[]): number[] {
  const polygon: number[] = [];
  for (let i = 0; i < 3; i++) {
    const a = corner[i] as number;
    const b = corner[(i + 1) % 3] as number;
    if (isInFront(triangles, a)) polygon.push(a);
    if (isInFront(triangles, a) !== isInFront(triangles, b)) polygon.push(between(triangles, a, b));
  }
  return polygon;
}

/** A new vertex where the edge from a to b meets the near plane. */
function between(triangles: Triangles, a: number, b: number): number {
  const vertex = triangles.vertexCount++;
  if ((vertex + 1) * STRIDE > triangles.vertices.length) {
    const larger = new Float32Array(triangles.vertices.length * 2);
    larger.set(triangles.vertices);
    triangles.vertices = larger;
  }
  const { vertices } = triangles;
  const za = vertices[a * STRIDE + 2] as number;
  const zb = vertices[b * STRIDE + 2] as number;
  const t = (NEAR_M - za) / (zb - za);
  for (let k = 0; k < STRIDE; k++) {
    const va = vertices[a * STRIDE + k] as number;
    vertices[vertex * STRIDE + k] = va + t * ((vertices[b * STRIDE + k] as number) - va);
  }
  vertices[vertex * STRIDE + 2] = NEAR_M;
  return vertex;
}
