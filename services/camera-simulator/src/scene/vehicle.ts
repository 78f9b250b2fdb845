import { atmosphereOf } from "./atmosphere.ts";
import type { Camera } from "./camera.ts";
import type { LaneStyle } from "./lane-style.ts";
import { leastRecent } from "./least-recent.ts";
import { linear, type Material, repainted } from "./mesh.ts";
import { drawModel, type Model, modelOf } from "./model.ts";
import type { Sprite } from "./sprite.ts";
import type { VehicleKind } from "./state.ts";
import { type Artwork, artworkOf } from "./vehicle-artwork.ts";
import { addShadowGround, bodyMaterial, carMesh } from "./vehicle-body.ts";
import { carShape } from "./vehicle-shapes.ts";

const artworks = leastRecent<Artwork>(5);
const models = leastRecent<Model>(6);

/** Stand for paint in a model, which waits for its colour. */
const unpaintedBody: Material = () => {};
const unpaintedParts: Material = () => {};

/** Where plate and lamps of a kind are, for what is drawn over its sprite. */
export function faceOf(kind: VehicleKind): { plateYM: number; lampXM: number; lampYM: number } {
  const { face } = carShape(kind === "motorcycle" ? "sedan" : kind);
  return {
    plateYM: face.plateYM,
    lampXM: (face.lamp.innerXM + face.lamp.outerXM) / 2 - 0.05,
    lampYM: (face.lamp.topYM + face.lamp.bottomYM) / 2,
  };
}

/** Draws a vehicle with its nose at distance `zM`, in the light of its lane. */
export async function drawVehicle(
  kind: VehicleKind,
  colour: string,
  style: LaneStyle,
  timeOfDay: "day" | "night",
  camera: Camera,
  zM: number,
): Promise<Sprite> {
  const shape = carShape(kind === "motorcycle" ? "sedan" : kind);
  const artwork = await artworks.get(kind, () => artworkOf(shape));
  const model = await models.get(`${style.seed} ${timeOfDay} ${kind}`, async () => {
    const mesh = carMesh(shape, unpaintedBody, unpaintedParts);
    addShadowGround(mesh, 2.2, shape.lengthM);
    return modelOf(mesh, atmosphereOf(style, timeOfDay), shape.lengthM);
  });
  const [r, g, b] = linear(colour);
  const lacquer: Material = (_hit, surface) => {
    surface.r = r;
    surface.g = g;
    surface.b = b;
    surface.roughness = 0.08;
    surface.f0 = 0.05;
  };
  const body = bodyMaterial(artwork, colour, timeOfDay === "night" ? 40 : 0.9);
  const painted = repainted(repainted(model.mesh, unpaintedBody, body), unpaintedParts, lacquer);
  return drawModel({ ...model, mesh: painted }, camera, 0, zM);
}
