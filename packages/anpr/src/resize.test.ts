import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { Pixels } from "./pixels.ts";
import { stretchGrey } from "./resize.ts";

function texture(widthPx: number, heightPx: number): Pixels {
  const bytes = Uint8Array.from({ length: widthPx * heightPx }, (_, i) => {
    const x = i % widthPx;
    const y = Math.floor(i / widthPx);
    return 128 + 90 * Math.sin(x / 5) * Math.cos(y / 4);
  });
  return { bytes, widthPx, heightPx, channels: 1 };
}

describe("stretchGrey", () => {
  it("gives what libvips gives for its linear kernel when it shrinks", async () => {
    const [widthPx, heightPx] = [400, 130];
    const grey = texture(widthPx, heightPx);
    const out = new Float32Array(160 * 48);
    const whole = { leftPx: 0, topPx: 0, widthPx, heightPx };
    stretchGrey(grey, whole, out, 160, 48);
    const { data, info } = await sharp(grey.bytes, {
      raw: { width: widthPx, height: heightPx, channels: 1 },
    })
      .resize(160, 48, { fit: "fill", kernel: "linear" })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const differences = out.map((v, i) => Math.abs(v - (data[i * info.channels] ?? 0) / 255));
    const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
    expect(mean).toBeLessThan(0.01);
  });

  it("interpolates between the centres of pixels when it enlarges", () => {
    const bytes = Uint8Array.of(0, 100, 200);
    const out = new Float32Array(6);
    const whole = { leftPx: 0, topPx: 0, widthPx: 3, heightPx: 1 };
    stretchGrey({ bytes, widthPx: 3, heightPx: 1, channels: 1 }, whole, out, 6, 1);
    expect([...out].map((v) => Math.round(v * 255))).toEqual([0, 25, 75, 125, 175, 200]);
  });

  it("takes only the part it was asked for", () => {
    const grey: Pixels = {
      bytes: new Uint8Array(100 * 50),
      widthPx: 100,
      heightPx: 50,
      channels: 1,
    };
    for (let y = 10; y < 30; y++) grey.bytes.fill(255, y * 100 + 20, y * 100 + 60);
    const out = new Float32Array(8 * 4);
    stretchGrey(grey, { leftPx: 20, topPx: 10, widthPx: 40, heightPx: 20 }, out, 8, 4);
    expect([...out]).toEqual(Array(32).fill(1));
  });
});
