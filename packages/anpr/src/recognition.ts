import type { Box, CameraZone, Mask, PlateRead, SecondOpinion } from "@portero/access";

/** A box that may hold a plate, with the probability that it does. */
export interface Detection {
  box: Box;
  confidence: number;
}

/** What the thumbnails of a camera tell without any network. */
export interface SceneReading {
  /** Nothing moves and nothing stands where nothing stood before. */
  isQuiet: boolean;
  /** It is quiet, and the detector was not asked. */
  isIdle: boolean;
  /** Something as large as a vehicle differs from the empty lane. */
  isOccupied: boolean;
  /** For how long something of a vehicle's size has been standing still; 0 while nothing does. */
  standingForMs: number;
  /** Share of the watched region that differs from the empty lane, in [0, 1]. */
  changedShare: number;
}

/** Wall milliseconds of each stage; a stage that was not needed is missing. */
export interface StageTimings {
  waitMs?: number;
  sceneMs?: number;
  decodeMs?: number;
  detectMs?: number;
  cropMs?: number;
  readMs?: number;
  totalMs: number;
}

/** What one frame shows. With its capture time it is a `FrameReads` of the sighting rules. */
export interface Recognition {
  /** SHA-256 of the JPEG's bytes, hexadecimal. */
  frameHash: string;
  widthPx: number;
  heightPx: number;
  /** Null where the caller named no camera. */
  scene: SceneReading | null;
  /** Every box that may be a plate, most probable first. */
  detections: readonly Detection[];
  /** Detections with legible text. */
  reads: readonly PlateRead[];
  timings: StageTimings;
}

export interface RecognizeOptions {
  /** Look only here. */
  zone?: CameraZone | null;
  /** Where nobody may look: black before anything else is done. */
  masks?: readonly Mask[];
  /** Names the camera, whose lane is then watched: idle frames skip the detector. */
  scene?: { camera: string; capturedAtMs: number };
}

/** Whose lane a small picture shows, and which part of it counts. */
export interface GlanceOptions {
  camera: string;
  zone: CameraZone | null;
  masks: readonly Mask[];
}

/** Where a plate was seen, and in how many lines it was read. */
export type SeenAt = Pick<PlateRead, "box" | "lines">;

/** Engines that may confirm a read; `off` asks nobody. */
export type SecondEngine = "off" | "ppocr" | "tesseract";

/** Reads plates in JPEG frames, off the caller's event loop. */
export interface Recognizer {
  /** The engine behind `askSecond`. */
  readonly secondEngine: SecondEngine;
  /** Finds and reads the plates of one frame. @throws {AnprError} */
  recognize(
    jpeg: Uint8Array,
    options?: RecognizeOptions,
    signal?: AbortSignal,
  ): Promise<Recognition>;
  /**
   * Whether a small picture of a lane that was quiet when `recognize` saw it last shows what the first one since
   * then showed. Small pictures are compared with each other only: a camera's second stream looks a little different.
   * @throws {AnprError}
   */
  glance(jpeg: Uint8Array, options: GlanceOptions, signal?: AbortSignal): Promise<boolean>;
  /** What the second engine reads there; undefined where none is configured. @throws {AnprError} */
  askSecond(
    jpeg: Uint8Array,
    plate: SeenAt,
    masks: readonly Mask[],
    signal?: AbortSignal,
  ): Promise<SecondOpinion | undefined>;
  /** The plate with a margin, as a JPEG for the guard's screen, black where the masks are. @throws {AnprError} */
  cropPlate(
    jpeg: Uint8Array,
    box: Box,
    masks: readonly Mask[],
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
  /** The frame as a JPEG of at most `maxWidthPx`, for the event, black where the masks are. @throws {AnprError} */
  shrinkFrame(
    jpeg: Uint8Array,
    maxWidthPx: number,
    masks: readonly Mask[],
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
  /** Ends the threads; calls under way fail with `closed`. */
  close(): Promise<void>;
}
