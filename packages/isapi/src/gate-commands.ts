import { setTimeout as sleep } from "node:timers/promises";
import { deviceStatusOf } from "./device-status.ts";
import type { HttpAnswer, HttpRequest } from "./http-exchange.ts";
import { IsapiError, type IsapiErrorCode } from "./isapi-error.ts";
import type { RequestQueue } from "./request-queue.ts";

/**
 * What became of a gate command. `accepted` is not `opened`: only a position input or the barrier's
 * own status tells that. After `unknown` the command may have been executed: never repeat it blindly (G8).
 */
export type GateCommandResult =
  | { kind: "accepted" }
  | { kind: "rejected"; subStatus: string }
  /** Nothing was executed: the command certainly did not get through. */
  | { kind: "unreachable"; code: IsapiErrorCode; detail: string }
  | { kind: "unknown"; code: IsapiErrorCode; detail: string };

/** How long a gate command stays good. */
export interface GateCommandOptions {
  /** Not put on the wire later than this after the call, on the monotonic clock (G3). */
  sendWithinMs?: number;
}

/** Whether a relay's output is surely low again. */
export type RelayRelease =
  /** The device confirmed the level. */
  | { kind: "low" }
  /** The pulse never left, so the level did not change. */
  | { kind: "untouched" }
  /** It may still be high: keep trying, and tell the guard. */
  | { kind: "uncertain"; detail: string };

export interface RelayPulse {
  /** What became of the rising edge, which is what opens. */
  result: GateCommandResult;
  /** Settles once the level is low again or cannot be brought there; never rejects. */
  released: Promise<RelayRelease>;
}

export type BarrierAction = "open" | "close" | "lock" | "unlock";
export type DoorAction = "open" | "close" | "alwaysOpen" | "alwaysClose" | "resume";

/** What the commands need of a device. */
export interface Actuator {
  queue: RequestQueue;
  send: (request: Omit<HttpRequest, "url"> & { path: string }) => Promise<HttpAnswer>;
  random: () => number;
}

const DEFAULT_SEND_WITHIN_MS = 3_000;
/** How long the level is brought down against a device that does not answer. */
const RELEASE_FOR_MS = 60_000;
const RELEASE_RETRY_MS = [50, 200, 1_000];

