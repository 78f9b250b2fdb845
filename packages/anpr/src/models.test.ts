import { cp, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadModels, MODELS_DIR } from "./models.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "portero-models-"));
  for (const file of ["models.json", "plate-detector.onnx", "plate-reader.onnx"]) {
    await cp(path.join(MODELS_DIR, file), path.join(folder, file));
  }
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("loadModels", () => {
  it("loads weights that match their card", async () => {
    const { detector, reader } = await loadModels(folder);
    expect(detector.onnx.length).toBeGreaterThan(1_000_000);
    expect(reader.margins).toHaveLength(3);
  });

  it("names a missing file", async () => {
    const file = path.join(folder, "plate-reader.onnx");
    await rm(file);
    await expect(loadModels(folder)).rejects.toMatchObject({
      code: "model_missing",
      message: expect.stringContaining(file),
    });
  });

  it("names a missing folder", async () => {
    await expect(loadModels(path.join(folder, "nowhere"))).rejects.toMatchObject({
      code: "model_missing",
    });
  });

  it("refuses weights that were cut off", async () => {
    await truncate(path.join(folder, "plate-detector.onnx"), 1000);
    await expect(loadModels(folder)).rejects.toMatchObject({ code: "model_corrupt" });
  });

  it("refuses a card that is not JSON", async () => {
    await writeFile(path.join(folder, "models.json"), "{");
    await expect(loadModels(folder)).rejects.toMatchObject({ code: "model_corrupt" });
  });

  it("refuses a card of another version of the reader", async () => {
    const file = path.join(folder, "models.json");
    const card = JSON.parse(await readFile(file, "utf8"));
    card.reader.alphabet = "0123456789";
    await writeFile(file, JSON.stringify(card));
    await expect(loadModels(folder)).rejects.toMatchObject({ code: "model_incompatible" });
  });
});
