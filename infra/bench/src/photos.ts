import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { lookAlikeClass } from "@portero/access";
import { until } from "@portero/testing";
import type { Bench } from "./bench.ts";
import { decoysOf } from "./decoys.ts";
import { sequenceOf } from "./frame-sequence.ts";
import { bySet, type LabelledFrame, loadFrames } from "./manifest.ts";
import { type Lane, registerKnown, type SiteUnderTest, startSite } from "./site-under-test.ts";
import { machine, spread } from "./statistics.ts";

const LANES = 4;
const FRAMES = 4;
const DECOYS = 1000;
/** Long enough for a sighting to end and its vehicle to count as gone. */
const BETWEEN_MS = 7000;
const ANSWER_WITHIN_MS = 8000;

interface SetResult {
  photographs: number;
  detected: number;
  readExact: number;
  opened: number;
  openedWrong: number;
}

interface Shown {
  hasOpened: boolean;
  /** From the deciding frame to the command, in ms; null without an opening. */
  latencyMs: number | null;
  plate: string | null;
  wasSeen: boolean;
}

export const photosBench: Bench = {
  name: "photos",
  summary:
    "the whole way on photographs: camera, worker, gate, database; each plate enrolled among 1,000 look-alikes, and once not",
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        frames: { type: "string" },
        sets: { type: "string" },
        limit: { type: "string" },
        json: { type: "boolean" },
      },
    });
    if (!values.frames)
      throw new Error(
        "--frames <manifest.json> is needed: a list of photographs with boxes and texts",
      );
    const wanted = values.sets?.split(",");
    const sets: Record<string, SetResult> = {};
    const latencies: number[] = [];
    for (const [set, all] of bySet(await loadFrames(values.frames))) {
      if (wanted && !wanted.includes(set)) continue;
      const photographs = all
        .filter(({ plates }) => plates.length > 0)
        .slice(0, Number(values.limit ?? all.length));
      const result = await runSet(set, photographs, latencies, (line) =>
        process.stderr.write(`${line}\n`),
      );
      sets[set] = result;
    }
    const report = { sets, latencyMs: spread(latencies) };
    if (values.json) console.log(JSON.stringify(report));
    else print(report);
  },
};

async function runSet(
  set: string,
  photographs: LabelledFrame[],
  latencies: number[],
  say: (line: string) => void,
): Promise<SetResult> {
  const site = await startSite({ country: set, lanes: LANES, widthPx: 1280, heightPx: 720 });
  const result: SetResult = {
    photographs: photographs.length,
    detected: 0,
    readExact: 0,
    opened: 0,
    openedWrong: 0,
  };
  try {
    for (let at = 0; at < photographs.length; at += LANES) {
      const batch = photographs.slice(at, at + LANES);
      const plates = batch.map((photograph) => photograph.plates[0]?.text ?? "");
      const decoys = plates.flatMap((plate) => decoysOf(plate, DECOYS, plate));
      const enrolled = decoys.filter((decoy) => !plates.includes(decoy));
      const sequences = await Promise.all(
        batch.map(async ({ file }) => sequenceOf(await readFile(file), FRAMES, file)),
      );
      // Once unknown: whatever opens now opens for a plate that nobody enrolled.
      await enrolOnly(site, enrolled);
      const unknown = await showAll(site, sequences);
      for (const [index, shown] of unknown.entries()) {
        if (shown.hasOpened) result.openedWrong++;
        if (shown.wasSeen) result.detected++;
        if (isSame(shown.plate, plates[index])) result.readExact++;
      }
      await enrolOnly(site, [...enrolled, ...plates]);
      const known = await showAll(site, sequences);
      for (const [index, shown] of known.entries()) {
        if (!shown.hasOpened) continue;
        if (isSame(shown.plate, plates[index])) result.opened++;
        else result.openedWrong++;
        if (shown.latencyMs !== null) latencies.push(shown.latencyMs);
      }
      say(
        `${set}: ${Math.min(at + LANES, photographs.length)}/${photographs.length}, opened ${result.opened}, wrong ${result.openedWrong}`,
      );
    }
  } finally {
    await site.stop();
  }
  return result;
}

