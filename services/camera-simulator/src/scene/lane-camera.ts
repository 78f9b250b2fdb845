import type { Camera } from "./camera.ts";
import type { LaneStyle } from "./lane-style.ts";

/** Where things stand, in metres from the camera's foot; x is right for a camera on the left. */
export const LANE = {
  halfWidthM: 1.75,
  cameraXM: -1,
  cameraYM: 1.45,
  /** Nose of a vehicle that waits. */
  stopZM: 6,
  barrierZM: 3.6,
  barrierXM: -1.42,
  barrierYM: 0.71,
} as const;

/** The camera of a lane for a picture of this size. */
export function laneCamera(style: LaneStyle, widthPx: number, heightPx: number): Camera {
  const scale = widthPx / 1920;
  return {
    widthPx,
    heightPx,
    x: LANE.cameraXM * style.side,
    y: LANE.cameraYM,
    z: 0,
    focalPx: 2880 * scale,
    axisXPx: style.side > 0 ? 560 * scale : widthPx - 560 * scale,
    axisYPx: (330 / 1080) * heightPx,
  };
}
