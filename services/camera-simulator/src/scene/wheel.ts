import { addSurface, type Material, type Mesh, type Point } from "./mesh.ts";

/** A wheel on the ground at (x, z); its rim faces to `side`, or to both where `side` is 0. */
export function addWheel(
  mesh: Mesh,
  x: number,
  z: number,
  radiusM: number,
  widthM: number,
  side: number,
): void {
  const rubber: Material = (hit, surface) => {
    const tread = Math.abs(((hit.u * 60) % 1) - 0.5) < 0.12 ? 0.6 : 1;
    surface.r = surface.g = surface.b = 0.018 * tread;
  };
  const rim: Material = (hit, surface) => {
    const turn = Math.atan2(hit.y - radiusM, hit.z - z) / (2 * Math.PI);
    const isSpoke = Math.abs((turn * 5 + 5) % 1) < 0.42;
    const tone = isSpoke ? 0.42 : 0.02;
    surface.r = surface.g = surface.b = tone;
    surface.roughness = 0.3;
    surface.f0 = isSpoke ? 0.4 : 0.04;
  };
  // Across the tread and from the axle outwards, in shares of width and radius.
  const profile: [number, number][] = [
    [-0.5, 0.62],
    [-0.5, 0.86],
    [-0.44, 0.97],
    [-0.3, 1],
    [0.3, 1],
    [0.44, 0.97],
    [0.5, 0.86],
    [0.5, 0.62],
  ];
  const ring = (u: number, across: number, r: number): Point => [
    x + across * widthM,
    radiusM + Math.sin(u * 2 * Math.PI) * radiusM * r,
    z + Math.cos(u * 2 * Math.PI) * radiusM * r,
  ];
  addSurface(mesh, 32, profile.length - 1, rubber, (u, v) => {
    const [across, r] = profile[Math.round(v * (profile.length - 1))] as [number, number];
    return ring(u, across, r);
  });
  for (const face of side === 0 ? [-1, 1] : [side])
    addSurface(mesh, 32, 4, rim, (u, v) => ring(u, face * (0.47 - 0.1 * v), 0.66 * (1 - v)));
}
