import { AnprError, measureJpeg } from "@portero/anpr";
import { IsapiError, type IsapiErrorCode } from "@portero/isapi";
import type { Log } from "@portero/runtime";
import type { SiteCamera } from "@portero/store";
import type { Frame } from "./pipeline.ts";

/** A camera that had no second stream may have been given one after this time. */
const ASK_AGAIN_MS = 3_600_000;
/** A second stream whose pictures are wider than this share of the first one's saves little. */
const SMALL_SHARE = 0.7;
/** How cameras answer that offer no second stream, or one that cannot be used. */
const NO_SECOND_STREAM: readonly IsapiErrorCode[] = [
  "unsupported",
  "low_privilege",
  "device_error",
  "bad_content",
  "not_jpeg",
  "too_large",
  "timeout",
];

/** The small pictures that a camera offers beside its large ones: they tell cheaply that nothing happens. */
export interface SecondStream {
  /** The next small picture, where it shows nothing new; null where it does, or where there is none. */
  glance(fullWidthPx: number, signal: AbortSignal): Promise<Frame | null>;
}

export interface SecondStreamOptions {
  camera: SiteCamera;
  takePicture(stream: number, signal: AbortSignal): Promise<Frame>;
  /** Whether a small picture of a quiet lane shows nothing new; see `Recognizer.glance`. */
  onGlance(jpeg: Uint8Array, signal: AbortSignal): Promise<boolean>;
  log: Log;
}

export function createSecondStream(options: SecondStreamOptions): SecondStream {
  const { camera, takePicture, onGlance, log } = options;
  const stream = secondStreamOf(camera.stream);
  let askFromMs = 0;

  function noneBecause(why: object): null {
    askFromMs = performance.now() + ASK_AGAIN_MS;
    log.info({ cameraId: camera.id, ...why }, "no small second stream; a quiet lane costs more");
    return null;
  }

  return {
    async glance(fullWidthPx, signal) {
      if (stream === null || performance.now() < askFromMs) return null;
      let frame: Frame;
      try {
        frame = await takePicture(stream, signal);
      } catch (err) {
        if (!(err instanceof IsapiError) || !NO_SECOND_STREAM.includes(err.code)) throw err;
        return noneBecause({ err });
      }
      try {
        const { widthPx } = measureJpeg(frame.jpeg);
        if (widthPx > SMALL_SHARE * fullWidthPx) return noneBecause({ widthPx });
        return (await onGlance(frame.jpeg, signal)) ? frame : null;
      } catch (error) {
        if (!(error instanceof AnprError)) throw error;
        // Whatever it was: the large picture tells.
        return null;
      }
    },
  };
}

/** Channel 101's small stream is 102; whoever chose another one than a first has chosen already. */
function secondStreamOf(stream: number): number | null {
  return stream % 100 === 1 ? stream + 1 : null;
}
