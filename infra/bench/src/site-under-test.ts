import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
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
import { LEAN_PROCESS } from "@portero/runtime";
import { seal } from "@portero/sealing";
import { createTenant, startProject, type TestProject, type TestTenant } from "@portero/testing";
import pg from "pg";

const WORKER = fileURLToPath(
  new URL("../../../services/vision-worker/src/main.ts", import.meta.url),
);

/** One lane: its camera in our hand, its ids in the database. */
export interface Lane {
  camera: RunningCamera;
  cameraId: string;
  gateId: string;
}

/** A site with several lanes, its worker in a process of its own, on real Postgres. */
export interface SiteUnderTest {
  project: TestProject;
  tenant: TestTenant;
  lanes: Lane[];
  worker: ChildProcess;
  /** Address of the worker's `/healthz` and `/metrics`. */
  healthUrl: string;
  /** As `postgres`, for questions side by side. */
  pool: pg.Pool;
  stop(): Promise<void>;
}

export interface SiteOptions {
  country: string;
  lanes: number;
  widthPx: number;
  heightPx: number;
  /** A drawn, empty lane, or plain grey (default) where all that counts is pushed. */
  view?: "lane" | "blank";
}

export async function startSite({
  country,
  lanes: count,
  widthPx,
  heightPx,
  view = "blank",
}: SiteOptions): Promise<SiteUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), "portero-bench-"));
  const project = await startProject();
  const simulator: CameraSimulator = await startCameraSimulator({
    cameras: Array.from({ length: count }, (_, index) => ({
      id: `lane-${index}`,
      source: view === "lane" ? { kind: view, name: `lane-${index}` } : { kind: view },
      widthPx,
      heightPx,
      barrier: { travelMs: 200, autoCloseMs: 800 },
    })),
  });
  const [first, ...others] = simulator.cameras;
  if (!first) throw new Error("a site needs a lane");
  const tenant = await createTenant(project.admin, { country, camera: first });
  const lanes: Lane[] = [{ camera: first, cameraId: tenant.cameraId, gateId: tenant.gateId }];
  for (const camera of others) lanes.push(await addLane(project, tenant, camera));

  const worker = fork(WORKER, [], {
    execArgv: LEAN_PROCESS.execArgv,
    env: {
      PATH: process.env["PATH"] ?? "",
      SUPABASE_URL: project.supabase.url,
      SUPABASE_PUBLISHABLE_KEY: project.supabase.publishableKey,
      EDGE_EMAIL: tenant.accounts.edge.email,
      EDGE_PASSWORD: tenant.accounts.edge.password,
      TENANT_ID: tenant.tenantId,
      SITE_ID: tenant.siteId,
      SITE_PRIVATE_KEY: tenant.keys.privateKey,
      DATA_DIR: dataDir,
      ALLOW_LOOPBACK_CAMERAS: "true",
      LOG_LEVEL: "error",
      // As the unit of a real box sets it.
      ...LEAN_PROCESS.env,
    },
  });
  const [message] = (await Promise.race([
    once(worker, "message"),
    once(worker, "exit").then(() => Promise.reject(new Error("the worker could not start"))),
  ])) as [{ ready: { healthUrl: string } }];
  const pool = new pg.Pool({ connectionString: project.supabase.databaseUrl, max: 4 });
  return {
    project,
    tenant,
    lanes,
    worker,
    healthUrl: message.ready.healthUrl,
    pool,
    async stop() {
      const gone = once(worker, "exit");
      worker.kill("SIGTERM");
      await gone;
      await simulator.stop();
      await pool.end();
      await project.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function addLane(
  { admin }: TestProject,
  tenant: TestTenant,
  camera: RunningCamera,
): Promise<Lane> {
  const { tenantId, siteId, keys } = tenant;
  const [cameraId, gateId] = [randomUUID(), randomUUID()];
  const own = { tenant_id: tenantId };
  const { url, username, password } = camera;
  const actuator = { kind: "isapi_barrier", camera_id: cameraId, channel: 1 };
  const sealed = await seal(keys.publicKey, JSON.stringify({ username, password }), {
    tenantId,
    siteId,
    cameraId,
  });
  const rows: [string, object][] = [
    ["gates", { ...own, id: gateId, site_id: siteId, name: camera.id, actuator }],
    [
      "cameras",
      { ...own, id: cameraId, site_id: siteId, gate_id: gateId, name: camera.id, base_url: url },
    ],
    ["camera_credentials", { ...own, camera_id: cameraId, sealed }],
  ];
  for (const [table, row] of rows) {
    const { error } = await admin.from(table).insert(row);
    if (error) throw new Error(`${table}: ${error.message}`);
  }
  return { camera, cameraId, gateId };
}

/** Waits until the worker has the register as it is now. */
export async function registerKnown({ pool, tenant }: SiteUnderTest): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(
      "select (s.status -> 'worker' ->> 'register_version')::bigint = q.register_version as known from site_status s join app.tenant_seq q using (tenant_id) where tenant_id = $1",
      [tenant.tenantId],
    );
    if (rows[0]?.known) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
