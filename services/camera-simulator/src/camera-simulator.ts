import type { AddressInfo } from "node:net";
import { poll } from "@portero/runtime";
import type { FastifyInstance } from "fastify";
import { createBlankFrames } from "./blank-frames.ts";
import { createCameraApp } from "./camera-app.ts";
import type { CameraConfig } from "./camera-config.ts";
import { createControlApp } from "./control-app.ts";
import type { Fault } from "./fault.ts";
import type { FrameSource } from "./frame-source.ts";
import { type LaneEvent, USUAL_LANE_TIMES } from "./lane.ts";
import { openPhotoFolder } from "./photo-frames.ts";
import { createSceneFrames } from "./scene-frames.ts";
import { openSceneStudio, type SceneStudio } from "./scene-studio.ts";
import { type HistoryEntry, SimulatedCamera } from "./simulated-camera.ts";
import { SimulatorError } from "./simulator-error.ts";
import { createTraffic, type Traffic } from "./traffic.ts";
import type { Visit } from "./visit.ts";

export interface CameraOptions extends CameraConfig {
  /** Told what the lane's visitors do, e.g. so that an external gate closes behind them. */
  onLaneEvent?: (event: LaneEvent, visit: Visit) => void;
}

export interface SimulatorOptions {
  cameras: readonly CameraOptions[];
  /** The control API, on loopback; without it only the returned object controls. */
  control?: { token: string; port?: number };
  /** A lane could not be moved on, e.g. because a picture cannot be drawn. */
  onFailure?: (error: unknown, cameraId: string) => void;
}

/** A running camera and the hand of the world over it. */
export interface RunningCamera {
  id: string;
  url: string;
  port: number;
  username: string;
  password: string;
  barrier: SimulatedCamera["barrier"];
  changeBarrier: SimulatedCamera["changeBarrier"];
  isRelayHigh(): boolean;
  setOpenness(openness: number): void;
  currentVisit: SimulatedCamera["currentVisit"];
  pushVisit(visit: Visit): void;
  pushFrame: SimulatedCamera["pushFrame"];
  setFault(fault: Fault): void;
  clearFaults(): void;
  history(): readonly HistoryEntry[];
  isAccountLocked(): boolean;
  reset(): void;
}

