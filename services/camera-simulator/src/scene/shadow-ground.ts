import { shadowCatcher } from "./lighting.ts";
import { addSurface, type Mesh } from "./mesh.ts";

/** Ground under a model that shows nothing but its shadow, between two distances. */
export function addShadowGround(
  mesh: Mesh,
  halfWidthM: number,
  [fromM, toM]: readonly [number, number],
): void {
  const columns = Math.round(halfWidthM * 20);
  const rows = Math.round((toM - fromM) * 8);
  addSurface(mesh, columns, rows, shadowCatcher, (u, v) => [
    (u * 2 - 1) * halfWidthM,
    0.004,
    fromM + v * (toM - fromM),
  ]);
}
