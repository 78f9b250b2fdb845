import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { formatsOf } from "@portero/access";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawReads, readPhoto } from "./photo.ts";

const vehicle = fileURLToPath(new URL("../fixtures/lane-vehicle.jpg", import.meta.url));
const options = { formats: formatsOf(["mx"]) };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "portero-photo-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("readPhoto", () => {
  it("reads a photograph and draws what it saw", async () => {
    const reading = await readPhoto(vehicle, options);
    expect(reading.recognition.reads[0]?.text).toBe("ABC123D");
    const drawn = await sharp(await drawReads(reading)).metadata();
    expect([drawn.format, drawn.width, drawn.height]).toEqual(["png", 1280, 720]);
  });

  it("turns a photograph upright, of whatever format", async () => {
    const file = path.join(folder, "turned.jpg");
    const turned = sharp(vehicle).rotate(90).jpeg({ quality: 90 }).withMetadata({ orientation: 8 });
    await writeFile(file, await turned.toBuffer());
    const { recognition } = await readPhoto(file, options);
    expect(recognition.reads[0]?.text).toBe("ABC123D");
  });

  it.each([
    ["is missing", undefined],
    ["is a text", "not a picture"],
    ["is empty", ""],
  ])("names a file that %s", async (_name, content) => {
    const file = path.join(folder, `bad-${_name.length}.jpg`);
    if (content !== undefined) await writeFile(file, content);
    await expect(readPhoto(file, options)).rejects.toMatchObject({
      code: "bad_image",
      message: expect.stringContaining(file),
    });
  });
});
