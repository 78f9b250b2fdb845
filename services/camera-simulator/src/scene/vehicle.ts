import { atmosphereOf } from "./atmosphere.ts";
import type { Camera } from "./camera.ts";
import type { LaneStyle } from "./lane-style.ts";
import { leastRecent } from "./least-recent.ts";
import { linear, type Material } from "./mesh.ts";
import type { VehicleKind } from "./state.ts";
import { type Artwork, artworkOf } from "./vehicle-artwork.ts";
import { addShadowGround, bodyMaterial, carMesh } from "./vehicle-body.ts";
import { carShape } from "./vehicle-shapes.ts";
import { drawModel, modelOf, type Sprite } from "./vehicle-sprite.ts";

/** A vehicle as drawn for one distance. */
export interface DrawnVehicle {
  sprite: Sprite;
}

const artworks = leastRecent<Artwork>(4);

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
): Promise<DrawnVehicle> {
  const air = atmosphereOf(style, timeOfDay);
  const shape = carShape(kind === "motorcycle" ? "sedan" : kind);
  const artwork = await artworks.get(kind, () => artworkOf(shape));
  const [r, g, b] = linear(colour);
  const lacquer: Material = (_hit, surface) => {
    surface.r = r;
    surface.g = g;
    surface.b = b;
    surface.roughness = 0.08;
    surface.f0 = 0.05;
  };
  const body = bodyMaterial(artwork, colour, timeOfDay === "night" ? 40 : 0.9);
  const mesh = carMesh(shape, moveBack(body, zM), lacquer);
  addShadowGround(mesh, 2.3, shape.lengthM);
  const model = modelOf(mesh, air, shape.lengthM);
  return { sprite: drawModel(model, camera, air, 0, zM) };
}

/** Artwork is drawn for a nose at z = 0; the vehicle stands at `zM`. */
function moveBack(material: Material, zM: number): Material {
  return (hit, surface) => {
    hit.z -= zM;
    material(hit, surface);
    hit.z += zM;
  };
}