export interface CameraSimulator {
  cameras: readonly RunningCamera[];
  /** Null when no control was asked for. */
  controlUrl: string | null;
  /** Closes all connections and ports. */
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
const TICK_MS = 100;

/**
 * Starts cameras on loopback, each on a port of its own.
 * @throws {SimulatorError} `no_pictures` or `port_in_use`
 */
export async function startCameraSimulator(options: SimulatorOptions): Promise<CameraSimulator> {
  const stopping = new AbortController();
  const apps: FastifyInstance[] = [];
  const loops: Promise<void>[] = [];
  const isDrawn = options.cameras.some(({ source }) => source?.kind === "lane");
  const studio = isDrawn ? openSceneStudio() : null;
  const byId = new Map<string, { camera: SimulatedCamera; url: string }>();
  const stop = async () => {
    stopping.abort();
    await studio?.close();
    await Promise.all([...loops, ...apps.map((app) => app.close())]);
  };
  try {
    const cameras: RunningCamera[] = [];
    for (const cameraOptions of options.cameras) {
      const camera = await createCamera(cameraOptions, studio);
      const app = createCameraApp(camera);
      apps.push(app);
      const port = await listen(app, cameraOptions.port ?? 0, `camera ${cameraOptions.id}`);
      const url = `http://${HOST}:${port}`;
      byId.set(cameraOptions.id, { camera, url });
      cameras.push(runningCamera(camera, url, port));
      loops.push(runLane(camera, options.onFailure ?? (() => {}), stopping.signal));
    }
    const controlUrl = options.control
      ? await startControl(apps, byId, options.control.token, options.control.port ?? 0)
      : null;
    return { cameras, controlUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createCamera(
  options: CameraOptions,
  studio: SceneStudio | null,
): Promise<SimulatedCamera> {
  const { widthPx = 1920, heightPx = 1080, source = { kind: "blank" } } = options;
  const seed = options.traffic?.seed ?? 1;
  const photos = source.kind === "photos" ? await openPhotoFolder(source.folder, seed) : null;
  const frames: FrameSource =
    photos ??
    (source.kind === "lane" && studio
      ? createSceneFrames(studio, { lane: source.name, widthPx, heightPx })
      : createBlankFrames(widthPx, heightPx));
  return new SimulatedCamera({
    id: options.id,
    username: options.username ?? "admin",
    password: options.password ?? "portero-camera-1",
    frames,
    widthPx,
    heightPx,
    laneTimes: { ...USUAL_LANE_TIMES, ...options.laneTimes },
    traffic: trafficOf(options.traffic ?? null, photos?.files ?? []),
    barrier: options.barrier ?? {},
    hasExternalBarrier: options.hasExternalBarrier ?? false,
    readsPlates: options.readsPlates ?? false,
    utcOffset: options.utcOffset ?? "+00:00",
    nonceLifeMs: options.nonceLifeMs ?? 60_000,
    maxLoginFailures: options.maxLoginFailures ?? 5,
    lockMs: options.lockMs ?? 30 * 60_000,
    heartbeatMs: options.heartbeatMs ?? 1_000,
    onLaneEvent: options.onLaneEvent ?? (() => {}),
  });
}

function trafficOf(
  plan: Exclude<CameraConfig["traffic"], undefined>,
  files: readonly string[],
): Traffic | null {
  if (!plan) return null;
  const photos = files.map((file): Visit => ({ kind: "photo", file }));
  return createTraffic({ ...plan, visits: plan.visits.length > 0 ? plan.visits : photos });
}

async function runLane(
  camera: SimulatedCamera,
  onFailure: (error: unknown, cameraId: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const tell = (error: unknown) => {
    if (!signal.aborted) onFailure(error, camera.options.id);
  };
  await camera.getReady().catch(tell);
  await poll(() => camera.tick(), {
    everyMs: TICK_MS,
    backoff: { baseMs: TICK_MS, maxMs: 5_000 },
    signal,
    onFailure: tell,
  });
}

async function startControl(
  apps: FastifyInstance[],
  byId: ReadonlyMap<string, { camera: SimulatedCamera; url: string }>,
  token: string,
  port: number,
): Promise<string> {
  const app = createControlApp(byId, token);
  apps.push(app);
  return `http://${HOST}:${await listen(app, port, "the control API")}`;
}

async function listen(app: FastifyInstance, port: number, name: string): Promise<number> {
  try {
    await app.listen({ host: HOST, port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    throw new SimulatorError(
      "port_in_use",
      `port ${port} for ${name} is in use; choose another or end the program that holds it`,
      { cause },
    );
  }
  return (app.server.address() as AddressInfo).port;
}

function runningCamera(camera: SimulatedCamera, url: string, port: number): RunningCamera {
  const { id, username, password } = camera.options;
  return {
    id,
    url,
    port,
    username,
    password,
    barrier: () => camera.barrier(),
    changeBarrier: (input) => camera.changeBarrier(input),
    isRelayHigh: () => camera.isRelayHigh(),
    setOpenness: (openness) => camera.setOpenness(openness),
    currentVisit: () => camera.currentVisit(),
    pushVisit: (visit) => camera.pushVisit(visit),
    pushFrame: (frame) => camera.pushFrame(frame),
    setFault: (fault) => camera.setFault(fault),
    clearFaults: () => camera.faults.clear(),
    history: () => camera.history(),
    isAccountLocked: () => camera.guard.isLockedAt(performance.timeOrigin + performance.now()),
    reset: () => camera.reset(),
  };
}
