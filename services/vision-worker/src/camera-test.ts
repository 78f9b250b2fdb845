import { createHash } from "node:crypto";
import { CameraTestRequest, type CameraTestResult, type CameraTestStep } from "@portero/access";
import { AnprError } from "@portero/anpr";
import {
  type AddressPolicy,
  CredentialBudget,
  type Credentials,
  createIsapiDevice,
  type IsapiDevice,
  IsapiError,
} from "@portero/isapi";
import type { Log } from "@portero/runtime";
import { SealingError } from "@portero/sealing";
import type { EdgeSite, EdgeStore, SiteOrder } from "@portero/store";
import { Check } from "typebox/value";
import { openCredentials } from "./credentials.ts";
import type { OrderHandler } from "./site-orders.ts";

/** The camera as the site runs it, for tests of what is stored. */
export interface RunningCamera {
  device: IsapiDevice;
  baseUrl: string;
  stream: number;
}

export interface CameraTestOptions {
  site: EdgeSite;
  privateKey: string;
  allowAddress: AddressPolicy;
  cloud: Pick<EdgeStore, "uploadPicture">;
  runningCamera(cameraId: string): RunningCamera | undefined;
  /** The frame as it may leave the site: decoded, masked, reduced. @throws {AnprError} */
  presentable(cameraId: string, jpeg: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  log: Log;
}

/** A device locks its account at about five refusals, and what runs here has its own two attempts. */
const MOST_REFUSALS = 2;
const REFUSALS_COUNT_FOR_MS = 30 * 60_000;
/** A camera whose clock is further off is told of (safety E7). */
const CLOCK_TOLERANCE_MS = 2000;
const TEST_WITHIN_MS = 25_000;

/**
 * Tests a camera the way the worker will use it: is it there, does it take the credentials, is its clock right, does it
 * give a picture. Credentials are sent once a test; a device that refused twice is left alone for half an hour.
 */
export function createCameraTest(options: CameraTestOptions): OrderHandler {
  const { site, privateKey, allowAddress, cloud, log } = options;
  const refusals = createRefusals();

  async function deviceFor(order: SiteOrder, request: CameraTestRequest) {
    const { camera_id: cameraId, base_url: baseUrl, stream = 101 } = request;
    if (baseUrl === undefined || order.sealed === null) {
      const running = options.runningCamera(cameraId);
      if (!running) throw new TestFault("reachable", "camera_unknown");
      return { ...running, credentials: null, isOurs: false };
    }
    const credentials = await openCredentials(privateKey, order.sealed, { ...site, cameraId });
    const device = createIsapiDevice({
      baseUrl,
      credentials,
      allowAddress,
      // One refusal spends it: nothing is sent a second time.
      budget: new CredentialBudget({ failures: 1 }),
    });
    return { device, baseUrl, stream, credentials, isOurs: true };
  }

  return async (order, { tell }, stop) => {
    const result: CameraTestResult = { outcomes: [] };
    const signal = AbortSignal.any([stop, AbortSignal.timeout(TEST_WITHIN_MS)]);
    const passed = (step: CameraTestStep, warning: string | null = null) => {
      result.outcomes.push({ step, state: warning ? "warning" : "ok", code: warning });
      tell({ ...result, outcomes: [...result.outcomes] });
    };
    const { request } = order;
    let step: CameraTestStep = "reachable";
    let close = () => {};
    try {
      if (!Check(CameraTestRequest, request)) throw new TestFault(step, "bad_request");
      const { camera_id: cameraId } = request;
      const { device, baseUrl, stream, credentials, isOurs } = await deviceFor(order, request);
      if (isOurs) close = device.close;

      await assertReachable(baseUrl, allowAddress, signal);
      passed(step);

      step = "credentials";
      if (credentials) refusals.assertMayTry(baseUrl, credentials);
      const info = await device.deviceInfo(signal).catch((error: unknown) => {
        if (credentials && error instanceof IsapiError && error.code === "unauthorized")
          refusals.note(baseUrl, credentials);
        throw error;
      });
      result.model = info.model;
      result.firmware = info.firmwareVersion;
      passed(step);

      step = "clock";
      passed(step, await clockWarning(device, result, signal));

      step = "picture";
      const picture = await options.presentable(
        cameraId,
        await device.snapshot(stream, {}, signal),
        signal,
      );
      const path = `${site.tenantId}/live/${cameraId}.jpg`;
      await cloud.uploadPicture(path, picture, signal);
      result.picture_path = path;
      passed(step);
    } catch (error) {
      if (stop.aborted) throw error;
      const fault = faultOf(error, step, signal);
      log.info({ err: error, orderId: order.id, ...fault }, "a camera's test ended early");
      result.outcomes.push({ step: fault.step, state: "failed", code: fault.code });
      if (fault.retryAfterMs) result.retry_after_ms = fault.retryAfterMs;
    } finally {
      close();
    }
    return result;
  };
}

/** Asked without credentials: whoever answers at all, be it with "log in first", is there. */
async function assertReachable(
  baseUrl: string,
  allowAddress: AddressPolicy,
  signal: AbortSignal,
): Promise<void> {
  const stranger = createIsapiDevice({ baseUrl, credentials: null, allowAddress });
  try {
    await stranger.deviceInfo(signal);
  } catch (error) {
    if (!(error instanceof IsapiError) || !ANSWERS.has(error.code)) throw error;
  } finally {
    stranger.close();
  }
}

const ANSWERS = new Set(["unauthorized", "locked_out", "low_privilege", "busy"]);

async function clockWarning(
  device: IsapiDevice,
  result: CameraTestResult,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const { skewMs } = await device.time(signal);
    result.skew_ms = skewMs;
    if (skewMs === null) return "clock_unknown";
    return Math.abs(skewMs) > CLOCK_TOLERANCE_MS ? "clock_wrong" : null;
  } catch (error) {
    // Some do not tell the time to every account: no reason to do without their pictures.
    if (error instanceof IsapiError && !signal.aborted) return "clock_unknown";
    throw error;
  }
}

