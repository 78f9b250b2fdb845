import sharp from "sharp";
import { randomFrom } from "./random.ts";

/**
 * Turns one photograph into `count` distinct frames as a camera would see a vehicle standing: shifted by
 * a few pixels, exposed anew, with fresh sensor noise, and compressed again. The same seed gives the
 * same bytes.
 */
export async function sequenceOf(
  photograph: Uint8Array,
  count: number,
  seed: string,
): Promise<Uint8Array[]> {
  const { width, height } = await sharp(photograph).metadata();
  const random = randomFrom(seed);
  const frames: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const zoom = 1 + 0.04 * random();
    const zoomedWidth = Math.round(width * zoom);
    const zoomedHeight = Math.round(height * zoom);
    const gain = 0.85 + 0.3 * random();
    const offset = 12 * (random() - 0.5);
    const noise = 1 + 3 * random();
    const { data, info } = await sharp(photograph)
      .removeAlpha()
      .toColourspace("srgb")
      .resize(zoomedWidth, zoomedHeight, { fit: "fill" })
      .extract({
        left: Math.floor(random() * (zoomedWidth - width + 1)),
        top: Math.floor(random() * (zoomedHeight - height + 1)),
        width,
        height,
      })
      .raw()
      .toBuffer({ resolveWithObject: true });
    for (let i = 0; i < data.length; i++) {
      const grain = (random() + random() - 1) * 2 * noise;
      data[i] = Math.max(0, Math.min(255, (data[i] ?? 0) * gain + offset + grain));
    }
    const raw = { width: info.width, height: info.height, channels: info.channels };
    const quality = 78 + Math.floor(16 * random());
    frames.push(await sharp(data, { raw }).jpeg({ quality }).toBuffer());
  }
  return frames;
}
