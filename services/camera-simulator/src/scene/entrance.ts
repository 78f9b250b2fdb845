import type { Camera } from "./camera.ts";
import { addLimb, addTorso } from "./figure.ts";
import type { LaneStyle } from "./lane-style.ts";
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
  tiles,
  windowGlass,
} from "./materials.ts";
import {
  addBlob,
  addBox,
  addMesh,
  addQuad,
  addRod,
  addSurface,
  emptyMesh,
  type Material,
  type Mesh,
  type Point,
} from "./mesh.ts";
import { withSign } from "./name-sign.ts";
import { addAgave, addHedge, addPalm, addTree } from "./plants.ts";
import { randomFrom } from "./random.ts";
import type { Texture } from "./texture.ts";

/** Where things stand, in metres from the camera's foot; x is right for a camera on the left. */
export const LANE = {
  halfWidthM: 1.75,
  cameraXM: -1,
  cameraYM: 1.45,
  /** Nose of a vehicle that waits. */
  stopZM: 6,
  barrierZM: 3.6,
  barrierXM: -1.42,
  barrierYM: 0.71,
} as const;

/** The camera of a lane for a picture of this size. */
export function laneCamera(style: LaneStyle, widthPx: number, heightPx: number): Camera {
  const scale = widthPx / 1920;
  return {
    widthPx,
    heightPx,
    x: LANE.cameraXM * style.side,
    y: LANE.cameraYM,
    z: 0,
    focalPx: 2880 * scale,
    axisXPx: style.side > 0 ? 560 * scale : widthPx - 560 * scale,
    axisYPx: (330 / 1080) * heightPx,
  };
}

interface Site {
  mesh: Mesh;
  style: LaneStyle;
  isNight: boolean;
  /** The name on the wall. */
  sign: Texture;
  random: () => number;
}

/** Everything at the entrance that stands still. */
export function entranceMesh(style: LaneStyle, isNight: boolean, sign: Texture): Mesh {
  const random = randomFrom(style.seed);
  const site: Site = { mesh: emptyMesh(), style, isNight, sign, random };
  addGround(site);
  addGuardhouse(site);
  addNameWall(site);
  addStreetFurniture(site);
  addGreenery(site);
  addNeighbourhood(site);
  addMesh(site.mesh, barrierHousing(style));
  return site.mesh;
}

/** A box given for a camera on the left, mirrored for one on the right. */
function box(site: Site, low: Point, high: Point, material: Material): void {
  const s = site.style.side;
  addBox(site.mesh, [low[0] * s, low[1], low[2]], [high[0] * s, high[1], high[2]], material);
}

