import { parseArgs } from "node:util";
import { until } from "@portero/testing";
import { approach, emptyLane } from "./approach.ts";
import type { Bench } from "./bench.ts";
import { type Lane, registerKnown, type SiteUnderTest, startSite } from "./site-under-test.ts";
import { machine, spread } from "./statistics.ts";
import { idleCost, workerFacts } from "./worker-facts.ts";

/** A sighting ends after 3 s without its plate; the next vehicle must not be taken for the same. */
const BETWEEN_MS = 3500;
const LEARNING_MS = 15_000;
const IDLE_MS = 30_000;
/** Enough for four lanes: a plate opens once in half a minute only, so that none may come again too soon. */
const PLATES = [
  ..."LMV639B FJX826W HRT204C KPN751D YAS483K BWC917F".split(" "),
  ..."TGD352M RNE608V CXL246H PVA894S WKH175R JEB530N".split(" "),
  ..."DHM417T GKS962P NBW358L SRC743J VTE129X XJP685G".split(" "),
  ..."ZLA573F MCG846R PWY231N KEV790D HBN364S TXF158W".split(" "),
];

/** A lane's own of them. */
const platesOf = (lane: number, lanes: number) =>
  PLATES.filter((_plate, place) => place % lanes === lane);

interface Passage {
  frameToCommandMs: number;
  legibleToCommandMs: number;
  /** What the worker says of the deciding frame. */
  timings: Record<string, number>;
}

export const pipelineBench: Bench = {
  name: "pipeline",
  summary:
    "snapshot served → gate command, first legible frame → command, stage by stage, over 200 vehicles at four busy 1080p lanes (--lanes 1: one alone); CPU of quiet lanes, memory",
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        vehicles: { type: "string", default: "200" },
        lanes: { type: "string", default: "4" },
        json: { type: "boolean" },
      },
    });
    const vehicles = Number(values.vehicles);
    const lanes = Math.max(1, Math.min(PLATES.length, Number(values.lanes)));
    const site = await startSite({
      country: "mx",
      lanes,
      widthPx: 1920,
      heightPx: 1080,
      view: "lane",
    });
    try {
      for (const plate of PLATES) await site.tenant.enrol(plate);
      await registerKnown(site);
      await new Promise((resolve) => setTimeout(resolve, LEARNING_MS));
      const idle = await idleCost(site.healthUrl, IDLE_MS);
      const perLane = await Promise.all(
        site.lanes.map((lane, index) =>
          drive(site, lane, platesOf(index, lanes), Math.ceil((vehicles - index) / lanes)),
        ),
      );
      const passages = perLane.flat().filter((passage) => passage !== null);
      const { residentMegabytes, dropped } = await workerFacts(site.healthUrl);
      const stages = [...new Set(passages.flatMap(({ timings }) => Object.keys(timings)))];
      const report = {
        lanes,
        vehicles,
        opened: passages.length,
        frameToCommandMs: spread(passages.map(({ frameToCommandMs }) => frameToCommandMs)),
        legibleToCommandMs: spread(passages.map(({ legibleToCommandMs }) => legibleToCommandMs)),
        stageMs: Object.fromEntries(
          stages.map((stage) => [
            stage,
            spread(passages.flatMap(({ timings }) => timings[stage] ?? [])),
          ]),
        ),
        idleCpuMsPerFrame: Math.round(idle * 10) / 10,
        workerMegabytes: residentMegabytes,
        framesDropped: dropped,
      };
      if (values.json) console.log(JSON.stringify(report));
      else print(report);
    } finally {
      await site.stop();
    }
  },
};

