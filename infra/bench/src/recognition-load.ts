import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plateFor, renderFrame, type SceneState } from "@portero/camera-simulator/scene";
import { LEAN_PROCESS } from "@portero/runtime";
import { startChild } from "./child.ts";
import { randomFrom } from "./random.ts";
import type { LaneFrames, LoadFigures, LoadTask } from "./recognition-load-run.ts";
import { type Lateness, watchLateness } from "./statistics.ts";

const COUNTRY = "mx";
const LANES = 16;
/** One lane in so many has a vehicle. */
const VEHICLE_EVERY = 4;
const COLOURS = ["#8c9096", "#2d4f86", "#7b1e1e", "#d8d8d4"];
/** From far away to the barrier, one frame each. */
const COMING = [0.55, 0.74, 0.86, 0.94, 0.98];
/** Pictures of what does not move; they differ by their noise. */
const STANDING_FRAMES = 5;
const EMPTY_FRAMES = 3;

/** Two frames a second of each camera, in a process that does nothing but recognise, started as the worker is. */
const LOADS = {
  /** As many cameras as two cores are meant for. */
  full: { cameras: 16, seconds: 30 },
  /** More than the recogniser's thread can do. */
  overload: { cameras: 128, seconds: 10 },
} as const;

export interface LoadReport extends LoadFigures {
  /** Of a process that only waits meanwhile: so much of the lateness is the machine's. */
  idleEventLoopLateMs: Lateness;
}

export type Loads = Record<keyof typeof LOADS, LoadReport>;

/** Draws sixteen lanes beforehand and lets each load be recognised by a process of its own. */
export async function measureLoads(): Promise<Loads> {
  const folder = await mkdtemp(join(tmpdir(), "portero-load-"));
  try {
    const lanes: LaneFrames[] = [];
    for (let number = 0; number < LANES; number++) lanes.push(await drawLane(folder, number));
    const measured = (load: Omit<LoadTask, "country" | "lanes">) =>
      measureLoad({ country: COUNTRY, lanes, ...load });
    return {
      full: await measured(LOADS.full),
      overload: await measured(LOADS.overload),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureLoad(task: LoadTask): Promise<LoadReport> {
  const child = startChild<LoadTask, LoadFigures>("recognition-load-run.ts", LEAN_PROCESS);
  try {
    // This process has nothing to do until the answer comes.
    const lateness = watchLateness();
    const figures = await child.ask(task);
    return { ...figures, idleEventLoopLateMs: lateness() };
  } finally {
    child.stop();
  }
}

/** Draws one lane into files; every other group of four lies in the night. */
async function drawLane(folder: string, number: number): Promise<LaneFrames> {
  const lane = `load-${number}`;
  const timeOfDay = Math.floor(number / VEHICLE_EVERY) % 2 === 0 ? "day" : "night";
  let seed = 0;
  async function draw(vehicle?: SceneState["vehicle"]): Promise<string> {
    seed += 1;
    const jpeg = await renderFrame({
      lane,
      timeOfDay,
      ...(vehicle && { vehicle }),
      barrier: 0,
      widthPx: 1280,
      heightPx: 720,
      seed,
      clockText: "",
    });
    const file = join(folder, `${lane}-${seed}.jpg`);
    await writeFile(file, jpeg);
    return file;
  }
  const empty = await drawEach(Array(EMPTY_FRAMES).fill(undefined), draw);
  if (number % VEHICLE_EVERY !== 0) return { empty, vehicle: null };
  const plate = plateFor(COUNTRY, randomFrom(lane));
  const bodyColour = COLOURS[number / VEHICLE_EVERY] ?? "#8c9096";
  const at = (progress: number) => ({
    plate,
    country: COUNTRY,
    bodyColour,
    kind: "sedan" as const,
    progress,
  });
  const coming = await drawEach(COMING.map(at), draw);
  const standing = await drawEach(Array(STANDING_FRAMES).fill(at(1)), draw);
  return { empty, vehicle: { plate, coming, standing } };
}

async function drawEach<What>(
  list: readonly What[],
  draw: (what: What) => Promise<string>,
): Promise<string[]> {
  const files: string[] = [];
  for (const what of list) files.push(await draw(what));
  return files;
}

/** What a reader is told of the loads, in lines. */
export function linesOfLoads(loads: Loads): string[] {
  return Object.values(loads).flatMap((load) => {
    const { cameras, frames, vehicleFrames, vehicleMs, vehicles } = load;
    const { coresUsed, eventLoopLateMs, idleEventLoopLateMs, residentMegabytes } = load;
    const countsOf = ({ asked, done, stale, skipped }: LoadFigures["frames"]) =>
      `${asked} frames asked, ${done} done, ${stale} dropped as stale, ${skipped} skipped`;
    const lateOf = ({ p99, max }: Lateness) => `p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)}`;
    return [
      `${cameras} cameras at 2 frames a second: ${countsOf(frames)}`,
      `  with a vehicle: ${countsOf(vehicleFrames)}; answered in ${vehicleMs.p50} ms, p95 ${vehicleMs.p95}; ${vehicles.read} of ${vehicles.shown} plates read`,
      `  ${coresUsed.toFixed(2)} cores, ${residentMegabytes} MB resident`,
      `  event loop late by ${lateOf(eventLoopLateMs)}; of an idle process by ${lateOf(idleEventLoopLateMs)}`,
    ];
  });
}