class TestFault extends Error {
  readonly step: CameraTestStep;
  readonly code: string;

  constructor(step: CameraTestStep, code: string) {
    super(code);
    this.step = step;
    this.code = code;
  }
}

function faultOf(error: unknown, step: CameraTestStep, signal: AbortSignal) {
  if (error instanceof TestFault) return { step: error.step, code: error.code };
  if (error instanceof SealingError) return { step: "credentials" as const, code: "not_sealed" };
  if (error instanceof AnprError) {
    const isPicture = error.code === "bad_image" || error.code === "too_large";
    return { step, code: isPicture ? "not_jpeg" : "site_fault" };
  }
  if (error instanceof IsapiError)
    return { step, code: error.code, retryAfterMs: error.retryAfterMs };
  return { step, code: signal.aborted ? "timeout" : "site_fault" };
}

/** Which passwords which devices refused lately. Kept in memory: a worker is not restarted by whoever tests. */
function createRefusals() {
  const noted = new Map<string, { atMs: number; device: string }>();
  const keyOf = (device: string, { username, password }: Credentials) =>
    createHash("sha256")
      .update(JSON.stringify([device, username, password]))
      .digest("hex");
  const originOf = (baseUrl: string) => new URL(baseUrl).host;
  return {
    /** @throws {TestFault} */
    assertMayTry(baseUrl: string, credentials: Credentials): void {
      const nowMs = performance.now();
      for (const [key, { atMs }] of noted)
        if (nowMs - atMs > REFUSALS_COUNT_FOR_MS) noted.delete(key);
      const device = originOf(baseUrl);
      if (noted.has(keyOf(device, credentials)))
        throw new TestFault("credentials", "refused_before");
      const count = [...noted.values()].filter((entry) => entry.device === device).length;
      if (count >= MOST_REFUSALS) throw new TestFault("credentials", "too_many_refusals");
    },
    note(baseUrl: string, credentials: Credentials): void {
      const device = originOf(baseUrl);
      noted.set(keyOf(device, credentials), { atMs: performance.now(), device });
    },
  };
}
