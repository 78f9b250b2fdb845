import { addGuardhouse } from "./guardhouse.ts";
import { LANE } from "./lane-camera.ts";
import type { LaneStyle } from "./lane-style.ts";
import { plain } from "./materials.ts";
import { addMesh, emptyMesh, type Material, type Mesh } from "./mesh.ts";
import { addGreenery, addNeighbourhood } from "./neighbourhood.ts";
import { randomFrom } from "./random.ts";
import type { Site } from "./site.ts";
import { addBox } from "./solids.ts";
import { addGround, addNameWall, addStreetFurniture } from "./street.ts";
import type { Texture } from "./texture.ts";

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