function print(report: {
  lanes: number;
  vehicles: number;
  opened: number;
  frameToCommandMs: { p50: number; p95: number };
  legibleToCommandMs: { p50: number; p95: number };
  stageMs: Record<string, { p50: number; p95: number }>;
  idleCpuMsPerFrame: number;
  workerMegabytes: number;
  framesDropped: number;
}): void {
  const { frameToCommandMs: command, legibleToCommandMs: legible } = report;
  console.log(machine());
  console.log(
    `opened ${report.opened} of ${report.vehicles} vehicles, ${report.lanes} lanes side by side`,
  );
  console.log(
    `frame → command: p50 ${command.p50} ms, p95 ${command.p95} ms (the camera begins to send the deciding picture → the order reaches its barrier)`,
  );
  console.log(
    `legible → command: p50 ${legible.p50} ms, p95 ${legible.p95} ms (the first frame in which the plate was read → the same order)`,
  );
  for (const [stage, { p50, p95 }] of Object.entries(report.stageMs)) {
    console.log(`  ${stage.padEnd(26)} p50 ${p50} ms, p95 ${p95} ms`);
  }
  console.log(
    `quiet lane: ${report.idleCpuMsPerFrame} ms CPU a frame (all of the worker's processor time, over the frames of ${report.lanes} quiet cameras, one a second each)`,
  );
  console.log(
    `worker: ${report.workerMegabytes} MB resident after it; ${report.framesDropped} frames came too late and were dropped`,
  );
}

/** Vehicles one after another at one lane; null for one that the gate did not open for. */
async function drive(
  site: SiteUnderTest,
  lane: Lane,
  plates: readonly string[],
  count: number,
): Promise<(Passage | null)[]> {
  const sequences: { plate: string; frames: Uint8Array[] }[] = [];
  for (const [seed, plate] of plates.entries()) {
    sequences.push({ plate, frames: await approach(plate, lane.camera.id, seed) });
  }
  const empty = await emptyLane(lane.camera.id, 99);
  const passages: (Passage | null)[] = [];
  for (let index = 0; index < count; index++) {
    const sequence = sequences[index % sequences.length];
    if (!sequence) break;
    passages.push(await pass(site, lane, sequence));
    lane.camera.pushFrame({ jpeg: empty, holdMs: BETWEEN_MS, label: "" });
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
  return passages;
}

async function pass(
  { pool, tenant }: SiteUnderTest,
  { camera, cameraId }: Lane,
  { plate, frames }: { plate: string; frames: Uint8Array[] },
): Promise<Passage | null> {
  camera.reset();
  const { rows: seqs } = await pool.query("select seq from app.tenant_seq where tenant_id = $1", [
    tenant.tenantId,
  ]);
  for (const jpeg of frames) camera.pushFrame({ jpeg, holdMs: 0, label: plate });
  const openings = () => camera.history().filter(({ what }) => what === "barrier_open");
  const shown = () => camera.history().filter(({ detail }) => detail === plate);
  // The last frame stays in view for a while: a vehicle that stands.
  const last = frames.at(-1);
  if (last) camera.pushFrame({ jpeg: last, holdMs: 1500, label: plate });
  await until(
    "the command",
    () => openings().length > 0 || shown().length > frames.length + 4,
    60_000,
  );
  const [command] = openings();
  const deciding = command && shown().findLast(({ atMs }) => atMs < command.atMs);
  if (!deciding) return null;
  const timings = await until("the arrival's event", async () => {
    const { rows } = await pool.query(
      "select payload -> 'timings_ms' as timings from realtime_events where tenant_id = $1 and camera_id = $2 and seq > $3 and event_type = 'resident_arrived' order by seq desc limit 1",
      [tenant.tenantId, cameraId, seqs[0]?.seq ?? 0],
    );
    return rows[0]?.timings as Record<string, number> | undefined;
  });
  const frameToCommandMs = command.atMs - deciding.atMs;
  const { first_frame_to_decision: sinceFirst = 0, frame_to_decision: sinceFrame = 0 } = timings;
  return {
    timings,
    frameToCommandMs,
    legibleToCommandMs: sinceFirst - sinceFrame + frameToCommandMs,
  };
}
