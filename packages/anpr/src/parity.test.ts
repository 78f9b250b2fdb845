import { readFile } from "node:fs/promises";
import path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { MODELS_DIR } from "./models.ts";

/** Inputs and outputs that the training code wrote beside the weights. */
async function floats(file: string): Promise<Float32Array> {
  const bytes = await readFile(path.join(MODELS_DIR, "parity", file));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

async function largestDifference(
  model: string,
  [input, output]: [string, string],
  shape: number[],
): Promise<number> {
  const session = await InferenceSession.create(path.join(MODELS_DIR, `${model}.onnx`));
  const name = model.replace("plate-", "parity-");
  const result = await session.run({
    [input]: new Tensor("float32", await floats(`${name}-x.bin`), shape),
  });
  const expected = await floats(`${name}-y.bin`);
  const values = result[output]?.data as Float32Array;
  await session.release();
  expect(values).toHaveLength(expected.length);
  return expected.reduce((d, value, i) => Math.max(d, Math.abs(value - (values[i] ?? 0))), 0);
}

describe("the networks in ONNX Runtime", () => {
  it("detect as they did in training", async () => {
    const shape = [1, 3, 352, 480];
    expect(await largestDifference("plate-detector", ["image", "cells"], shape)).toBeLessThan(1e-3);
  });

  it("read as they did in training", async () => {
    const shape = [3, 1, 48, 160];
    expect(await largestDifference("plate-reader", ["crop", "logits"], shape)).toBeLessThan(1e-3);
  });
});
