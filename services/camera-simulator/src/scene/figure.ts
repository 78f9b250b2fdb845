import { addSurface, type Material, type Mesh, type Point } from "./mesh.ts";
import { addBlob, addRod } from "./solids.ts";

/** What a person wears. */
export interface Clothes {
  top: Material;
  trousers: Material;
  shoes: Material;
  skin: Material;
  hair: Material;
}

function between(a: Point, b: Point, t: number): Point {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** An arm or leg through three joints, thicker at the muscles than at the joints. */
export function addLimb(
  mesh: Mesh,
  joints: readonly [Point, Point, Point],
  radii: readonly [number, number, number],
  material: Material,
): void {
  const [a, b, c] = joints;
  const [ra, rb, rc] = radii;
  const path: Point[] = [];
  const thickness: number[] = [];
  for (let i = 0; i <= 12; i++) {
    const t = i / 12;
    // A quadratic curve whose middle goes near the joint rounds it.
    const first = between(a, b, Math.min(1, t * 2));
    const second = between(b, c, Math.max(0, t * 2 - 1));
    const bend = Math.max(0, 1 - Math.abs(t - 0.5) * 5);
    const straight = t < 0.5 ? first : second;
    path.push(between(straight, between(a, c, t), bend * 0.18));
    const muscle = 1 + 0.12 * Math.sin(Math.PI * ((t * 2) % 1));
    thickness.push((t < 0.5 ? ra + (rb - ra) * t * 2 : rb + (rc - rb) * (t * 2 - 1)) * muscle);
  }
  addRod(mesh, [path[0] as Point, ...path, path[12] as Point], [0, ...thickness, 0], material, 12);
}

/** Hips to shoulders: oval rings, `sway` turns the shoulders about the upright axis. */
export function addTorso(
  mesh: Mesh,
  hips: Point,
  neck: Point,
  shoulderM: number,
  facing: number,
  material: Material,
): void {
  // Share of the way up, half width and half depth relative to the shoulders.
  const rings: [number, number, number][] = [
    [0, 0.02, 0.02],
    [0, 0.72, 0.56],
    [0.15, 0.74, 0.58],
    [0.35, 0.7, 0.52],
    [0.6, 0.86, 0.58],
    [0.8, 1, 0.58],
    [0.9, 0.96, 0.5],
    [0.96, 0.7, 0.4],
    [1, 0.3, 0.3],
    [1.02, 0.02, 0.02],
  ];
  addSurface(mesh, 20, rings.length - 1, material, (u, v) => {
    const [t, wide, deep] = rings[Math.round(v * (rings.length - 1))] as [number, number, number];
    const p = between(hips, neck, t);
    const angle = u * 2 * Math.PI;
    const across = Math.cos(angle) * wide * shoulderM;
    const along = Math.sin(angle) * deep * shoulderM;
    return [
      p[0] + across * Math.cos(facing) - along * Math.sin(facing),
      p[1],
      p[2] + across * Math.sin(facing) + along * Math.cos(facing),
    ];
  });
}

/**
 * Somebody who walks along +x (`direction` 1) or −x, feet on the ground below the origin;
 * `phase` in [0, 1) is the place in a double step.
 */
export function addWalker(mesh: Mesh, phase: number, direction: 1 | -1, clothes: Clothes): void {
  const swing = Math.sin(phase * 2 * Math.PI);
  const lift = 0.02 * Math.cos(phase * 4 * Math.PI);
  const d = direction;
  const hipY = 0.92 + lift;
  const leg = (side: number, forward: number): void => {
    const z = side * 0.09;
    const lifted = Math.max(
      0,
      side > 0 ? Math.cos(phase * 2 * Math.PI) : -Math.cos(phase * 2 * Math.PI),
    );
    const knee: Point = [d * (0.2 * forward + 0.07 * lifted), 0.5 + 0.04 * lifted, z];
    const foot: Point = [d * (0.36 * forward - 0.05 * lifted), 0.09 + 0.09 * lifted, z];
    addLimb(mesh, [[0, hipY, z], knee, foot], [0.1, 0.07, 0.052], clothes.trousers);
    addBlob(mesh, [foot[0] + d * 0.06, foot[1] - 0.035, z], [0.14, 0.05, 0.052], clothes.shoes, 8);
  };
  leg(1, swing);
  leg(-1, -swing);
  const neck: Point = [d * 0.03, 1.47 + lift, 0];
  const facing = Math.PI / 2 - d * 0.35 + swing * 0.12;
  addTorso(mesh, [0, hipY - 0.06, 0], neck, 0.2, facing, clothes.top);
  const arm = (side: number, forward: number): void => {
    const z = side * 0.21;
    const shoulder: Point = [d * 0.02, 1.39 + lift, z * 0.92];
    const elbow: Point = [d * (0.02 + 0.16 * forward), 1.12, z * 1.12];
    const hand: Point = [d * (0.1 + 0.28 * forward), 0.9 + 0.06 * Math.abs(forward), z * 1.05];
    addLimb(mesh, [shoulder, elbow, hand], [0.062, 0.048, 0.035], clothes.top);
    addBlob(mesh, hand, [0.04, 0.05, 0.03], clothes.skin, 8);
  };
  arm(1, -swing);
  arm(-1, swing);
  addRod(mesh, [neck, [d * 0.04, 1.58 + lift, 0]], [0.055, 0.05], clothes.skin, 10);
  addBlob(mesh, [d * 0.05, 1.635 + lift, 0], [0.1, 0.126, 0.086], clothes.skin, 14);
  addBlob(mesh, [d * 0.028, 1.685 + lift, 0], [0.104, 0.094, 0.094], clothes.hair, 14);
}
