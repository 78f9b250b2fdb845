import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Log } from "@portero/runtime";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { OperatorError } from "../operator-error.ts";
import { type ChildPlan, type Children, createChildren } from "./children.ts";
import { buildDashboard, DASHBOARD_DIR } from "./dashboard-build.ts";
import { CONDOMINIUMS, type Condominium } from "./demo.ts";
import {
  type Installation,
  type InstalledTenant,
  MIGRATIONS_DIR,
  openInstallation,
  removeInstallation,
  saveInstallation,
  supabaseDir,
} from "./installation.ts";
import { placeCamera, seed } from "./seed.ts";
import { simulatedCameras } from "./traffic.ts";

/** A Supabase project that exists already, with both of its keys. */
export interface ExistingProject {
  url: string;
  publishableKey: string;
  secretKey: string;
}

/** A real camera in place of a simulated one. */
export interface RealCamera {
  url: string;
  username: string;
  password: string;
}

export interface StartOptions {
  dataDir: string;
  /** Port of the dashboard; another one is taken when it is in use. */
  port: number;
  shouldReset: boolean;
  /** Folder of the user's own JPEGs in place of the drawn lanes. */
  framesDir: string | null;
  project: ExistingProject | null;
  /** For the condominiums in their order. */
  cameras: RealCamera[];
  realtimeTransport: "broadcast" | "postgres_changes";
  /** Pauses of the simulated traffic; tests and benches bring their own vehicles and set it off. */
  hasTraffic: boolean;
  /** Of the simulated cameras' pictures, which are 16 : 9. */
  cameraWidthPx: number;
}

/** What a script needs to know when everything runs. */
export interface Running {
  dashboardUrl: string;
  supabaseUrl: string;
  publishableKey: string;
  databaseUrl: string | null;
  accounts: {
    tenant: string;
    tenantId: string;
    role: string;
    name: string;
    email: string;
    password: string;
  }[];
  cameras: { id: string; tenantId: string; url: string }[];
  /** Where each site's worker says how it is: `/healthz`, `/metrics`. */
  workers: { tenantId: string; healthUrl: string }[];
  control: { url: string; token: string } | null;
}

interface Supabase extends ExistingProject {
  databaseUrl: string | null;
}

/** Starts the whole installation and hands it to `onReady`; ends it when the signal aborts. */
export async function start(
  options: StartOptions,
  log: Log,
  onStage: (what: string) => void,
  onReady: (running: Running) => void,
  signal: AbortSignal,
): Promise<void> {
  if (options.framesDir) await checkFrames(options.framesDir);
  if (options.shouldReset) await removeInstallation(options.dataDir);
  const children = createChildren(log);
  signal.addEventListener("abort", () => void children.stop(), { once: true });
  try {
    const running = await startAll(children, options, onStage);
    onReady(running);
    if (!signal.aborted)
      await new Promise((end) => signal.addEventListener("abort", end, { once: true }));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await children.stop();
  }
}

async function startAll(
  children: Children,
  options: StartOptions,
  onStage: (what: string) => void,
): Promise<Running> {
  const installation = await openInstallation(options.dataDir);
  const dashboard = buildDashboard(() => onStage("building the dashboard (once)"));
  onStage(
    options.project
      ? `using the Supabase at ${options.project.url}`
      : "starting Postgres and the local Supabase",
  );
  const foundation = startProject(children, options, installation, onStage);
  const outside = startOutside(children, options, installation);
  const [{ supabase, admin }, { simulator, mqttUrl }] = await Promise.all([foundation, outside]);

  onStage("starting the workers");
  const cameras = await placeCameras(admin, installation, options, simulator);
  const workers = CONDOMINIUMS.map(async (condominium) => {
    const installed = tenantOf(installation, condominium);
    const plan = workerPlan(condominium, installed, { options, supabase, mqttUrl });
    const { healthUrl } = await children.start<{ healthUrl: string }>(plan);
    return { tenantId: installed.tenantId, healthUrl };
  });
  await dashboard;
  const gatewayEnv = {
    SUPABASE_URL: supabase.url,
    SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
    SUPABASE_SECRET_KEY: supabase.secretKey,
    REALTIME_TRANSPORT: options.realtimeTransport,
    DASHBOARD_DIR,
    PORT: String(options.port),
  };
  const gateway = children.start<{ url: string }>({
    name: "gateway",
    service: "gateway",
    env: gatewayEnv,
    again: ({ url }) => ({ env: { ...gatewayEnv, PORT: portOf(url) } }),
  });
  return {
    dashboardUrl: (await gateway).url,
    supabaseUrl: supabase.url,
    publishableKey: supabase.publishableKey,
    databaseUrl: supabase.databaseUrl,
    accounts: CONDOMINIUMS.flatMap((condominium) =>
      accountsOf(condominium, tenantOf(installation, condominium)),
    ),
    cameras,
    workers: await Promise.all(workers),
    control: simulator?.controlUrl
      ? { url: simulator.controlUrl, token: installation.controlToken }
      : null,
  };
}

