import { addLimb, addTorso } from "./figure.ts";
import { glowing, plain, stonework, stucco, windowGlass } from "./materials.ts";
import { addQuad, type Point } from "./mesh.ts";
import { box, flat, hipRoof, type Site } from "./site.ts";
import { addBlob, addRod } from "./solids.ts";

/** The guardhouse between the lanes, with the guard at the desk. */
export function addGuardhouse(site: Site): void {
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
