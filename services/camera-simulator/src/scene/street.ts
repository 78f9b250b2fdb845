import { LANE } from "./lane-camera.ts";
import {
  asphalt,
  glowing,
  grass,
  kerb,
  pavers,
  plain,
  roadPaint,
  stonework,
  stripes,
  stucco,
} from "./materials.ts";
import { addQuad, addSurface } from "./mesh.ts";
import { withSign } from "./name-sign.ts";
import { box, flat, type Site } from "./site.ts";
import { addBlob, addRod } from "./solids.ts";

/** Road, kerbs, lawns and what is painted on the road. */
export function addGround(site: Site): void {
  const { style } = site;
  const half = LANE.halfWidthM;
  const road = style.road === "asphalt" ? asphalt(0) : pavers("#8d7b70", "#a58d7c");
  const lawn = grass("#5b7a34");
  flat(site, -half, half, 0.3, 140, 0, road);
  flat(site, 5.4, 9.2, 0.3, 140, 0, road);
  flat(site, -60, -half, 0.3, 140, -0.01, lawn);
  flat(site, half, 5.4, 0.3, 140, -0.01, lawn);
  flat(site, 9.2, 80, 0.3, 140, -0.01, lawn);
  const edge = kerb("#b9b4a9", style.architecture === "modern" ? "#e0b21c" : undefined);
  for (const [a, b] of [
    [-half - 0.16, -half],
    [half, half + 0.16],
    [5.24, 5.4],
    [9.2, 9.36],
  ] as const)
    box(site, [a, -0.02, 2], [b, 0.14, 120], edge);
  const white = roadPaint("#d8d6cc");
  const yellow = roadPaint("#d9a516");
  // Edge lines, an arrow that points at the barrier, and a speed bump.
  flat(site, -1.55, -1.45, 3, 60, 0.004, white);
  flat(site, 1.45, 1.55, 3, 60, 0.004, white);
  flat(site, -0.09, 0.09, 10.4, 13, 0.004, white);
  addQuad(
    site.mesh,
    [
      [-0.42, 0.004, 10.4],
      [0, 0.004, 8.6],
      [0, 0.004, 8.6],
      [0.42, 0.004, 10.4],
    ],
    white,
  );
  addSurface(site.mesh, 2, 8, stripes("#c9981a", "#2a2a2b", 1.1), (u, v) => [
    (u * 2 - 1) * 1.7,
    0.07 * Math.sin(Math.PI * v),
    18 + v * 0.6,
  ]);
  flat(site, -1.4, 1.4, 21.5, 21.8, 0.004, yellow);
}

/** The wall with the community's name, and the walls along the road. */
export function addNameWall(site: Site): void {
  const { style } = site;
  const stone = stonework(style.architecture === "modern" ? "#9a8f82" : "#b08f66");
  const wall = stucco(style.wall);
  const trim = plain(style.trim, 0.6);
  box(site, [-2.75, 0, 16], [-2.15, 2.7, 16.6], stone);
  box(site, [-2.83, 2.7, 15.92], [-2.07, 2.82, 16.68], trim);
  const named = withSign(wall, site.sign, style, -2.88, 0.86);
  box(site, [-7.5, 0, 16.2], [-2.75, 2.15, 16.5], named);
  box(site, [-7.5, 2.15, 16.12], [-2.75, 2.24, 16.58], trim);
  // The wall goes on along the road.
  box(site, [-7.7, 0, 16.5], [-7.45, 2.15, 90], wall);
  box(site, [9.9, 0, 20], [10.2, 2.2, 90], wall);
  box(site, [9.84, 2.2, 20], [10.26, 2.28, 90], trim);
}

/** Posts, street lamps and the intercom for visitors. */
export function addStreetFurniture(site: Site): void {
  const { style, isNight, mesh } = site;
  const s = style.side;
  const post = stripes("#e7b416", "#20211f", 3.2);
  for (const [x, z] of [
    [2.12, 9.6],
    [2.12, 10.5],
    [-2.15, 10.2],
  ] as const) {
    addRod(
      mesh,
      [
        [x * s, 0, z],
        [x * s, 0.2, z],
        [x * s, 0.6, z],
        [x * s, 0.82, z],
        [x * s, 0.85, z],
      ],
      [0.075, 0.075, 0.075, 0.075, 0],
      post,
      12,
    );
  }
  const steel = plain("#8c9092", 0.35, 0.3);
  const lampGlass = isNight ? glowing("#ffd9a0", 26) : plain("#dfe3e4", 0.3);
  for (const [x, z, reach] of [
    [-2.5, 21, 1.3],
    [5.0, 33, 1.3],
    [-2.5, 46, 1.3],
  ] as const) {
    addRod(
      mesh,
      [
        [x * s, 0, z],
        [x * s, 3, z],
        [x * s, 5.2, z],
        [(x + reach * 0.3) * s, 5.6, z],
        [(x + reach) * s, 5.7, z],
      ],
      [0.08, 0.06, 0.05, 0.04, 0.03],
      steel,
      8,
    );
    addBlob(mesh, [(x + reach) * s, 5.64, z], [0.3, 0.06, 0.12], lampGlass, 8);
  }
  // Intercom for visitors, beside the guardhouse.
  box(site, [2.05, 0, 7.6], [2.15, 1.0, 7.7], steel);
  box(site, [1.97, 0.98, 7.56], [2.23, 1.42, 7.76], plain("#2c3034", 0.4));
  box(site, [1.94, 1.42, 7.5], [2.26, 1.45, 7.78], steel);
  box(site, [2.01, 1.24, 7.545], [2.19, 1.37, 7.56], glowing("#4f86b8", isNight ? 1.2 : 0.5));
  for (let i = 0; i < 9; i++) {
    const x = 2.035 + (i % 3) * 0.05;
    const y = 1.04 + Math.floor(i / 3) * 0.055;
    box(site, [x, y, 7.545], [x + 0.035, y + 0.035, 7.56], plain("#c9cdd0", 0.4));
  }
}
