import sharp from "sharp";
import type { FrameSource } from "./frame-source.ts";

/** Noise is drawn this much smaller: libvips takes a second for a whole picture of it. */
const GRAIN_PX = 8;

/** An empty lane without a drawing: grey with grain, never twice the same. For pushed frames and for photographs. */
export function createBlankFrames(widthPx: number, heightPx: number): FrameSource {
  return {
    async frameOf({ frameNumber, timeOfDay }) {
      const mean = (timeOfDay === "day" ? 120 : 40) + (frameNumber % 5);
      const grain = sharp({
        create: {
          width: Math.ceil(widthPx / GRAIN_PX),
          height: Math.ceil(heightPx / GRAIN_PX),
          channels: 3,
          background: "#000",
          noise: { type: "gaussian", mean, sigma: 4 },
        },
      });
      return grain
        .resize(widthPx, heightPx, { fit: "fill", kernel: "nearest" })
        .jpeg({ quality: 70 })
        .toBuffer();
    },
  };
}

/** What a camera with a broken sensor sends. */
export function blackFrame(widthPx: number, heightPx: number): Promise<Uint8Array> {
  return sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: "#000" } })
    .jpeg()
    .toBuffer();
}
