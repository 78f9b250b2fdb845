import { atmosphereOf } from "./atmosphere.ts";
import type { Camera } from "./camera.ts";
import { addWalker } from "./figure.ts";
import type { LaneStyle } from "./lane-style.ts";
import { leastRecent } from "./least-recent.ts";
import { plain } from "./materials.ts";
import { emptyMesh } from "./mesh.ts";
import { drawModel, type Model, modelOf } from "./model.ts";
import { addShadowGround } from "./shadow-ground.ts";
import type { Sprite } from "./sprite.ts";

/** Distance from the camera at which people cross the lane, and from where to where. */
const CROSSING_Z_M = 8.6;
const FROM_X_M = 3.4;
const WAY_M = 6.4;
const STEP_PHASES = 8;
const DOUBLE_STEP_M = 1.4;

/** One model per phase of a step. */
const models = leastRecent<Model>(STEP_PHASES);

/** Draws somebody who has crossed the share `progress` of the lane, from the guardhouse's side. */
export async function drawWalker(
  progress: number,
  style: LaneStyle,
  timeOfDay: "day" | "night",
  camera: Camera,
): Promise<Sprite> {
  const walkedM = progress * WAY_M;
  const phase = Math.round((walkedM / DOUBLE_STEP_M) * STEP_PHASES) % STEP_PHASES;
  const model = await models.get(`${style.seed} ${timeOfDay} ${phase}`, async () =>
    walkerModel(phase / STEP_PHASES, style, timeOfDay),
  );
  return drawModel(model, camera, (FROM_X_M - walkedM) * style.side, CROSSING_Z_M);
}

function walkerModel(phase: number, style: LaneStyle, timeOfDay: "day" | "night"): Model {
  const mesh = emptyMesh();
  addWalker(mesh, phase, style.side > 0 ? -1 : 1, {
    top: plain(style.architecture === "modern" ? "#b8472f" : "#3d5f7d", 0.95),
    trousers: plain("#2c3646", 0.95),
    shoes: plain("#d8d6d0", 0.8),
    skin: plain("#9a6a4c", 0.7),
    hair: plain("#1b1512", 0.6),
  });
  addShadowGround(mesh, 1.6, [-1.2, 2]);
  return modelOf(mesh, atmosphereOf(style, timeOfDay), 1.8);
}
