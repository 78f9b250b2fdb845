import { LANE } from "./lane-camera.ts";
import { plain, stucco } from "./materials.ts";
import type { Point } from "./mesh.ts";
import { addAgave, addHedge, addPalm, addTree } from "./plants.ts";
import { box, hipRoof, type Site } from "./site.ts";

/** Hedges, agaves, and the trees along the road. */
export function addGreenery(site: Site): void {
  const { mesh, style, random } = site;
  const s = style.side;
  const at = (x: number, z: number): Point => [x * s, 0, z];
  const hedge = (x0: number, x1: number, z0: number, z1: number, height: number) =>
    addHedge(
      mesh,
      [Math.min(x0 * s, x1 * s), 0, z0],
      [Math.max(x0 * s, x1 * s), height, z1],
      "#45672b",
      random,
    );
  hedge(-3.3, -2.4, 8.5, 15, 0.62);
  hedge(2.3, 5, 10.4, 10.95, 0.5);
  hedge(2.3, 4.9, 17, 26, 0.7);
  hedge(-7.4, -2.9, 15.6, 16.1, 0.55);
  for (const [x, z] of [
    [-2.3, 15.2],
    [2.9, 9.7],
    [3.7, 9.5],
    [4.5, 9.8],
  ] as const)
    addAgave(mesh, at(x, z), 0.42, "#6f8a6a", random);
  if (style.trees === "palms") {
    for (const [x, z, height] of [
      [-3.6, 20, 4.2],
      [-3.6, 27, 5.2],
      [-3.6, 35, 5.6],
      [-3.6, 45, 6],
      [3.6, 20, 4.4],
      [3.6, 28, 5.2],
      [3.6, 37, 5.6],
      [3.6, 48, 6],
      [6.2, 17, 3.9],
    ] as const)
      addPalm(mesh, at(x, z), height + random() * 0.6, random);
  } else {
    for (const [x, z, height, spread, hex] of [
      [-4.6, 22, 4.6, 1.9, "#5d7f33"],
      [-4.8, 31, 5.4, 2.3, "#4f7230"],
      [3.6, 21, 4.8, 1.8, "#6a8a3a"],
      [3.6, 31, 5.4, 2.2, "#8a4f8e"],
      [-4.6, 42, 6, 2.6, "#587a34"],
      [3.6, 43, 6, 2.5, "#5d7f33"],
    ] as const)
      addTree(mesh, at(x, z), height, spread, hex, 2600, random);
  }
}

/** Houses behind the walls and trees at the end of the road. */
export function addNeighbourhood(site: Site): void {
  const { mesh, style, random } = site;
  const s = style.side;
  const walls = ["#e6dccb", "#cfd4d6", "#e3c9a4", "#d8b59a", "#eeeae0"];
  for (let i = 0; i < 9; i++) {
    const left = i % 2 === 0;
    const z = 26 + i * 7;
    const x0 = left ? -19 - random() * 3 : 12.5 + random() * 2;
    const x1 = x0 + 7 + random() * 2;
    const height = 4.6 + random() * 1.6;
    const wall = stucco(walls[i % walls.length] as string);
    box(site, [x0, 0, z], [x1, height, z + 6], wall);
    const dark = plain("#20282f", 0.05, 0.12);
    for (let w = 0; w < 3; w++) {
      const wx = x0 + 1 + w * 2.3;
      box(site, [wx, height - 1.9, z - 0.05], [wx + 1.1, height - 0.8, z], dark);
      box(
        site,
        [left ? x1 : x0 - 0.05, height - 1.9, z + 0.8 + w * 1.8],
        [left ? x1 + 0.05 : x0, height - 0.8, z + 1.8 + w * 1.8],
        dark,
      );
    }
    if (style.architecture === "colonial")
      hipRoof(site, [x0 - 0.5, x1 + 0.5, z - 0.5, z + 6.5], height, 1.6);
    else
      box(site, [x0 - 0.3, height, z - 0.3], [x1 + 0.3, height + 0.25, z + 6.3], plain("#a8a59e"));
  }
  for (let i = 0; i < 30; i++) {
    const x = (i - 12) * 3.6 + random() * 3;
    const z = 58 + random() * 34;
    const height = 5.5 + random() * 3.5;
    const spread = 2.6 + random() * 1.4;
    // Only what the camera can see, and not on the road.
    const across = (x - LANE.cameraXM) / z;
    if (across < -0.25 || across > 0.52 || Math.abs(x) < 4 || Math.abs(x - 7.3) < 3.4) continue;
    addTree(mesh, [x * s, 0, z], height, spread, "#4c6c2f", 900, random);
  }
  // Far away the road turns off behind trees.
  for (let i = 0; i < 9; i++) {
    const x = -10 + i * 3.4 + random() * 1.5;
    addTree(mesh, [x * s, 0, 104 + random() * 8], 5 + random() * 3, 2.8, "#43622b", 500, random);
  }
}
