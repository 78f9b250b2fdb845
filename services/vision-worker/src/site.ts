import { createHash } from "node:crypto";
import type { Recognizer } from "@portero/anpr";
import {
  type AddressPolicy,
  CredentialBudget,
  type Credentials,
  createIsapiDevice,
  type IsapiDevice,
} from "@portero/isapi";
import type { Log } from "@portero/runtime";
import { SealingError } from "@portero/sealing";
import type { SiteCamera, SiteGate, SiteRegister } from "@portero/store";
import { type CameraWatch, createCameraWatch } from "./camera-watch.ts";
import { openCredentials } from "./credentials.ts";
import { createGateKeeper, type GateKeeper, type OpeningStep } from "./gate-keeper.ts";
import type { Gate } from "./gates/gate.ts";
import { createIsapiGate } from "./gates/isapi-gate.ts";
import type { Journal } from "./journal/journal.ts";
import type { Metrics } from "./metrics.ts";
import { createPipeline, type Frame } from "./pipeline.ts";
import type { RegisterCache } from "./register-cache.ts";

export interface SiteOptions {
  recognizer: Recognizer;
  register: RegisterCache;
  journal: Journal;
  privateKey: string;
  allowAddress: AddressPolicy;
  /** Gates on MQTT; null when no broker is configured. */
  mqttGate: ((gate: SiteGate) => Gate | null) | null;
  maxRegisterAgeMs: number;
  metrics: Metrics;
  onRecorded(): void;
  onState(): void;
  onStep?(step: OpeningStep): void;
  log: Log;
}

/** The cameras and gates of a site as they are configured now. */
export interface Site {
  keepers: ReadonlyMap<string, GateKeeper>;
  cameras: readonly CameraWatch[];
  /** The device behind a camera, for whoever asks it beside the watch. */
  devices: ReadonlyMap<string, IsapiDevice>;
  run(signal: AbortSignal): Promise<void>;
}

/** Builds what runs at a site from its register: one device for each camera, one keeper for each gate. */
export async function buildSite(config: SiteRegister, options: SiteOptions): Promise<Site> {
  const { log } = options;
  const devices = await devicesOf(config, options);

  const keepers = new Map<string, GateKeeper>();
  for (const gate of config.gates) {
    const built = gateOf(gate, devices, options);
    if (!built)
      log.error(
        { gateId: gate.id, name: gate.name, kind: gate.actuator.kind },
        "this gate has nothing that could move it",
      );
    else keepers.set(gate.id, createGateKeeper({ ...options, gate: built }));
  }

  const runs: ((signal: AbortSignal) => Promise<void>)[] = [...keepers.values()].map(
    (keeper) => keeper.run,
  );
  const cameras: CameraWatch[] = [];
  for (const camera of config.cameras) {
    const device = devices.get(camera.id);
    if (!device) continue;
    const pipeline = createPipeline({
      ...options,
      tenantId: config.tenantId,
      camera,
      gate: config.gates.find(({ id }) => id === camera.gateId) ?? null,
      keeper: keepers.get(camera.gateId ?? "") ?? null,
      onStep(step: OpeningStep, frame: Frame) {
        if (step === "firing")
          options.metrics.frameToCommand.observe((performance.now() - frame.receivedAtMs) / 1000);
        options.onStep?.(step);
      },
    });
    const watch = createCameraWatch({
      ...options,
      camera,
      device,
      onFrame: pipeline.onFrame,
      async onGlance(jpeg, signal) {
        const { id, zone, masks } = camera;
        const shows = { camera: id, zone, masks };
        const isQuiet = await options.recognizer.glance(jpeg, shows, signal);
        if (isQuiet) await pipeline.onQuiet();
        return isQuiet;
      },
      onDropped: () => options.metrics.dropped.inc({ camera: camera.name }),
      onMeasured({ snapshotMs, pipelineMs }) {
        options.metrics.snapshot.observe({ camera: camera.name }, snapshotMs / 1000);
        options.metrics.frame.observe({ camera: camera.name }, pipelineMs / 1000);
      },
    });
    cameras.push(watch);
    runs.push(async (signal) => {
      await watch.run(signal);
      await pipeline.settled();
    });
  }

  return {
    keepers,
    cameras,
    devices,
    async run(signal) {
      await Promise.all(runs.map((run) => run(signal)));
      for (const device of new Set(devices.values())) device.close();
    },
  };
}

/** Cameras of one recorder are one device: it answers one request at a time and has one account to lock. */
async function devicesOf(
  config: SiteRegister,
  options: SiteOptions,
): Promise<Map<string, IsapiDevice>> {
  const byAddress = new Map<string, IsapiDevice>();
  const byCamera = new Map<string, IsapiDevice>();
  for (const camera of config.cameras) {
    try {
      const address = new URL(camera.baseUrl).origin;
      const device = byAddress.get(address) ?? (await deviceOf(camera, config, options));
      byAddress.set(address, device);
      byCamera.set(camera.id, device);
    } catch (err) {
      // One row that cannot be used must not stop the others' cameras.
      options.log.error({ err, cameraId: camera.id }, "this camera's settings cannot be used");
    }
  }
  return byCamera;
}

async function deviceOf(
  camera: SiteCamera,
  config: SiteRegister,
  options: SiteOptions,
): Promise<IsapiDevice> {
  const { journal, allowAddress, log } = options;
  const { baseUrl, sealedCredentials } = camera;
  const key = createHash("sha256").update(`${baseUrl} ${sealedCredentials}`).digest("hex");
  const budget = new CredentialBudget({
    failures: await journal.loginFailures(key),
    onChange(failures) {
      journal
        .saveLoginFailures(key, failures)
        .catch((err) =>
          log.error({ err, cameraId: camera.id }, "failed log-ins were not recorded"),
        );
    },
  });
  const credentials = await credentialsOf(camera, config, options);
  return createIsapiDevice({ baseUrl, credentials, allowAddress, budget });
}

async function credentialsOf(
  camera: SiteCamera,
  config: SiteRegister,
  { privateKey, log }: SiteOptions,
): Promise<Credentials | null> {
  if (!camera.sealedCredentials) return null;
  try {
    const { tenantId, siteId } = config;
    const context = { tenantId, siteId, cameraId: camera.id };
    return await openCredentials(privateKey, camera.sealedCredentials, context);
  } catch (err) {
    if (!(err instanceof SealingError)) throw err;
    log.error(
      { err, cameraId: camera.id, name: camera.name },
      "the camera's credentials were not sealed to this site; enter them again",
    );
    return null;
  }
}

function gateOf(
  gate: SiteGate,
  devices: ReadonlyMap<string, IsapiDevice>,
  options: SiteOptions,
): Gate | null {
  const { actuator } = gate;
  try {
    if (actuator.kind === "mqtt") return options.mqttGate?.(gate) ?? null;
    const device = devices.get(actuator.camera_id);
    return device ? createIsapiGate(gate, actuator, device, options.log) : null;
  } catch (err) {
    options.log.error({ err, gateId: gate.id }, "this gate's settings cannot be used");
    return null;
  }
}