/** The Supabase project, with the two condominiums in it. `admin` holds its secret key. */
async function startProject(
  children: Children,
  options: StartOptions,
  installation: Installation,
  onStage: (what: string) => void,
): Promise<{ supabase: Supabase; admin: SupabaseClient }> {
  const supabase = options.project
    ? { ...options.project, databaseUrl: null }
    : await startSupabase(children, options.dataDir);
  const admin = createClient(supabase.url, supabase.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  if (!installation.isSeeded) {
    onStage("filling two condominiums");
    await seed(admin, installation);
    await saveInstallation(options.dataDir, { ...installation, isSeeded: true });
  }
  return { supabase, admin };
}

/** What stands outside in the real world: cameras, barriers, the gates' broker. */
async function startOutside(
  children: Children,
  options: StartOptions,
  installation: Installation,
): Promise<{ simulator: Simulator | null; mqttUrl: string | null }> {
  const simulator = await startSimulator(children, options, installation);
  const mqttUrl = await startGates(children, options, installation, simulator?.controlUrl ?? null);
  return { simulator, mqttUrl };
}

async function placeCameras(
  admin: SupabaseClient,
  installation: Installation,
  options: StartOptions,
  simulator: Simulator | null,
): Promise<Running["cameras"]> {
  return Promise.all(
    CONDOMINIUMS.map(async (condominium, index) => {
      const installed = tenantOf(installation, condominium);
      const { tenantId, cameraId: id } = installed;
      const simulated = simulator?.cameras.find((camera) => camera.id === id);
      const place = options.cameras[index] ?? {
        url: simulated?.url ?? "",
        username: "admin",
        password: installed.cameraPassword,
      };
      await placeCamera(admin, condominium, installed, { ...place, baseUrl: place.url });
      return { id, tenantId, url: place.url };
    }),
  );
}

function startSupabase(children: Children, dataDir: string): Promise<Supabase> {
  const args = ["--data", supabaseDir(dataDir), "--migrations", MIGRATIONS_DIR];
  return children.start<Supabase>({
    name: "supabase",
    isFoundation: true,
    service: "local-supabase",
    args,
    again: ({ url, databaseUrl }) => ({
      args: [...args, "--port", portOf(url), "--db-port", portOf(databaseUrl ?? "")],
    }),
  });
}

interface Simulator {
  cameras: { id: string; url: string }[];
  controlUrl: string | null;
}

async function startSimulator(
  children: Children,
  options: StartOptions,
  installation: Installation,
): Promise<Simulator | null> {
  const cameras = simulatedCameras(installation, options);
  if (cameras.length === 0) return null;
  const env = {
    CAMERAS: JSON.stringify(cameras),
    CONTROL_TOKEN: installation.controlToken,
    CONTROL_PORT: "0",
  };
  return children.start<Simulator>({
    name: "simulator",
    isFoundation: true,
    service: "camera-simulator",
    env,
    again: ({ cameras: places, controlUrl }) => ({
      env: {
        ...env,
        CAMERAS: JSON.stringify(
          cameras.map((camera) => {
            const place = places.find(({ id }) => id === camera.id);
            return { ...camera, port: Number(portOf(place?.url ?? "")) };
          }),
        ),
        CONTROL_PORT: portOf(controlUrl ?? ""),
      },
    }),
  });
}

/** The broker and a controller for each gate that hangs on MQTT. Returns the broker's address. */
async function startGates(
  children: Children,
  options: StartOptions,
  installation: Installation,
  controlUrl: string | null,
): Promise<string | null> {
  const onMqtt = CONDOMINIUMS.filter(({ gate }) => gate.kind === "mqtt").map((condominium) =>
    tenantOf(installation, condominium),
  );
  if (onMqtt.length === 0) return null;
  const accounts = onMqtt.flatMap(({ gateId, gateKey }) => [
    { username: `worker-${gateId}`, password: gateKey, role: "worker", gateId },
    { username: `gate-${gateId}`, password: gateKey, role: "controller", gateId },
  ]);
  const brokerEnv = {
    BROKER_ACCOUNTS: JSON.stringify(accounts),
    BROKER_PORT: "0",
  };
  const { url } = await children.start<{ url: string }>({
    name: "broker",
    isFoundation: true,
    service: "gate-controller",
    args: ["broker"],
    env: brokerEnv,
    again: ({ url }) => ({ env: { ...brokerEnv, BROKER_PORT: portOf(url) } }),
  });
  await Promise.all(
    onMqtt.map(({ gateId, gateKey, cameraId }) =>
      children.start({
        name: "gate",
        service: "gate-controller",
        env: {
          GATE_ID: gateId,
          GATE_KEY: gateKey,
          BROKER_URL: url,
          BROKER_USERNAME: `gate-${gateId}`,
          BROKER_PASSWORD: gateKey,
          DATA_DIR: join(options.dataDir, "gates", gateId),
          ...(controlUrl
            ? {
                SIMULATOR_URL: controlUrl,
                SIMULATOR_TOKEN: installation.controlToken,
                SIMULATOR_CAMERA: cameraId,
              }
            : {}),
        },
      }),
    ),
  );
  return url;
}

function workerPlan(
  condominium: Condominium,
  installed: InstalledTenant,
  {
    options,
    supabase,
    mqttUrl,
  }: { options: StartOptions; supabase: Supabase; mqttUrl: string | null },
): ChildPlan {
  return {
    name: `worker ${condominium.key}`,
    service: "vision-worker",
    env: {
      SUPABASE_URL: supabase.url,
      SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
      REALTIME_TRANSPORT: options.realtimeTransport,
      EDGE_EMAIL: installed.edgeEmail,
      EDGE_PASSWORD: installed.edgePassword,
      TENANT_ID: installed.tenantId,
      SITE_ID: installed.siteId,
      SITE_PRIVATE_KEY: installed.sitePrivateKey,
      DATA_DIR: join(options.dataDir, "sites", installed.siteId),
      ALLOW_LOOPBACK_CAMERAS: String(options.cameras.length < CONDOMINIUMS.length),
      ...(condominium.gate.kind === "mqtt" && mqttUrl
        ? {
            MQTT_URL: mqttUrl,
            MQTT_USERNAME: `worker-${installed.gateId}`,
            MQTT_PASSWORD: installed.gateKey,
            MQTT_GATE_KEYS: JSON.stringify({ [installed.gateId]: installed.gateKey }),
          }
        : {}),
    },
  };
}

function accountsOf(
  { name: tenant, people }: Condominium,
  { tenantId, passwords }: InstalledTenant,
): Running["accounts"] {
  return people.map(({ role, name, email }) => ({
    tenant,
    tenantId,
    role,
    name,
    email,
    password: passwords[email] ?? "",
  }));
}

function tenantOf(installation: Installation, { key }: Condominium): InstalledTenant {
  const installed = installation.tenants[key];
  if (!installed)
    throw new OperatorError(
      `the data folder was made by another version and knows no ${key}; start with --reset`,
    );
  return installed;
}

function portOf(url: string): string {
  return URL.parse(url)?.port || "0";
}

async function checkFrames(folder: string): Promise<void> {
  const path = resolve(folder);
  if (!existsSync(path)) throw new OperatorError(`--frames: there is no folder ${path}`);
  const pictures = (await readdir(path)).filter((name) => /\.jpe?g$/i.test(name));
  if (pictures.length === 0)
    throw new OperatorError(`--frames: ${path} holds no JPEG (*.jpg, *.jpeg)`);
}
