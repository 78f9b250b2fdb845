import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { AnprError } from "./anpr-error.ts";
import { measureJpeg } from "./jpeg.ts";

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#808080" } });

function codeOf(bytes: Uint8Array): string {
  try {
    measureJpeg(bytes);
  } catch (error) {
    if (error instanceof AnprError) return error.code;
    throw error;
  }
  return "measured";
}

describe("measureJpeg", () => {
  it("finds the size of baseline and progressive pictures", async () => {
    const baseline = await picture(320, 200).jpeg().toBuffer();
    const progressive = await picture(321, 203).jpeg({ progressive: true }).toBuffer();
    expect(measureJpeg(baseline)).toEqual({ widthPx: 320, heightPx: 200 });
    expect(measureJpeg(progressive)).toEqual({ widthPx: 321, heightPx: 203 });
  });

  it("reads past metadata", async () => {
    const withExif = await picture(64, 48)
      .withExif({ IFD0: { Copyright: "x" } })
      .jpeg()
      .toBuffer();
    expect(measureJpeg(withExif)).toEqual({ widthPx: 64, heightPx: 48 });
  });

  it("works on a view into a larger buffer", async () => {
    const jpeg = await picture(64, 48).jpeg().toBuffer();
    const padded = new Uint8Array(jpeg.length + 20);
    padded.set(jpeg, 10);
    expect(measureJpeg(padded.subarray(10))).toEqual({ widthPx: 64, heightPx: 48 });
  });

  it("refuses what is no JPEG, and a JPEG that ends before its frame header", async () => {
    const jpeg = await picture(64, 48).jpeg().toBuffer();
    expect(codeOf(new Uint8Array(0))).toBe("bad_image");
    expect(codeOf(await picture(8, 8).png().toBuffer())).toBe("bad_image");
    expect(codeOf(new TextEncoder().encode("<html>not found</html>"))).toBe("bad_image");
    expect(codeOf(jpeg.subarray(0, 30))).toBe("bad_image");
  });

  it("refuses fifty megapixels by their header alone", async () => {
    const jpeg = await picture(64, 48).jpeg().toBuffer();
    const header = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(7000, header + 5);
    jpeg.writeUInt16BE(7200, header + 7);
    expect(codeOf(jpeg)).toBe("too_large");
  });

  it("refuses more bytes than any camera sends", () => {
    expect(codeOf(new Uint8Array(17 * 1024 * 1024))).toBe("too_large");
  });

  it("answers or refuses whatever the bytes, and always ends", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        const bytes = Uint8Array.of(0xff, 0xd8, 0xff, ...tail);
        expect(["measured", "bad_image", "too_large"]).toContain(codeOf(bytes));
      }),
    );
  });
});
