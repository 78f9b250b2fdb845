import { Worker } from "node:worker_threads";
import type { SceneState } from "./scene/index.ts";
import type { DrawAnswer, DrawRequest } from "./scene-thread.ts";
import { SimulatorError } from "./simulator-error.ts";

/** Draws lanes in a thread of its own. */
export interface SceneStudio {
  /** @throws {SimulatorError} `cannot_draw` */
  draw(scene: SceneState): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface Waiting {
  resolve: (jpeg: Uint8Array) => void;
  reject: (error: SimulatorError) => void;
}

/** One thread for all cameras of a simulator: one lane at a time is drawn anyway. */
export function openSceneStudio(): SceneStudio {
  const thread = new Worker(new URL("./scene-thread.ts", import.meta.url));
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const giveUp = (why: string, cause?: unknown) => {
    for (const { reject } of waiting.values()) reject(cannotDraw(why, cause));
    waiting.clear();
  };
  thread.on("message", (answer: DrawAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("jpeg" in answer) asked?.resolve(answer.jpeg);
    else asked?.reject(cannotDraw(answer.fault));
  });
  thread.on("error", (error) => giveUp("the drawing thread failed", error));
  thread.on("exit", () => giveUp("the drawing thread has ended"));
  return {
    draw(scene) {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        thread.postMessage({ id, scene } satisfies DrawRequest);
      });
    },
    async close() {
      await thread.terminate();
    },
  };
}

function cannotDraw(why: string, cause?: unknown): SimulatorError {
  return new SimulatorError("cannot_draw", why, { cause });
}