/** Sends one command, again only where the device says it was too busy to do anything. */
export async function actuate(
  actuator: Actuator,
  path: string,
  xml: string,
  options: GateCommandOptions,
  signal: AbortSignal,
): Promise<GateCommandResult> {
  const tooLateMs = performance.now() + (options.sendWithinMs ?? DEFAULT_SEND_WITHIN_MS);
  for (;;) {
    const result = await actuateOnce(actuator, path, xml, tooLateMs, signal);
    if (result.kind !== "rejected" || result.subStatus !== "deviceBusy") return result;
    const waitMs = 100 + 200 * actuator.random();
    if (performance.now() + waitMs >= tooLateMs || signal.aborted) return result;
    await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
}

/**
 * Raises an output for `highMs` and brings it down again. Down is tried until the device confirms
 * it, whatever became of the rising edge and even if the caller has gone (G11).
 */
export async function pulseRelay(
  actuator: Actuator,
  outputId: number,
  options: GateCommandOptions & { highMs?: number },
  signal: AbortSignal,
): Promise<RelayPulse> {
  const path = triggerPath(outputId);
  const result = await actuate(actuator, path, levelXml("high"), options, signal);
  if (result.kind === "unreachable") {
    return { result, released: Promise.resolve({ kind: "untouched" }) };
  }
  const released = sleep(options.highMs ?? 300).then(() => releaseRelay(actuator, outputId));
  return { result, released };
}

/** Brings an output down and keeps trying. Harmless when it is low already. */
export async function releaseRelay(
  actuator: Actuator,
  outputId: number,
  tryForMs = RELEASE_FOR_MS,
): Promise<RelayRelease> {
  const untilMs = performance.now() + tryForMs;
  for (let attempt = 0; ; attempt++) {
    const never = new AbortController().signal;
    const path = triggerPath(outputId);
    const result = await actuate(actuator, path, levelXml("low"), {}, never);
    if (result.kind === "accepted") return { kind: "low" };
    const detail = result.kind === "rejected" ? result.subStatus : result.detail;
    const waitMs = RELEASE_RETRY_MS[Math.min(attempt, RELEASE_RETRY_MS.length - 1)] ?? 1_000;
    const isHopeless = "code" in result && HOPELESS.has(result.code);
    if (isHopeless || performance.now() + waitMs > untilMs) return { kind: "uncertain", detail };
    await sleep(waitMs);
  }
}

/** `PUT …/barrierGate` of one channel. */
export function commandBarrier(
  actuator: Actuator,
  channel: number,
  action: BarrierAction,
  options: GateCommandOptions,
  signal: AbortSignal,
): Promise<GateCommandResult> {
  const xml = `<BarrierGate><ctrlMode>${action}</ctrlMode></BarrierGate>`;
  return actuate(actuator, `/ISAPI/Parking/channels/${channel}/barrierGate`, xml, options, signal);
}

/** `PUT …/RemoteControl/door/<n>`. */
export function commandDoor(
  actuator: Actuator,
  doorId: number,
  action: DoorAction,
  options: GateCommandOptions,
  signal: AbortSignal,
): Promise<GateCommandResult> {
  const xml = `<RemoteControlDoor><cmd>${action}</cmd></RemoteControlDoor>`;
  const path = `/ISAPI/AccessControl/RemoteControl/door/${doorId}`;
  return actuate(actuator, path, xml, options, signal);
}

/** Failures that the next second cannot cure. */
const HOPELESS = new Set<IsapiErrorCode>(["unauthorized", "locked_out", "address_refused"]);

async function actuateOnce(
  actuator: Actuator,
  path: string,
  xml: string,
  tooLateMs: number,
  signal: AbortSignal,
): Promise<GateCommandResult> {
  const abort = new AbortController();
  const onAbort = () => abort.abort(signal.reason);
  const expiry = setTimeout(
    () => abort.abort(expired()),
    Math.max(0, tooLateMs - performance.now()),
  );
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    const request = { method: "PUT", path, body: xml, ownConnection: true } as const;
    const answer = await actuator.queue.gate(() => {
      if (performance.now() >= tooLateMs) throw expired();
      return actuator.send(request);
    }, abort.signal);
    return resultOf(answer);
  } catch (error) {
    return resultOfFailure(error);
  } finally {
    clearTimeout(expiry);
    signal.removeEventListener("abort", onAbort);
  }
}

function resultOf({ status, body }: HttpAnswer): GateCommandResult {
  const isSuccess = status >= 200 && status < 300;
  const said = deviceStatusOf(body);
  if (said?.statusCode === 1) return { kind: "accepted" };
  if (said?.statusCode === 2) return { kind: "rejected", subStatus: "deviceBusy" };
  if (said) return { kind: "rejected", subStatus: said.subStatus || `status_${said.statusCode}` };
  if (isSuccess && body.byteLength === 0) return { kind: "accepted" };
  if (isSuccess) return { kind: "unknown", code: "bad_content", detail: "an answer without sense" };
  if (status < 500) return { kind: "rejected", subStatus: `http_${status}` };
  return { kind: "unknown", code: "device_error", detail: `HTTP ${status} without a reason` };
}

function resultOfFailure(error: unknown): GateCommandResult {
  if (!(error instanceof IsapiError)) {
    return { kind: "unreachable", code: "expired", detail: "given up before it was sent" };
  }
  const { code, message: detail } = error;
  if (code === "unauthorized" && error.sent) return { kind: "rejected", subStatus: code };
  return { kind: error.sent ? "unknown" : "unreachable", code, detail };
}

function triggerPath(outputId: number): string {
  return `/ISAPI/System/IO/outputs/${outputId}/trigger`;
}

function levelXml(level: "high" | "low"): string {
  return `<IOPortData><outputState>${level}</outputState></IOPortData>`;
}

function expired(): IsapiError {
  return new IsapiError("expired", "the command became too old before it could be sent");
}