/** Labels have O for 0 here and there, and a die often does not tell them apart either (safety G7). */
const isSame = (read: string | null, text: string | undefined): boolean =>
  read !== null && text !== undefined && lookAlikeClass(read) === lookAlikeClass(text);

async function enrolOnly(site: SiteUnderTest, plates: string[]): Promise<void> {
  const { pool } = site;
  const { tenantId, residentId } = site.tenant;
  await pool.query("delete from vehicles where tenant_id = $1", [tenantId]);
  await pool.query(
    "insert into vehicles (tenant_id, resident_id, plate) select $1, $2, p from unnest($3::text[]) p on conflict do nothing",
    [tenantId, residentId, plates.filter((plate) => /^[A-Z0-9]{2,10}$/.test(plate))],
  );
  await registerKnown(site);
}

/** Plays one photograph at each lane, side by side, and leaves the lanes empty for a while. */
async function showAll(site: SiteUnderTest, sequences: Uint8Array[][]): Promise<Shown[]> {
  const shown = await Promise.all(
    sequences.map((frames, index) => {
      const lane = site.lanes[index];
      if (!lane) throw new Error("more photographs than lanes");
      return show(site, lane, frames);
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  return shown;
}

async function show(
  site: SiteUnderTest,
  { camera, cameraId }: Lane,
  frames: Uint8Array[],
): Promise<Shown> {
  camera.reset();
  const sinceSeq = await lastSeq(site);
  for (const jpeg of frames) camera.pushFrame({ jpeg, holdMs: 0, label: "photograph" });
  const photographs = () => camera.history().filter(({ detail }) => detail === "photograph");
  await until(
    "the photographs to be asked for",
    () => photographs().length >= frames.length,
    60_000,
  );
  const openings = () => camera.history().filter(({ what }) => what === "barrier_open");
  const events = async () => {
    const { rows } = await site.pool.query(
      "select event_type, plate from realtime_events where tenant_id = $1 and camera_id = $2 and seq > $3 and event_type in ('resident_arrived', 'unknown_vehicle', 'access_denied') order by seq",
      [site.tenant.tenantId, cameraId, sinceSeq],
    );
    return rows as { event_type: string; plate: string | null }[];
  };
  await until(
    "an answer",
    async () =>
      openings().length > 0
        ? (await events()).some(({ event_type }) => event_type === "resident_arrived")
        : (await events()).length > 0,
    ANSWER_WITHIN_MS,
  ).catch(() => {});
  const seen = await events();
  const [opening] = openings();
  const deciding = photographs().findLast(({ atMs }) => opening && atMs < opening.atMs);
  const admitted = seen.find(({ event_type }) => event_type === "resident_arrived");
  return {
    hasOpened: opening !== undefined,
    latencyMs: opening && deciding ? opening.atMs - deciding.atMs : null,
    plate: (admitted ?? seen.at(-1))?.plate ?? null,
    wasSeen: seen.length > 0,
  };
}

async function lastSeq({ pool, tenant }: SiteUnderTest): Promise<number> {
  const { rows } = await pool.query("select seq from app.tenant_seq where tenant_id = $1", [
    tenant.tenantId,
  ]);
  return Number(rows[0]?.seq ?? 0);
}

function print({
  sets,
  latencyMs,
}: {
  sets: Record<string, SetResult>;
  latencyMs: { n: number; p50: number; p95: number };
}): void {
  console.log(machine());
  console.log("set   photographs  detected  read exactly  opened rightly  opened wrongly");
  for (const [set, { photographs, detected, readExact, opened, openedWrong }] of Object.entries(
    sets,
  )) {
    const share = (count: number) => `${((100 * count) / photographs).toFixed(1)} %`;
    console.log(
      `${set.padEnd(6)}${String(photographs).padStart(10)}  ${share(detected).padStart(8)}  ${share(readExact).padStart(12)}  ${share(opened).padStart(14)}  ${String(openedWrong).padStart(14)}`,
    );
  }
  console.log(
    `snapshot served → command at the gate: p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms (${latencyMs.n} openings)`,
  );
}
