import { parseArgs } from "node:util";
import { approach, emptyLane } from "./approach.ts";
import type { Bench } from "./bench.ts";
import { type Lane, registerKnown, startSite } from "./site-under-test.ts";
import { machine } from "./statistics.ts";
import { workerFacts } from "./worker-facts.ts";

/** One more than the four that the limit is meant for: so many frames in less time. */
const LANES = 5;
const SAMPLES = 10;
const PLATES = ["LMV639B", "KPN751D", "TGD352M", "PVA894S", "YAS483K"];
/** How many pictures of a vehicle, then of an empty lane, a lane shows in turn. */
const STAY_FRAMES = 12;
const EMPTY_FRAMES = 28;
/** Pictures that wait in a lane's queue: more would be the camera's memory, not the worker's. */
const QUEUED = 60;
const GIVE_UP_MS = 430_000;

export const memoryBench: Bench = {
  name: "memory",
  summary:
    "resident memory of a worker with five 1080p cameras, over 10,000 frames of which three in ten show a vehicle",
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { frames: { type: "string", default: "10000" }, json: { type: "boolean" } },
    });
    const wanted = Number(values.frames);
    const site = await startSite({ country: "mx", lanes: LANES, widthPx: 1920, heightPx: 1080 });
    const stopping = new AbortController();
    try {
      for (const plate of PLATES) await site.tenant.enrol(plate);
      await registerKnown(site);
      // Drawn first: the simulated cameras live in this process and could not answer meanwhile.
      const cycles: Uint8Array[][] = [];
      for (const [index, { camera }] of site.lanes.entries())
        cycles.push(await cycleOf(camera.id, PLATES[index] ?? ""));
      const feeding = site.lanes.map((lane, index) =>
        feed(lane, cycles[index] ?? [], stopping.signal),
      );
      const samples: { frames: number; megabytes: number }[] = [];
      const startedMs = performance.now();
      for (;;) {
        const { frames, residentMegabytes } = await workerFacts(site.healthUrl);
        if (frames >= (samples.length * wanted) / SAMPLES) {
          samples.push({ frames, megabytes: residentMegabytes });
          process.stderr.write(`${frames} frames: ${residentMegabytes} MB\n`);
        }
        if (frames >= wanted || performance.now() - startedMs > GIVE_UP_MS) break;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      stopping.abort();
      await Promise.all(feeding);
      const { dropped, frames } = await workerFacts(site.healthUrl);
      const megabytes = samples.map((sample) => sample.megabytes);
      const settled = megabytes.slice(Math.ceil(megabytes.length / 3));
      const report = {
        cameras: LANES,
        frames,
        framesDropped: dropped,
        samples,
        peakMegabytes: Math.max(...megabytes),
        growthMegabytes: (settled.at(-1) ?? 0) - (settled[0] ?? 0),
      };
      if (values.json) console.log(JSON.stringify(report));
      else {
        console.log(machine());
        console.log(
          `${frames} frames of ${LANES} cameras (${dropped} dropped as too late): at most ${report.peakMegabytes} MB resident`,
        );
        console.log(
          `growth over the last two thirds: ${report.growthMegabytes} MB (the first third warms caches and pools)`,
        );
      }
    } finally {
      stopping.abort();
      await site.stop();
    }
  },
};

/** A vehicle comes, stands, goes; then nobody. */
async function cycleOf(lane: string, plate: string): Promise<Uint8Array[]> {
  const vehicle = await approach(plate, lane, 1);
  const empty = await emptyLane(lane, 99);
  return [
    ...Array.from({ length: STAY_FRAMES }, (_, index) => vehicle[index] ?? vehicle.at(-1) ?? empty),
    ...Array.from({ length: EMPTY_FRAMES }, () => empty),
  ];
}

/** Keeps one lane busy. */
async function feed(
  { camera }: Lane,
  cycle: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<void> {
  const shown = () => camera.history().filter(({ what }) => what === "snapshot").length;
  let pushed = 0;
  while (!signal.aborted) {
    if (pushed - shown() < QUEUED) {
      for (const jpeg of cycle) camera.pushFrame({ jpeg, holdMs: 0, label: "" });
      pushed += cycle.length;
    }
    // The history is bounded: counting begins anew before it forgets.
    if (shown() > 5000) {
      camera.reset();
      pushed = 0;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
