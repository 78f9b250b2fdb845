import { type Background, drawBackground } from "./background.ts";
import { barrierArm } from "./barrier-arm.ts";
import { createBuffers } from "./buffers.ts";
import { burnInText } from "./caption.ts";
import type { Frame } from "./frame.ts";
import { LANE, laneCamera } from "./lane-camera.ts";
import { type LaneStyle, laneStyle } from "./lane-style.ts";
import { leastRecent } from "./least-recent.ts";
import { encode, expose } from "./sensor.ts";
import { placeSprite, type Sprite } from "./sprite.ts";
import type { SceneState } from "./state.ts";
import { drawTraffic, noseDistanceM } from "./traffic-view.ts";
import { drawWalker } from "./walker.ts";

const backgrounds = leastRecent<Background>(4);
const arms = leastRecent<Sprite>(4);
const views = leastRecent<Frame>(2);
const buffers = createBuffers(2);
const MAX_LANES = 16;
/** What each lane was last asked for. */
const lastKeys = new Map<string, string>();

/** A vehicle is in front of the barrier when its mirrors are past it. */
const MIRRORS_BACK_M = 1.6;

/** Draws what the camera sees and encodes it as JPEG. */
export async function renderScene(scene: SceneState): Promise<Uint8Array> {
  const { timeOfDay, widthPx, heightPx } = scene;
  const style = laneStyle(scene.lane);
  const data = buffers.take(widthPx * heightPx * 3);
  const frame: Frame = { widthPx, heightPx, data };
  const view = (await standingView(scene, style)) ?? frame;
  if (view === frame) await compose(frame, scene, style);
  expose(view, data, scene.seed, grainOf(style, timeOfDay));
  const sizePx = Math.round(heightPx * 0.034);
  await burnInText(frame, scene.clockText, sizePx, widthPx * 0.014, heightPx * 0.016);
  const jpeg = await encode(frame);
  // After a failure the buffer may still be in use: then it is not given back.
  buffers.giveBack(data);
  return jpeg;
}

/**
 * The view without noise and clock, kept from the second time that it is asked for: what stands
 * still is composed once, what moves never comes again.
 */
async function standingView(scene: SceneState, style: LaneStyle): Promise<Frame | undefined> {
  const { lane, timeOfDay, widthPx, heightPx, vehicle, person, barrier } = scene;
  const key = JSON.stringify([lane, timeOfDay, widthPx, heightPx, vehicle, person, barrier]);
  if (lastKeys.get(lane) !== key) {
    lastKeys.delete(lane);
    lastKeys.set(lane, key);
    if (lastKeys.size > MAX_LANES) lastKeys.delete(lastKeys.keys().next().value as string);
    return undefined;
  }
  return views.get(key, async () => {
    const view: Frame = { widthPx, heightPx, data: new Uint8Array(widthPx * heightPx * 3) };
    await compose(view, scene, style);
    return view;
  });
}

function isInfrared(style: LaneStyle, timeOfDay: "day" | "night"): boolean {
  return timeOfDay === "night" && style.night === "infrared";
}

function grainOf(style: LaneStyle, timeOfDay: "day" | "night"): number {
  if (timeOfDay === "day") return 1.6;
  return isInfrared(style, timeOfDay) ? 3.2 : 3.8;
}

/** Draws everything but noise and clock into `frame`. */
async function compose(frame: Frame, scene: SceneState, style: LaneStyle): Promise<void> {
  const { lane, timeOfDay, widthPx, heightPx } = scene;
  const camera = laneCamera(style, widthPx, heightPx);
  const background = await backgrounds.get(
    `${lane} ${timeOfDay} ${widthPx}x${heightPx}`,
    async () => drawBackground(style, timeOfDay, widthPx, heightPx),
  );
  frame.data.set(background.pixels);
  const infrared = isInfrared(style, timeOfDay);
  const open = Math.min(1, Math.max(0, scene.barrier));
  const arm = await arms.get(`${lane} ${timeOfDay} ${widthPx}x${heightPx} ${open}`, async () =>
    barrierArm(camera, style, open, {
      brightness: timeOfDay === "day" ? 1 : infrared ? 1.05 : 0.85,
      monochrome: infrared,
    }),
  );
  const drawBarrier = () => {
    placeSprite(frame, background.foreground, [0, 0], [0, 0], 1);
    placeSprite(frame, arm, [0, 0], [0, 0], 1);
  };
  const hasPassed =
    scene.vehicle && noseDistanceM(scene.vehicle.progress) < LANE.barrierZM - MIRRORS_BACK_M;
  if (hasPassed) drawBarrier();
  if (scene.vehicle) await drawTraffic(frame, camera, style, scene, scene.vehicle);
  if (scene.person) {
    const walker = await drawWalker(scene.person.progress, style, timeOfDay, camera);
    placeSprite(frame, walker, [0, 0], [0, 0], 1);
  }
  if (!hasPassed) drawBarrier();
}
