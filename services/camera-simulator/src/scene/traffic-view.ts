import { atmosphereOf } from "./atmosphere.ts";
import { type Camera, projectX, projectY } from "./camera.ts";
import { addGlow, type Frame, type PlateLight, placePlate } from "./frame.ts";
import { LANE } from "./lane-camera.ts";
import type { LaneStyle } from "./lane-style.ts";
import { leastRecent } from "./least-recent.ts";
import { type PlateImage, plateImage } from "./plate-image.ts";
import { halved, placeSprite, type Sprite } from "./sprite.ts";
import type { SceneState } from "./state.ts";
import { drawVehicle, faceOf } from "./vehicle.ts";

const vehicles = leastRecent<Sprite>(12);
const plates = leastRecent<PlateImage>(16);

type Vehicle = NonNullable<SceneState["vehicle"]>;

/** Distance of a vehicle's nose from the camera: it brakes towards the barrier, then leaves. */
export function noseDistanceM(progress: number): number {
  if (progress <= 1) return LANE.stopZM + 32 * (1 - progress) ** 2.6;
  return LANE.stopZM - 11.5 * (progress - 1) ** 1.4;
}

/** Draws `vehicle` where it is now, with its plate and, by night, its headlamps. */
export async function drawTraffic(
  frame: Frame,
  camera: Camera,
  style: LaneStyle,
  scene: SceneState,
  vehicle: Vehicle,
): Promise<void> {
  const zM = noseDistanceM(vehicle.progress);
  if (zM < -4.6) return;
  const { kind, bodyColour } = vehicle;
  const stand = standFor(zM);
  const view = scaled(camera, stand.detail);
  const look = `${scene.lane} ${scene.timeOfDay} ${kind} ${bodyColour}`;
  const sprite = await vehicles.get(`${look} ${stand.zM} ${stand.detail} ${view.widthPx}`, () =>
    drawVehicle(kind, bodyColour, style, scene.timeOfDay, view, stand.zM),
  );
  placeVehicle(frame, camera, view, sprite, stand.zM, zM);
  if (zM < 1.2) return;
  const face = faceOf(kind);
  if (vehicle.plate !== null) {
    const { plate, country } = vehicle;
    const image = await plates.get(`${country} ${plate} ${kind}`, () =>
      plateImage(country, plate, kind),
    );
    const light = plateLight(style, scene, zM);
    const { plateScale: size } = face;
    const hung = { ...image, widthM: image.widthM * size, heightM: image.heightM * size };
    placePlate(frame, camera, hung, 0, face.plateYM, zM + face.plateBackM, light);
  }
  if (scene.timeOfDay === "night") drawHeadlights(frame, camera, style, face, zM);
}

/**
 * Vehicles are drawn for a few distances only; in between they are scaled. What passes close by
 * is blurred by its speed anyway and needs less detail.
 */
function standFor(zM: number): { zM: number; detail: number } {
  if (zM > 10) return { zM: 15, detail: 1 };
  if (zM > 4.4) return { zM: LANE.stopZM, detail: 1 };
  // From here on the frame cuts the vehicle off: it may only be scaled up, never down.
  if (zM > 1) return { zM: zM > 2.2 ? 4.4 : 2.2, detail: 0.5 };
  return { zM: Math.ceil(zM / 1.5) * 1.5, detail: 0.5 };
}

/** `camera` with a picture `detail` times as large. */
function scaled(camera: Camera, detail: number): Camera {
  return {
    ...camera,
    widthPx: Math.round(camera.widthPx * detail),
    heightPx: Math.round(camera.heightPx * detail),
    focalPx: camera.focalPx * detail,
    axisXPx: camera.axisXPx * detail,
    axisYPx: camera.axisYPx * detail,
  };
}

/** Places a sprite drawn by `view` with its nose at `drawnAtM` so that its nose is at `zM`. */
function placeVehicle(
  frame: Frame,
  camera: Camera,
  view: Camera,
  sprite: Sprite,
  drawnAtM: number,
  zM: number,
): void {
  const detail = camera.focalPx / view.focalPx;
  // What has passed the camera cannot be scaled about its nose.
  const [from, to] = zM > 1 ? [drawnAtM, zM] : [1, 1];
  let scale = (from / to) * detail;
  let [x, y] = [projectX(view, 0, from), projectY(view, 0.5, from)];
  let drawn = sprite;
  while (scale < 0.6) {
    drawn = halved(drawn);
    scale *= 2;
    x /= 2;
    y /= 2;
  }
  placeSprite(frame, drawn, [x, y], [projectX(camera, 0, to), projectY(camera, 0.5, to)], scale);
}

function plateLight(style: LaneStyle, scene: SceneState, zM: number): PlateLight {
  if (scene.timeOfDay === "day") {
    const air = atmosphereOf(style, "day");
    const lit = -air.sun[2] > 0.2 ? 0.9 : 0.8;
    return { gain: [lit, lit, lit], lift: 8, monochrome: false };
  }
  // Plates throw light back to where it comes from: they shine in the camera's own lamp.
  const near = Math.min(1, (7 / zM) ** 1.2);
  if (style.night === "infrared")
    return { gain: [0.92 * near, 0.92 * near, 0.92 * near], lift: 6, monochrome: true };
  return { gain: [0.84 * near, 0.8 * near, 0.74 * near], lift: 5, monochrome: false };
}

function drawHeadlights(
  frame: Frame,
  camera: Camera,
  style: LaneStyle,
  face: { lampXM: number; lampYM: number },
  zM: number,
): void {
  const size = (camera.focalPx / zM) * 1.15;
  const white: [number, number, number] =
    style.night === "infrared" ? [225, 225, 225] : [235, 230, 215];
  for (const side of face.lampXM === 0 ? [0] : [-1, 1])
    addGlow(
      frame,
      projectX(camera, side * face.lampXM, zM + 0.15),
      projectY(camera, face.lampYM, zM + 0.15),
      Math.min(size, camera.heightPx * 0.4),
      white,
    );
}
