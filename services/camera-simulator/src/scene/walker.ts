import { atmosphereOf } from "./atmosphere.ts";
import type { Camera } from "./camera.ts";
import { addWalker } from "./figure.ts";
import type { LaneStyle } from "./lane-style.ts";
import { plain } from "./materials.ts";
import { emptyMesh } from "./mesh.ts";
import { drawModel, modelOf } from "./model.ts";
import { addShadowGround } from "./shadow-ground.ts";
import type { Sprite } from "./sprite.ts";

/** Distance from the camera at which people cross the lane. */
const CROSSING_Z_M = 8.6;
const STEP_PHASES = 8;
const DOUBLE_STEP_M = 1.4;

/** Draws somebody who has crossed the share `progress` of the lane, from the guardhouse's side. */
export function drawWalker(
  progress: number,
  style: LaneStyle,
  timeOfDay: "day" | "night",
  camera: Camera,
): Sprite {
  const side = style.side;
  const walkedM = progress * 6.4;
  const x = (3.4 - walkedM) * side;
  const phase = Math.round(((walkedM / DOUBLE_STEP_M) % 1) * STEP_PHASES) / STEP_PHASES;
  const mesh = emptyMesh();
  addWalker(mesh, phase, side > 0 ? -1 : 1, {
    top: plain(style.architecture === "modern" ? "#b8472f" : "#3d5f7d", 0.95),
    trousers: plain("#2c3646", 0.95),
    shoes: plain("#d8d6d0", 0.8),
    skin: plain("#9a6a4c", 0.7),
    hair: plain("#1b1512", 0.6),
  });
  addShadowGround(mesh, 1.6, [-1.2, 2]);
  const model = modelOf(mesh, atmosphereOf(style, timeOfDay), 1.8);
  return drawModel(model, camera, x, CROSSING_Z_M);
}
