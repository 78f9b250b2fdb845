import { atmosphereOf } from "./atmosphere.ts";
import type { Camera } from "./camera.ts";
import type { LaneStyle } from "./lane-style.ts";
import { leastRecent } from "./least-recent.ts";
import type { Atmosphere } from "./lighting.ts";
import { glowing, plain } from "./materials.ts";
import { linear, type Material, type Point, repainted } from "./mesh.ts";
import { drawModel, type Model, modelOf } from "./model.ts";
import { MOTORCYCLE, motorcycleMesh } from "./motorcycle.ts";
import { addShadowGround } from "./shadow-ground.ts";
import type { Sprite } from "./sprite.ts";
import type { VehicleKind } from "./state.ts";
import { type Artwork, artworkOf } from "./vehicle-artwork.ts";
import { bodyMaterial, carMesh } from "./vehicle-body.ts";
import { carShape } from "./vehicle-shapes.ts";

const artworks = leastRecent<Artwork>(5);
const models = leastRecent<Model>(6);

/** Stand for paint in a model, which waits for its colour. */
const unpaintedBody: Material = () => {};
const unpaintedParts: Material = () => {};

/** Where plate and lamps of a kind are, for what is drawn over its sprite. */
export interface VehicleFace {
  plateYM: number;
  /** The plate's distance behind the nose. */
  plateBackM: number;
  /** Motorcycles carry smaller plates. */
  plateScale: number;
  /** 0 for a single lamp in the middle. */
  lampXM: number;
  lampYM: number;
}

/** The face of a kind of vehicle. */
export function faceOf(kind: VehicleKind): VehicleFace {
  if (kind === "motorcycle") {
    const { plateYM, lampYM } = MOTORCYCLE;
    return { plateYM, plateBackM: 0.26, plateScale: 0.9, lampXM: 0, lampYM };
  }
  const { lamp, plateYM } = carShape(kind).face;
  return {
    plateYM,
    plateBackM: -0.015,
    plateScale: 1,
    lampXM: (lamp.innerXM + lamp.outerXM) / 2 - 0.05,
    lampYM: (lamp.topYM + lamp.bottomYM) / 2,
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
  const model = await models.get(`${style.seed} ${timeOfDay} ${kind}`, async () =>
    modelFor(kind, atmosphereOf(style, timeOfDay), timeOfDay),
  );
  const paint = paintOf(colour);
  const [r, g, b] = paint;
  const lacquer: Material = (_hit, surface) => {
    surface.r = r;
    surface.g = g;
    surface.b = b;
    surface.roughness = 0.08;
    surface.f0 = 0.05;
  };
  let mesh = repainted(model.mesh, unpaintedParts, lacquer);
  if (kind !== "motorcycle") {
    const artwork = await artworks.get(kind, () => artworkOf(carShape(kind)));
    const body = bodyMaterial(artwork, paint, timeOfDay === "night" ? 40 : 0.5);
    mesh = repainted(mesh, unpaintedBody, body);
  }
  return drawModel({ ...model, mesh }, camera, 0, zM);
}

/** Even white lacquer swallows a part of the light. */
function paintOf(colour: string): Point {
  const [r, g, b] = linear(colour);
  return [r * 0.74 + 0.006, g * 0.74 + 0.006, b * 0.74 + 0.006];
}

function modelFor(kind: VehicleKind, air: Atmosphere, timeOfDay: "day" | "night"): Model {
  if (kind === "motorcycle") {
    const mesh = motorcycleMesh(
      unpaintedParts,
      timeOfDay === "night" ? glowing("#fff6e0", 30) : plain("#cfd6da", 0.06, 0.3),
    );
    addShadowGround(mesh, 1.5, [-0.8, MOTORCYCLE.lengthM + 1]);
    return modelOf(mesh, air, MOTORCYCLE.lengthM);
  }
  const shape = carShape(kind);
  const mesh = carMesh(shape, unpaintedBody, unpaintedParts);
  addShadowGround(mesh, 2.2, [-1, shape.lengthM + 1.6]);
  return modelOf(mesh, air, shape.lengthM);
}
