import type { Stay } from "./lane.ts";
import type { Visit } from "./visit.ts";

/** What there is to be seen at a lane at one moment. */
export interface LaneView {
  stay: Stay | null;
  /** See `progressOf`. */
  progress: number;
  timeOfDay: "day" | "night";
  /** 0 closed … 1 open. */
  openness: number;
  /** What the camera burns into its pictures. */
  clockText: string;
  /** Grows with every frame: no two are the same. */
  frameNumber: number;
}

/** Turns what there is to be seen into a picture. */
export interface FrameSource {
  /** One JPEG; `size` is a wish. */
  frameOf(
    view: LaneView,
    size: { widthPx?: number | undefined; heightPx?: number | undefined },
  ): Promise<Uint8Array>;

  /** Gets ready to show this visit, or the empty lane, in that size, so that its frames come at once. */
  prepare?(
    visit: Visit | null,
    timeOfDay: "day" | "night",
    size?: { widthPx: number; heightPx: number },
  ): Promise<void>;
}
