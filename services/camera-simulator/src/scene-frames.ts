import type { FrameSource, LaneView } from "./frame-source.ts";
import { renderFrame, type SceneState } from "./scene/index.ts";

const MAX_WIDTH_PX = 1920;
const MAX_HEIGHT_PX = 1080;

/** Draws the lane called `lane`, its vehicles and its barrier. */
export function createSceneFrames(lane: string, widthPx: number, heightPx: number): FrameSource {
  return {
    frameOf: (view, size) =>
      renderFrame({
        lane,
        timeOfDay: view.timeOfDay,
        barrier: view.openness,
        widthPx: Math.min(MAX_WIDTH_PX, size.widthPx ?? widthPx),
        heightPx: Math.min(MAX_HEIGHT_PX, size.heightPx ?? heightPx),
        seed: view.frameNumber,
        clockText: view.clockText,
        ...whoIsThere(view),
      }),
  };
}

function whoIsThere({ stay, progress }: LaneView): Pick<SceneState, "vehicle" | "person"> {
  const visit = stay?.visit;
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
