import { parseArgs } from "node:util";
import { renderFrame } from "@portero/camera-simulator/scene";
import { startInstallation } from "@portero/e2e/installation";
import { until } from "@portero/testing";
import pg from "pg";
import type { Bench } from "./bench.ts";
import { machine, spread } from "./statistics.ts";

/** A sighting ends after 3 s without its plate; the next vehicle must not be taken for the same. */
const BETWEEN_MS = 4000;
const IDLE_MS = 30_000;
const APPROACH = [0.3, 0.42, 0.54, 0.64, 0.74, 0.82, 0.88, 0.93, 0.97, 1];

export const pipelineBench: Bench = {
  name: "pipeline",
  summary:
    "snapshot → gate command and first legible frame → command, 1080p, with the whole product on this machine; CPU of an idle camera, memory",
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { vehicles: { type: "string", default: "200" }, json: { type: "boolean" } },
    });
    const installation = await startInstallation("broadcast");
    const { running } = installation;
    const [tenant] = running.cameras;
    const worker = running.workers.find(({ tenantId }) => tenantId === tenant?.tenantId);
    if (!tenant || !worker) throw new Error("the installation has no camera");
    const database = new pg.Client({ connectionString: running.databaseUrl });
    await database.connect();
    try {
      const { rows } = await database.query(
        "select plate from vehicles where tenant_id = $1 order by plate",
        [tenant.tenantId],
      );
      const sequences = await Promise.all(rows.map(({ plate }) => approach(plate)));
      const idle = await measureIdle(worker.healthUrl);
      const frameToCommand: number[] = [];
      const legibleToCommand: number[] = [];
      const stages = new Map<string, number[]>();
      for (let index = 0; index < Number(values.vehicles); index++) {
        const sequence = sequences[index % sequences.length];
        if (!sequence) break;
        const measured = await pass(
          running.control,
          tenant.id,
          sequence,
          database,
          tenant.tenantId,
        );
        if (measured) {
          frameToCommand.push(measured.frameToCommandMs);
          legibleToCommand.push(measured.legibleToCommandMs);
          for (const [stage, ms] of Object.entries(measured.timings)) {
            stages.set(stage, [...(stages.get(stage) ?? []), ms]);
          }
        }
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
      }
      const after = await processFacts(worker.healthUrl);
      const report = {
        vehicles: Number(values.vehicles),
        opened: frameToCommand.length,
        frameToCommandMs: spread(frameToCommand),
        legibleToCommandMs: spread(legibleToCommand),
        stageMs: Object.fromEntries([...stages].map(([stage, ms]) => [stage, spread(ms).p50])),
        idleCpuMsPerFrame: Math.round(idle * 10) / 10,
        workerMegabytes: Math.round(after.residentBytes / 1e6),
      };
      if (values.json) console.log(JSON.stringify(report));
      else {
        console.log(machine());
        console.log(
          `snapshot served → gate command on the wire: p50 ${report.frameToCommandMs.p50} ms, p95 ${report.frameToCommandMs.p95} ms`,
        );
        console.log(
          `first legible frame → command: p50 ${report.legibleToCommandMs.p50} ms, p95 ${report.legibleToCommandMs.p95} ms`,
        );
        console.log(
          `of these, p50: ${Object.entries(report.stageMs)
            .map(([stage, ms]) => `${stage} ${ms} ms`)
            .join(", ")}`,
        );
        console.log(
          `opened ${report.opened} of ${report.vehicles}; idle camera ${report.idleCpuMsPerFrame} ms CPU a frame; worker ${report.workerMegabytes} MB`,
        );
      }
    } finally {
      await database.end();
      await installation.stop();
    }
  },
};

interface Sequence {
  plate: string;
  frames: Uint8Array[];
}

/** A vehicle that comes nearer and stops, ten distinct frames in 1080p. */
async function approach(plate: string): Promise<Sequence> {
  const frames: Uint8Array[] = [];
  for (const [seed, progress] of APPROACH.entries()) {
    frames.push(
      await renderFrame({
        lane: "valle",
        timeOfDay: "day",
        vehicle: { plate, country: "mx", bodyColour: "#8c9096", kind: "sedan", progress },
        barrier: 0,
        widthPx: 1920,
        heightPx: 1080,
        seed,
        clockText: "",
      }),
    );
  }
  return { plate, frames };
}

interface Measured {
  frameToCommandMs: number;
  legibleToCommandMs: number;
  /** What the worker says of the deciding frame. */
  timings: Record<string, number>;
}

interface HistoryEntry {
  atMs: number;
  what: string;
  detail: string;
}

async function pass(
  control: { url: string; token: string },
  cameraId: string,
  { plate, frames }: Sequence,
  database: pg.Client,
  tenantId: string,
): Promise<Measured | null> {
  const headers = { authorization: `Bearer ${control.token}` };
  const at = (path: string) => `${control.url}/control/cameras/${cameraId}/${path}`;
  await fetch(at("reset"), { method: "POST", headers });
  for (const jpeg of frames) {
    await fetch(at(`frames?holdMs=0&label=${plate}`), {
      method: "POST",
      headers: { ...headers, "content-type": "image/jpeg" },
      body: jpeg.slice(),
    });
  }
  const history = async () =>
    (await (await fetch(at("history"), { headers })).json()) as HistoryEntry[];
  const seen = await until(
    "the command",
    async () => {
      const entries = await history();
      const isShown = entries.filter(({ detail }) => detail === plate).length >= frames.length;
      return entries.some(({ what }) => what === "barrier_open") || isShown ? entries : null;
    },
    30_000,
  );
  const command = seen.find(({ what }) => what === "barrier_open");
  if (!command) return null;
  const deciding = seen.findLast(
    ({ what, atMs, detail }) => what === "snapshot" && detail === plate && atMs < command.atMs,
  );
  if (!deciding) return null;
  const timings = await until("the arrival's event", async () => {
    const { rows } = await database.query(
      "select payload -> 'timings_ms' as timings from realtime_events where tenant_id = $1 and event_type = 'resident_arrived' and plate = $2 order by seq desc limit 1",
      [tenantId, plate],
    );
    return rows[0]?.timings as
      | (Record<string, number> & Record<"first_frame_to_decision" | "frame_to_decision", number>)
      | undefined;
  });
  const frameToCommandMs = command.atMs - deciding.atMs;
  return {
    timings,
    frameToCommandMs,
    legibleToCommandMs:
      timings.first_frame_to_decision - timings.frame_to_decision + frameToCommandMs,
  };
}

async function processFacts(
  healthUrl: string,
): Promise<{ cpuSeconds: number; residentBytes: number; frames: number }> {
  const text = await (await fetch(`${healthUrl}/metrics`)).text();
  const value = (name: string) =>
    Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, "m").exec(text)?.[1] ?? 0);
  return {
    cpuSeconds: value("process_cpu_seconds_total"),
    residentBytes: value("process_resident_memory_bytes"),
    frames: value("portero_frame_seconds_count"),
  };
}

/** CPU milliseconds of the worker for each frame of a lane where nothing happens. */
async function measureIdle(healthUrl: string): Promise<number> {
  const before = await processFacts(healthUrl);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const after = await processFacts(healthUrl);
  return (
    (1000 * (after.cpuSeconds - before.cpuSeconds)) / Math.max(1, after.frames - before.frames)
  );
}
