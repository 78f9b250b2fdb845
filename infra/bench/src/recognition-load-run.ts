import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { formatsOf } from "@portero/access";
import { AnprError, createRecognizer, type Recognizer } from "@portero/anpr";
import { answerParent } from "./child.ts";
import { type Lateness, spread, watchLateness } from "./statistics.ts";

/** What the cameras of one lane show: files of JPEG frames, each list in its order. */
export interface LaneFrames {
  empty: string[];
  /** Null where nobody comes. */
  vehicle: { plate: string; coming: string[]; standing: string[] } | null;
}

/** What a process that recognises and does nothing else is asked for. */
export interface LoadTask {
  country: string;
  /** Camera 16 of 16 lanes shows what camera 0 shows. */
  lanes: LaneFrames[];
  cameras: number;
  seconds: number;
}

/** What became of the frames that were asked once the lanes were known. */
export interface LoadFigures {
  cameras: number;
  frames: { asked: number; done: number; stale: number; skipped: number };
  /** Of these, those of lanes with a vehicle. */
  vehicleFrames: { asked: number; done: number; stale: number; skipped: number };
  /** From asked to answered, frames with a vehicle. */
  vehicleMs: { n: number; p50: number; p95: number };
  /** Vehicles that came, and those whose plate was read rightly at least once. */
  vehicles: { shown: number; read: number };
  /** Processor seconds a second, all threads together. */
  coresUsed: number;
  /** Of the calling thread: what waits there, waits so long for the recogniser and for the machine. */
  eventLoopLateMs: Lateness;
  /** The most of this process, in 10^6 bytes. */
  residentMegabytes: number;
}

const EVERY_MS = 500;
/** An empty lane is learnt in 5 s; what happens meanwhile is not counted. */
const LEARNING_MS = 6000;

answerParent(async (task: LoadTask): Promise<LoadFigures> => {
  const recognizer = await createRecognizer({
    formats: formatsOf([task.country]),
    secondEngine: "ppocr",
  });
  try {
    return await measure(task, recognizer);
  } finally {
    await recognizer.close();
  }
});

async function measure(
  { lanes, cameras: count, seconds }: LoadTask,
  recognizer: Recognizer,
): Promise<LoadFigures> {
  const cameras = Array.from({ length: count }, (_, number) => {
    const lane = lanes[number % lanes.length];
    if (!lane) throw new Error("a load needs a lane");
    return createCamera(`cam-${number}`, lane, recognizer);
  });
  await askInTurns(cameras, LEARNING_MS, () => {});
  await Promise.all(cameras.map((camera) => camera.settled()));
  for (const camera of cameras) camera.begin();

  let residentBytes = 0;
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const lateness = watchLateness();
  await askInTurns(cameras, seconds * 1000, () => {
    residentBytes = Math.max(residentBytes, process.memoryUsage.rss());
  });
  const eventLoopLateMs = lateness();
  const { user, system } = process.cpuUsage(before);
  const elapsedMs = performance.now() - startedMs;
  await Promise.all(cameras.map((camera) => camera.settled()));

  const withVehicle = cameras.filter(({ hasVehicle }) => hasVehicle);
  return {
    cameras: count,
    frames: sumOf(cameras.map(({ frames }) => frames)),
    vehicleFrames: sumOf(withVehicle.map(({ frames }) => frames)),
    vehicleMs: spread(withVehicle.flatMap(({ answeredMs }) => answeredMs)),
    vehicles: {
      shown: withVehicle.length,
      read: withVehicle.filter((camera) => camera.isRead()).length,
    },
    coresUsed: (user + system) / 1000 / elapsedMs,
    eventLoopLateMs,
    residentMegabytes: Math.round(residentBytes / 1e6),
  };
}

type LoadCamera = ReturnType<typeof createCamera>;

/** Asks every camera each 500 ms, one after the other. */
async function askInTurns(
  cameras: readonly LoadCamera[],
  forMs: number,
  onRound: () => void,
): Promise<void> {
  const startedMs = performance.now();
  const rounds = Math.floor(forMs / EVERY_MS);
  for (let round = 0; round < rounds; round++) {
    onRound();
    for (const [number, camera] of cameras.entries()) {
      const dueMs = startedMs + EVERY_MS * (round + number / cameras.length);
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      camera.ask();
    }
  }
}

/** A camera as the worker watches one: a frame is asked when the one before is answered. */
function createCamera(name: string, lane: LaneFrames, recognizer: Recognizer) {
  const { empty, vehicle } = lane;
  const frames = { asked: 0, done: 0, stale: 0, skipped: 0 };
  const answeredMs: number[] = [];
  let hasBegun = false;
  let shown = 0;
  let isRead = false;
  let underWay: Promise<void> | null = null;

  function nextFile(): string {
    const number = shown++;
    const from = (files: readonly string[], at: number) => files[at % files.length] ?? "";
    if (!vehicle || !hasBegun) return from(empty, number);
    return vehicle.coming[number] ?? from(vehicle.standing, number);
  }

  async function look(): Promise<void> {
    const jpeg = await readFile(nextFile());
    const askedAtMs = performance.now();
    try {
      const scene = { camera: name, capturedAtMs: Date.now() };
      const { reads } = await recognizer.recognize(jpeg, { scene });
      answeredMs.push(performance.now() - askedAtMs);
      frames.done += 1;
      const read = reads.find(({ text }) => text === vehicle?.plate);
      // As the worker does for an opening: the second engine is asked once, and the camera waits for it.
      if (read && !isRead) {
        isRead = true;
        await recognizer.askSecond(jpeg, read, []);
      }
    } catch (error) {
      if (!(error instanceof AnprError) || error.code !== "stale") throw error;
      frames.stale += 1;
    }
  }

  return {
    hasVehicle: vehicle !== null,
    frames,
    answeredMs,
    isRead: () => isRead,
    /** Counts from here on, and lets the vehicle come. */
    begin(): void {
      hasBegun = true;
      shown = 0;
      answeredMs.length = 0;
      Object.assign(frames, { asked: 0, done: 0, stale: 0, skipped: 0 });
    },
    ask(): void {
      if (underWay !== null) {
        frames.skipped += 1;
        return;
      }
      frames.asked += 1;
      // What fails here ends the process, which tells the bench.
      underWay = look().finally(() => {
        underWay = null;
      });
    },
    settled: () => underWay,
  };
}

function sumOf(counts: readonly LoadFigures["frames"][]): LoadFigures["frames"] {
  const sum = { asked: 0, done: 0, stale: 0, skipped: 0 };
  for (const { asked, done, stale, skipped } of counts) {
    sum.asked += asked;
    sum.done += done;
    sum.stale += stale;
    sum.skipped += skipped;
  }
  return sum;
}
