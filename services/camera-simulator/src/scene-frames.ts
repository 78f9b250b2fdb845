import { setTimeout as sleep } from "node:timers/promises";
import { createBlankFrames } from "./blank-frames.ts";
import type { FrameSource, LaneView } from "./frame-source.ts";
import type { SceneState } from "./scene/index.ts";
import type { SceneStudio } from "./scene-studio.ts";
import type { Visit } from "./visit.ts";

interface SceneFramesOptions {
  /** Chooses what the lane looks like. */
  lane: string;
  widthPx: number;
  heightPx: number;
}

const MAX_WIDTH_PX = 1920;
const MAX_HEIGHT_PX = 1080;
/** A camera that has no new picture by then sends the last one again. */
const PATIENCE_MS = 1_500;

/** Draws a lane, its vehicles and its barrier; grey until the first picture is there. */
export function createSceneFrames(studio: SceneStudio, options: SceneFramesOptions): FrameSource {
  const blank = createBlankFrames(options.widthPx, options.heightPx);
  /** By the width asked for. */
  const newest = new Map<number, Uint8Array>();
  const drawings = new Map<number, Promise<Uint8Array>>();

  async function draw(scene: SceneState): Promise<Uint8Array> {
    try {
      const jpeg = await studio.draw(scene);
      newest.set(scene.widthPx, jpeg);
      return jpeg;
    } finally {
      drawings.delete(scene.widthPx);
    }
  }

  return {
    async frameOf(view, size) {
      const widthPx = Math.min(MAX_WIDTH_PX, size.widthPx ?? options.widthPx);
      // Whoever asks while a picture of that size is being drawn gets that one: no backlog.
      const drawing =
        drawings.get(widthPx) ??
        draw({
          lane: options.lane,
          timeOfDay: view.timeOfDay,
          barrier: view.openness,
          widthPx,
          heightPx: Math.min(MAX_HEIGHT_PX, size.heightPx ?? options.heightPx),
          seed: view.frameNumber,
          clockText: view.clockText,
          ...whoIsThere(view),
        });
      drawings.set(widthPx, drawing);
      const jpeg = await Promise.race([drawing, sleep(PATIENCE_MS, null, { ref: false })]);
      if (jpeg) return jpeg;
      drawing.catch(() => {});
      return newest.get(widthPx) ?? blank.frameOf(view, size);
    },

    async prepare(visit, timeOfDay, { widthPx, heightPx } = options) {
      const { lane } = options;
      await studio.draw({
        lane,
        timeOfDay,
        barrier: 0,
        widthPx,
        heightPx,
        seed: 0,
        clockText: "",
        ...(visit && whoIsThere({ visit, progress: 0.9 })),
      });
    },
  };
}

function whoIsThere(
  view: Pick<LaneView, "stay" | "progress"> | { visit: Visit; progress: number },
): Pick<SceneState, "vehicle" | "person"> {
  const visit = "visit" in view ? view.visit : view.stay?.visit;
  const { progress } = view;
  if (visit?.kind === "person") return { person: { progress } };
  if (visit?.kind !== "vehicle" && visit?.kind !== "no_plate") return {};
  return {
    vehicle: {
      plate: visit.kind === "no_plate" ? null : (visit.plate ?? null),
      country: visit.country ?? "mx",
      bodyColour: visit.bodyColour ?? "#8a9099",
      kind: visit.vehicleKind ?? "sedan",
      // Who leaves comes from behind the barrier and drives away.
      progress: visit.direction === "out" ? 2 - progress : progress,
    },
  };
}
