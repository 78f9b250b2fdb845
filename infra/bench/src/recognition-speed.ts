import { readFile } from "node:fs/promises";
import type { Engine } from "@portero/anpr";
import sharp from "sharp";
import type { LabelledFrame } from "./manifest.ts";
import { quantile } from "./statistics.ts";

const WIDTH_PX = 1280;
const HEIGHT_PX = 720;
const PICTURES = 20;
const ROUNDS = 3;

/** Median processor milliseconds of one 720p frame. */
export interface FrameCosts {
  plate: number;
  noPlate: number;
  gated: number;
}

/** Measures frames with a plate, without one, and those that the scene's gate stops. */
export async function measureSpeed(
  frames: readonly LabelledFrame[],
  engine: Engine,
): Promise<FrameCosts> {
  const withPlate: Uint8Array[] = [];
  const without: Uint8Array[] = [];
  for (const { file } of frames) {
    if (withPlate.length >= PICTURES && without.length >= PICTURES) break;
    const photograph = await readFile(file);
    const whole = await at720p(photograph, 1);
    const upper = await at720p(photograph, 0.35);
    const seen = await engine.recognize(whole, {});
    const isPlate = seen.reads.length > 0 && seen.detections.length <= 2;
    if (isPlate && withPlate.length < PICTURES) withPlate.push(whole);
    const isEmpty = (await engine.recognize(upper, {})).detections.length === 0;
    if (isEmpty && without.length < PICTURES) without.push(upper);
  }
  return {
    plate: await costOf(withPlate, (jpeg) => engine.recognize(jpeg, {})),
    noPlate: await costOf(without, (jpeg) => engine.recognize(jpeg, {})),
    gated: await gatedCost(without[0] ?? withPlate[0], engine),
  };
}

async function gatedCost(jpeg: Uint8Array | undefined, engine: Engine): Promise<number> {
  if (!jpeg) return Number.NaN;
  let capturedAtMs = 0;
  const costs: number[] = [];
  for (let look = 0; look < 60; look++) {
    capturedAtMs += 1000;
    const scene = { camera: "speed", capturedAtMs };
    const before = processorMs();
    const { timings } = await engine.recognize(jpeg, { scene });
    if (timings.detectMs === undefined) costs.push(processorMs() - before);
  }
  return quantile(costs, 0.5);
}

async function costOf(
  pictures: readonly Uint8Array[],
  work: (jpeg: Uint8Array) => Promise<unknown>,
): Promise<number> {
  const costs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const jpeg of pictures) {
      const before = processorMs();
      await work(jpeg);
      costs.push(processorMs() - before);
    }
  }
  return quantile(costs, 0.5);
}

/** The upper `share` of a photograph, filling a 720p frame. */
async function at720p(photograph: Uint8Array, share: number): Promise<Uint8Array> {
  const { width, height } = await sharp(photograph).metadata();
  return sharp(photograph)
    .extract({ left: 0, top: 0, width, height: Math.max(16, Math.round(height * share)) })
    .resize(WIDTH_PX, HEIGHT_PX, { fit: "cover" })
    .jpeg({ quality: 85 })
    .toBuffer();
}

/** Processor time of this process, all threads together, in milliseconds. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
