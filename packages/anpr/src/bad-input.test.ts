import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "./engine.ts";
import { MODELS_DIR } from "./models.ts";

const WIDTH_PX = 1280;
const HEIGHT_PX = 720;
const vehicle = fileURLToPath(new URL("../fixtures/lane-vehicle.jpg", import.meta.url));

/** A JPEG of words on a board in a plain street. */
async function boardWith(lines: readonly string[], size: number): Promise<Uint8Array> {
  const text = lines
    .map(
      (line, i) => `<text x="640" y="${260 + i * size * 1.3}" text-anchor="middle">${line}</text>`,
    )
    .join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_PX}" height="${HEIGHT_PX}">
    <rect width="100%" height="100%" fill="#8a8f94"/><rect x="240" y="150" width="800" height="420" fill="#fff"/>
    <g font-family="sans-serif" font-weight="bold" font-size="${size}" fill="#111">${text}</g></svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}

const PICTURES: Record<string, () => Promise<Uint8Array>> = {
  "a vehicle upside down": () =>
    readFile(vehicle).then((jpeg) => sharp(jpeg).rotate(180).jpeg().toBuffer()),
  "a poster of text": () =>
    boardWith(
      ["SE RUEGA A LOS VISITANTES", "ANUNCIARSE EN LA CASETA", "GRACIAS POR SU PACIENCIA"],
      38,
    ),
  "letters of other scripts": () => boardWith(["ПРИВЕТ ЖИЗНЬ", "ΓΕΙΑ ΣΟΥ ΚΟΣΜΕ", "你好世界"], 52),
  noise: async () => {
    const bytes = Uint8Array.from(
      { length: WIDTH_PX * HEIGHT_PX * 3 },
      (_, i) => (i * 2_654_435_761) >>> 24,
    );
    return sharp(bytes, { raw: { width: WIDTH_PX, height: HEIGHT_PX, channels: 3 } })
      .jpeg()
      .toBuffer();
  },
  "50 megapixels of black": () =>
    sharp({ create: { width: 8660, height: 5774, channels: 3, background: "#000" } })
      .jpeg()
      .toBuffer(),
};

/** Somebody holds up a phone that shows a photograph of a plate. */
async function phoneWith(plate: string): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_PX}" height="${HEIGHT_PX}">
    <rect width="100%" height="100%" fill="#6f7a80"/>
    <g transform="rotate(-6 640 400)"><rect x="440" y="300" width="400" height="200" rx="26" fill="#111"/>
    <rect x="462" y="316" width="356" height="168" fill="#c9d4dc"/>
    <rect x="520" y="352" width="240" height="96" rx="8" fill="#f4f4f0" stroke="#222" stroke-width="4"/>
    <text x="640" y="416" font-family="sans-serif" font-weight="bold" font-size="42" text-anchor="middle" fill="#161616">${plate}</text>
    <polygon points="470,316 600,316 500,484 462,484" fill="#fff" fill-opacity="0.12"/></g>
    <circle cx="450" cy="470" r="34" fill="#b98a6a"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}

describe("a picture that shows no plate to be read", () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await createEngine({ modelsDir: MODELS_DIR, formats: [], secondEngine: "off" });
  });

  afterAll(() => engine.close());

  it.each(Object.keys(PICTURES))("gives no plate that anything could rest on: %s", async (name) => {
    const jpeg = (await PICTURES[name]?.()) as Uint8Array;
    const outcome = await engine.recognize(jpeg, {}).catch((error: { code: string }) => error);
    if ("code" in outcome) {
      expect(outcome.code).toBe("too_large");
    } else {
      const claims = outcome.reads.filter(
        ({ freeText, confidence }) => freeText.length >= 4 && confidence >= 0.5,
      );
      expect(claims.map(({ freeText, confidence }) => [freeText, confidence])).toEqual([]);
    }
  });

  it("gives of a phone's screen what stands on it, or nothing", async () => {
    const { reads } = await engine.recognize(await phoneWith("LMV639B"), {});
    const claims = reads.filter(({ confidence }) => confidence >= 0.5);
    expect(claims.map(({ text }) => text).filter((text) => text !== "LMV639B")).toEqual([]);
  });
});
