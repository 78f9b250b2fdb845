import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CameraSimulator,
  type RunningCamera,
  startCameraSimulator,
} from "@portero/camera-simulator";
import { plateFor, renderFrame } from "@portero/camera-simulator/scene";
import {
  createTenant,
  startProject,
  type TestProject,
  type TestTenant,
  until,
} from "@portero/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { OpeningStep } from "./gate-keeper.ts";
import { openJournal } from "./journal/journal.ts";
import type { CrashingWorkerPlan } from "./testing/crashing-worker.ts";

const ENTRY = fileURLToPath(new URL("./testing/crashing-worker.ts", import.meta.url));
const KILLS = Number(process.env["PORTERO_KILLS"] ?? 50);
const FRAMES_A_VEHICLE = 3;

let project: TestProject;
let simulator: CameraSimulator;
let camera: RunningCamera;
let tenant: TestTenant;
let folder: string;
let random: () => number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "portero-crash-"));
  let state = 7;
  random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  project = await startProject();
  simulator = await startCameraSimulator({
    cameras: [{ id: "lane", source: { kind: "blank" }, widthPx: 1280, heightPx: 720 }],
  });
  [camera] = simulator.cameras as [RunningCamera];
  const { url, username, password } = camera;
  tenant = await createTenant(project.admin, {
    camera: { url, username, password },
    actuator: { kind: "isapi_relay", output: 1 },
  });
}, 120_000);
afterAll(async () => {
  await simulator.stop();
  await project.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A failed test must not leave its worker to the next one. */
const workers = new Set<ChildProcess>();
afterEach(async () => {
  await Promise.all([...workers].map(killed));
  workers.clear();
});

async function startWorker(dieAt: OpeningStep | null): Promise<ChildProcess> {
  const { tenantId, siteId, keys, accounts } = tenant;
  const plan: CrashingWorkerPlan = {
    supabaseUrl: project.supabase.url,
    publishableKey: project.supabase.publishableKey,
    account: accounts.edge,
    site: { tenantId, siteId },
    privateKey: keys.privateKey,
    dataDir: folder,
    dieAt,
  };
  const worker = fork(ENTRY, [JSON.stringify(plan)], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  workers.add(worker);
  await Promise.race([
    once(worker, "message"),
    once(worker, "exit").then(([code, signal]) =>
      Promise.reject(new Error(`the worker ended: ${code} ${signal}`)),
    ),
  ]);
  return worker;
}

async function killed(worker: ChildProcess): Promise<void> {
  const gone = worker.exitCode ?? worker.signalCode ?? once(worker, "exit");
  worker.kill("SIGKILL");
  await gone;
}

/** Enrolled, and drawn as distinct frames of one vehicle at the barrier. */
async function newVehicle(seed: number): Promise<{ plate: string; frames: Uint8Array[] }> {
  const plate = plateFor("mx", random).replace(/[^A-Z0-9]/g, "");
  await tenant.enrol(plate);
  const frames: Uint8Array[] = [];
  for (let index = 0; index < FRAMES_A_VEHICLE; index++) {
    frames.push(
      await renderFrame({
        lane: "crash",
        timeOfDay: "day",
        vehicle: {
          plate,
          country: "mx",
          bodyColour: "#b9bdc3",
          kind: "sedan",
          progress: 0.9 + index * 0.04,
        },
        barrier: 0,
        widthPx: 1280,
        heightPx: 720,
        seed: seed * 10 + index,
        clockText: "",
      }),
    );
  }
  return { plate, frames };
}

const pulses = () => camera.history().filter(({ what }) => what === "relay_high").length;
const asked = () => camera.history().filter(({ what }) => what === "snapshot").length;

/** Shows the vehicle to whoever asks, frame by frame, until `isOver`. */
async function show(
  frames: Uint8Array[],
  isOver: () => boolean,
  timeoutMs: number,
): Promise<boolean> {
  const endMs = performance.now() + timeoutMs;
  let shown = 0;
  while (performance.now() < endMs) {
    if (isOver()) return true;
    const before = asked();
    const jpeg = frames[shown++ % frames.length];
    if (jpeg) camera.pushFrame({ jpeg, holdMs: 0, label: "vehicle" });
    await until(
      "the frame to be asked for",
      () => asked() > before || isOver() || performance.now() > endMs,
      timeoutMs + 1000,
    );
  }
  return isOver();
}

const eventsOf = async (plate: string) => {
  const { data, error } = await project.admin
    .from("realtime_events")
    .select("event_type, payload")
    .eq("tenant_id", tenant.tenantId)
    .eq("plate", plate)
    .order("seq");
  if (error) throw error;
  return data.map(({ event_type, payload }) => ({
    type: event_type as string,
    outcome: payload.outcome as string | undefined,
  }));
};

/** Every command in the journal has ended, and the cloud has everything. */
async function everythingTold(): Promise<void> {
  await until(
    "the backlog to be told",
    async () => {
      const { data } = await project.admin
        .from("site_status")
        .select("status")
        .eq("tenant_id", tenant.tenantId)
        .single();
      return data?.status.worker.backlog_events === 0;
    },
    30_000,
  );
}

describe("kill -9", () => {
  it.each<[OpeningStep, number, string[]]>([
    ["intent", 1, ["resident_arrived", "gate_command_failed", "resident_arrived", "gate_opened"]],
    ["firing", 0, ["resident_arrived", "gate_command_failed", "access_denied"]],
    ["pulse", 1, ["resident_arrived", "gate_command_failed", "access_denied"]],
    ["accepted", 1, ["resident_arrived", "gate_opened"]],
    ["done", 1, ["resident_arrived", "gate_opened"]],
  ])(
    "right after `%s`: %i pulse, and %j is told",
    async (step, expectedPulses, expectedEvents) => {
      const { plate, frames } = await newVehicle(step.length);
      const before = pulses();
      const doomed = await startWorker(step);
      expect(await show(frames, () => doomed.signalCode !== null, 20_000)).toBe(true);
      const worker = await startWorker(null);
      // The vehicle still stands there; what must not open a second time is given the chance to.
      await show(frames, () => pulses() - before > Math.max(1, expectedPulses), 4000);
      await everythingTold();
      await until(
        "all that is to be told",
        async () => (await eventsOf(plate)).length >= expectedEvents.length,
      );
      expect((await eventsOf(plate)).map(({ type }) => type)).toEqual(expectedEvents);
      expect(pulses() - before).toBe(expectedPulses);
      await killed(worker);
      expect(camera.isRelayHigh()).toBe(expectedPulses > 0 && camera.isRelayHigh());
    },
    90_000,
  );

  it(`at ${KILLS} random moments of traffic: no event lost, none twice, no second pulse, the output low`, async () => {
    camera.reset();
    let kills = 0;
    let vehicles = 0;
    const pulsesOf = new Map<string, number>();
    let worker = await startWorker(null);
    while (kills < KILLS) {
      const { plate, frames } = await newVehicle(1000 + vehicles++);
      const before = pulses();
      // Between nothing seen yet and the barrier open: the whole of an opening.
      const killAtMs = performance.now() + random() * 2500;
      let isKilled = false;
      let restarted = Promise.resolve();
      const isOver = () => {
        if (!isKilled && performance.now() > killAtMs) {
          isKilled = true;
          restarted = killed(worker).then(async () => {
            worker = await startWorker(null);
          });
        }
        return pulses() > before && isKilled;
      };
      await show(frames, isOver, 7000);
      await restarted;
      if (isKilled) kills++;
      pulsesOf.set(plate, pulses() - before);
    }
    await everythingTold();
    await killed(worker);
    worker = await startWorker(null);
    await everythingTold();

    expect(vehicles).toBeGreaterThanOrEqual(Math.floor(KILLS * 0.9));
    expect([...pulsesOf].filter(([, count]) => count > 1)).toEqual([]);
    for (const [plate, count] of pulsesOf) {
      const told = await eventsOf(plate);
      const arrivals = told.filter(({ type }) => type === "resident_arrived").length;
      const ends = told.filter(
        ({ type }) => type === "gate_opened" || type === "gate_command_failed",
      ).length;
      // Each arrival has a command, and each command has exactly one end that was told.
      expect({ plate, ends }).toEqual({ plate, ends: arrivals });
      if (count === 1) {
        expect(
          told.some(({ type, outcome }) => type === "gate_opened" || outcome === "unknown"),
          plate,
        ).toBe(true);
      }
    }
    const { rows } = await project.database.query(
      "select count(*) = max(seq) as gapless, count(*) = count(distinct id) as once from realtime_events where tenant_id = $1",
      [tenant.tenantId],
    );
    expect(rows[0]).toEqual({ gapless: true, once: true });
    await until("the output low", () => !camera.isRelayHigh());

    const gone = once(worker, "exit");
    worker.kill("SIGTERM");
    await gone;
    const journal = await openJournal(join(folder, "journal.db"));
    expect(await journal.interrupted()).toEqual([]);
    expect((await journal.stats()).events).toBe(0);
    await journal.close();
  }, 900_000);
});
