import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { formatsOf } from "@portero/access";
import {
  AnprError,
  createRecognizer,
  type Recognizer,
  type RecognizerOptions,
} from "@portero/anpr";
import type { AddressPolicy } from "@portero/isapi";
import { type Log, poll } from "@portero/runtime";
import type { EdgeSite, EdgeStore, SiteGate, SiteRegister } from "@portero/store";
import { createCameraTest } from "./camera-test.ts";
import { createCloudLink } from "./cloud-link.ts";
import type { OpeningStep } from "./gate-keeper.ts";
import type { Gate } from "./gates/gate.ts";
import { createGuardCommands } from "./guard-commands.ts";
import { serveHealth } from "./health.ts";
import { openJournal } from "./journal/journal.ts";
import { createLiveView } from "./live-view.ts";
import { createMetrics } from "./metrics.ts";
import { createOutbox } from "./outbox.ts";
import { closeLostAlerts, recover } from "./recovery.ts";
import { openRegisterCache, type RegisterCache } from "./register-cache.ts";
import { createServerClock } from "./server-clock.ts";
import { buildSite, type Site } from "./site.ts";
import { createSiteOrders } from "./site-orders.ts";
import { siteStatus } from "./site-status.ts";

export interface WorkerOptions {
  cloud: EdgeStore;
  site: EdgeSite;
  /** Folder of the journal, made when missing. */
  dataDir: string;
  /** The site's private key; camera credentials are sealed to its public half. */
  privateKey: string;
  allowAddress: AddressPolicy;
  mqttGate: ((gate: SiteGate) => Gate | null) | null;
  maxRegisterAgeMs: number;
  healthPort: number;
  secondEngine: NonNullable<RecognizerOptions["secondEngine"]>;
  /** Called when cameras are being watched, with the address of `/healthz` and `/metrics`. */
  onWatching?(healthUrl: string): void;
  /** Told of each step of an automatic opening; crash tests stop the process here. */
  onStep?(step: OpeningStep): void;
  log: Log;
}

/** As wide as an event's picture. */
const PRESENTED_WIDTH_PX = 1280;
const LIVE_WIDTH_PX = 640;

/** Runs one site until the signal aborts: its cameras, its gates, its journal and its link to the cloud. */
export async function runWorker(options: WorkerOptions, signal: AbortSignal): Promise<void> {
  const { cloud, log } = options;
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const journal = await openJournal(join(options.dataDir, "journal.db"));
  // The journal outlives the signal: what is under way is still written down.
  await using _journal = { [Symbol.asyncDispose]: () => journal.close() };
  await recover(journal, log);

  const register = await openRegisterCache(journal, options.privateKey, options.site, log);
  const clock = createServerClock();
  const metrics = createMetrics();
  const outbox = createOutbox(journal, cloud, clock, log);
  const startedAtMs = Date.now();
  let site: Site | undefined;
  let recognizer: Recognizer | undefined;
  const usable = () => {
    if (recognizer) return recognizer;
    throw new AnprError("closed", "the site is being built");
  };
  const cameraOf = (cameraId: string) =>
    register.current()?.register.cameras.find(({ id }) => id === cameraId);
  /** A camera's frame as people may see it: small, and black where the camera's masks are now. */
  const presentable =
    (widthPx: number) =>
    async (cameraId: string, jpeg: Uint8Array, stop: AbortSignal): Promise<Uint8Array> =>
      usable().shrinkFrame(jpeg, widthPx, cameraOf(cameraId)?.masks ?? [], stop);
  const live = createLiveView({
    tenantId: options.site.tenantId,
    frameOf: (cameraId) =>
      site?.cameras.find((watch) => watch.status().id === cameraId)?.newestFrame(),
    presentable: presentable(LIVE_WIDTH_PX),
    cloud,
    onFirst: () => link.wake(),
    log,
  });
  const status = () => siteStatus({ site, live, journal, register, clock, metrics, startedAtMs });

  const commands = createGuardCommands({
    keeperOf: (gateId) => site?.keepers.get(gateId),
    journal,
    cloud,
    clock,
    log,
  });
  const orders = createSiteOrders({
    handlers: {
      camera_test: createCameraTest({
        ...options,
        runningCamera(cameraId) {
          const camera = cameraOf(cameraId);
          const device = site?.devices.get(cameraId);
          return camera && device && { ...camera, device };
        },
        presentable: presentable(PRESENTED_WIDTH_PX),
      }),
      live_view: live.order,
    },
    cloud,
    clock,
    log,
  });
  const link = createCloudLink({
    cloud,
    register,
    clock,
    status,
    log,
    onCommand(command) {
      // Until the gates are built it stays in the table, and the next heartbeat brings it again.
      if (site) commands.execute(command, signal);
    },
    onOrder(order) {
      if (site) orders.execute(order, signal);
    },
  });

  const health = async () => {
    const now = await status();
    return { isHealthy: now.worker.fault === null, facts: now };
  };
  const address = await serveHealth(options.healthPort, health, metrics, signal);
  log.info({ health: `${address}/healthz`, metrics: `${address}/metrics` }, "worker is up");

  const runSites = async () => {
    let known = await firstRegister(register, signal);
    while (!signal.aborted) {
      known = register.current()?.register ?? known;
      await closeLostAlerts(journal);
      recognizer = await createRecognizer({
        formats: formatsOf([known.country]),
        secondEngine: options.secondEngine,
      });
      try {
        site = await buildSite(known, {
          ...options,
          recognizer,
          register,
          journal,
          metrics,
          onRecorded: outbox.wake,
          onState: link.wake,
        });
        log.info({ cameras: known.cameras.length, gates: known.gates.length }, "watching");
        options.onWatching?.(address);
        const stop = new AbortController();
        const changed = layoutChanged(register, layoutOf(known), signal).then(async () => {
          // What a guard asked for is seen through before its gate is taken apart; what comes now waits for the new one.
          site = undefined;
          await commands.settled();
          stop.abort();
        });
        await site.run(stop.signal);
        await changed;
      } finally {
        await recognizer.close();
      }
    }
  };
  const tidying = poll(() => journal.tidy(Date.now()), {
    everyMs: 24 * 3_600_000,
    backoff: { baseMs: 60_000, maxMs: 3_600_000 },
    signal,
    onFailure: (err) => log.warn({ err }, "the journal could not be tidied"),
  });
  await Promise.all([link.run(signal), outbox.run(signal), live.run(signal), runSites(), tidying]);
  await commands.settled();
  await orders.settled();
}

/** Resolves when the site has to be built anew: its cameras or gates changed, or the worker stops. */
async function layoutChanged(
  register: RegisterCache,
  layout: string,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const known = register.current()?.register;
    if (signal.aborted || (known && layoutOf(known) !== layout)) return;
    await register.changed(signal);
  }
}

async function firstRegister(register: RegisterCache, signal: AbortSignal): Promise<SiteRegister> {
  for (;;) {
    const known = register.current();
    if (known) return known.register;
    await register.changed(signal);
    signal.throwIfAborted();
  }
}

/** What has to be built anew when it changes: everything else of the register is looked up as it is needed. */
function layoutOf({ cameras, gates, country }: SiteRegister): string {
  return JSON.stringify([cameras, gates.map(({ id, actuator }) => [id, actuator]), country]);
}