function flat(
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

function addGround(site: Site): void {
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

function addGuardhouse(site: Site): void {
  const { style, isNight } = site;
  const wall = stucco(style.wall);
  const trim = plain(style.trim, 0.6);
  const base = stonework(style.architecture === "modern" ? "#8b8177" : "#a58862");
  const frame = plain("#2b2f33", 0.4);
  const [x0, x1, z0, z1] = [2.35, 4.9, 11.2, 14.4];
  box(site, [x0, 0, z0], [x1, 0.95, z1], base);
  box(site, [x0 - 0.06, 0.95, z0 - 0.06], [x1 + 0.06, 1.02, z1 + 0.06], trim);
  // Corner posts carry the roof; between them is glass on three sides.
  for (const [x, z] of [
    [x0, z0],
    [x1 - 0.18, z0],
    [x0, z1 - 0.18],
    [x1 - 0.18, z1 - 0.18],
  ] as const)
    box(site, [x, 0.95, z], [x + 0.18, 2.2, z + 0.18], wall);
  box(site, [x0, 2.08, z0], [x1, 2.5, z1], wall);
  box(site, [x0 + 1.45, 0.95, z0], [x0 + 1.6, 2.1, z0 + 0.12], wall);
  addRoom(site, x0, x1, z0, z1);
  const glass = windowGlass();
  const pane = (a: Point, b: Point, c: Point, d: Point) =>
    addQuad(site.mesh, [a, b, c, d].map((p) => [p[0] * style.side, p[1], p[2]]) as never, glass);
  pane(
    [x0 + 0.18, 1.02, z0 + 0.05],
    [x0 + 1.45, 1.02, z0 + 0.05],
    [x0 + 1.45, 2.08, z0 + 0.05],
    [x0 + 0.18, 2.08, z0 + 0.05],
  );
  pane(
    [x0 + 1.6, 1.02, z0 + 0.05],
    [x1 - 0.18, 1.02, z0 + 0.05],
    [x1 - 0.18, 2.08, z0 + 0.05],
    [x0 + 1.6, 2.08, z0 + 0.05],
  );
  pane(
    [x0 + 0.05, 1.02, z0 + 0.18],
    [x0 + 0.05, 1.02, z1 - 0.18],
    [x0 + 0.05, 2.08, z1 - 0.18],
    [x0 + 0.05, 2.08, z0 + 0.18],
  );
  for (const x of [x0 + 0.82, x0 + 2.0])
    box(site, [x, 1.02, z0 + 0.02], [x + 0.05, 2.08, z0 + 0.07], frame);
  for (const z of [z0 + 1.05, z0 + 2.05])
    box(site, [x0 + 0.02, 1.02, z], [x0 + 0.07, 2.08, z + 0.05], frame);
  if (style.architecture === "modern") {
    box(site, [x0 - 0.75, 2.5, z0 - 0.7], [x1 + 0.6, 2.72, z1 + 0.6], plain(style.roof, 0.8));
    box(site, [x0 - 0.75, 2.44, z0 - 0.7], [x1 + 0.6, 2.5, z1 + 0.6], trim);
  } else {
    box(site, [x0 - 0.5, 2.44, z0 - 0.5], [x1 + 0.5, 2.52, z1 + 0.5], plain("#6b4a30", 0.8));
    hipRoof(site, [x0 - 0.6, x1 + 0.6, z0 - 0.6, z1 + 0.6], 2.5, 0.75);
  }
  // A lamp under the eaves and the air conditioner.
  addBlob(
    site.mesh,
    [(x0 - 0.2) * style.side, 2.36, z0 - 0.25],
    [0.12, 0.07, 0.12],
    isNight ? glowing("#ffe2b0", 14) : plain("#f4f1e6", 0.3),
    8,
  );
}

function addRoom(site: Site, x0: number, x1: number, z0: number, z1: number): void {
  const { isNight, style } = site;
  const inner = isNight ? glowing("#d9b98a", 0.55) : glowing("#8d8674", 0.22);
  flat(site, x0 + 0.1, x1 - 0.1, z0 + 0.1, z1 - 0.1, 0.9, plain("#4a4038"));
  flat(
    site,
    x0 + 0.1,
    x1 - 0.1,
    z0 + 0.1,
    z1 - 0.1,
    2.1,
    isNight ? glowing("#ffe9c4", 1.1) : inner,
  );
  box(site, [x1 - 0.2, 0.95, z0 + 0.2], [x1 - 0.1, 2.1, z1 - 0.2], inner);
  box(site, [x0 + 0.2, 0.95, z1 - 0.2], [x1 - 0.2, 2.1, z1 - 0.1], inner);
  // The guard at the desk, with two screens.
  const s = style.side;
  const shirt = plain("#2b4a6e");
  const skin = plain("#8f6248");
  const x = (x0 + 0.95) * s;
  const z = z0 + 1.1;
  addTorso(site.mesh, [x, 0.8, z + 0.1], [x, 1.5, z + 0.04], 0.22, 0, shirt);
  for (const arm of [-1, 1])
    addLimb(
      site.mesh,
      [
        [x + arm * 0.2, 1.4, z + 0.05],
        [x + arm * 0.31, 1.14, z - 0.08],
        [x + arm * 0.14, 1.06, z - 0.34],
      ],
      [0.062, 0.052, 0.04],
      shirt,
    );
  addRod(
    site.mesh,
    [
      [x, 1.48, z + 0.03],
      [x, 1.54, z],
    ],
    [0.055, 0.05],
    skin,
  );
  addBlob(site.mesh, [x, 1.62, z - 0.01], [0.085, 0.12, 0.098], skin, 12);
  addBlob(site.mesh, [x, 1.705, z], [0.1, 0.055, 0.115], plain("#141c2a"), 12);
  addBlob(site.mesh, [x, 1.675, z - 0.11], [0.075, 0.012, 0.06], plain("#141c2a"), 8);
  box(
    site,
    [x0 + 1.75, 1.05, z0 + 0.6],
    [x0 + 2.25, 1.36, z0 + 0.64],
    glowing("#7fb4d8", isNight ? 0.9 : 0.35),
  );
}

function hipRoof(
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

function addNameWall(site: Site): void {
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

function addStreetFurniture(site: Site): void {
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

function addGreenery(site: Site): void {
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

function addNeighbourhood(site: Site): void {
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

/** The housing of the barrier; it stands nearer to the camera than vehicles do. */
export function barrierHousing(style: LaneStyle): Mesh {
  const mesh = emptyMesh();
  const z = LANE.barrierZM;
  const x = LANE.barrierXM * style.side;
  const s = style.side;
  const body = plain(style.architecture === "colonial" ? "#8f9499" : "#e07a1f", 0.35, 0.05);
  const cap = plain("#2b2e31", 0.45);
  const part = (a: number, b: number, low: number, high: number, depth: number, made: Material) =>
    addBox(mesh, [x + a * s, low, z + 0.23 - depth], [x + b * s, high, z + 0.23 + depth], made);
  part(-0.19, 0.15, 0, 0.94, 0.17, body);
  part(-0.22, 0.18, 0.94, 1.02, 0.2, cap);
  part(-0.22, 0.18, 0, 0.06, 0.2, cap);
  return mesh;
}
