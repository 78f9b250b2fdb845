/** A thread that draws: a first look at a lane or a vehicle takes seconds, and requests must not wait for it. */
import { parentPort } from "node:worker_threads";
import { renderFrame, type SceneState } from "./scene/index.ts";

/** What the thread is asked for. */
export interface DrawRequest {
  id: number;
  scene: SceneState;
}

/** What it answers. */
export type DrawAnswer = { id: number; jpeg: Uint8Array } | { id: number; fault: string };

parentPort?.on("message", async ({ id, scene }: DrawRequest) => {
  try {
    const jpeg = Uint8Array.from(await renderFrame(scene));
    parentPort?.postMessage({ id, jpeg } satisfies DrawAnswer, [jpeg.buffer]);
  } catch (error) {
    parentPort?.postMessage({ id, fault: String(error) } satisfies DrawAnswer);
  }
});
