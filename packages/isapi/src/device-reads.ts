import { IsapiError } from "./isapi-error.ts";
import { childrenOf, numberAt, textAt, type XmlDocument } from "./xml.ts";

/** Who a device is. */
export interface DeviceInfo {
  name: string | null;
  model: string | null;
  serialNumber: string | null;
  firmwareVersion: string | null;
  macAddress: string | null;
}

/** One picture source of a device. */
export interface Channel {
  /** Input number, from 1. */
  inputId: number;
  /** Id of its main stream, for snapshots: input × 100 + 1. */
  mainStreamId: number;
  name: string | null;
}

/** A device's clock compared with ours. */
export interface DeviceTime {
  /** As the device writes it. */
  localTime: string;
  /** Unix ms, or null when the device does not say its offset. */
  deviceMs: number | null;
  /** How far the device is ahead of us, to about half a second; null when unknown. */
  skewMs: number | null;
}

/** An input (loop, gate position) or an output (relay). */
export type IoState = "active" | "inactive";

/** What the barrier says about its arm. */
export type BarrierPosition = "no_signal" | "closed" | "open";

/** What a device says about an account. */
export interface UserCheck {
  isAuthorized: boolean;
  isLocked: boolean;
  unlockAfterMs: number | null;
  attemptsLeft: number | null;
}

export function deviceInfoOf({ root }: XmlDocument): DeviceInfo {
  return {
    name: textAt(root, "deviceName"),
    model: textAt(root, "model"),
    serialNumber: textAt(root, "serialNumber"),
    firmwareVersion: textAt(root, "firmwareVersion"),
    macAddress: textAt(root, "macAddress"),
  };
}

/** Both lists: `VideoInputChannelList` of a camera, `InputProxyChannelList` of an NVR. */
export function channelsOf({ root }: XmlDocument): Channel[] {
  const nodes = [
    ...childrenOf(root, "VideoInputChannel"),
    ...childrenOf(root, "InputProxyChannel"),
  ];
  return nodes.flatMap((node) => {
    const inputId = numberAt(node, "id");
    if (inputId === null || !Number.isInteger(inputId) || inputId < 1) return [];
    return [{ inputId, mainStreamId: inputId * 100 + 1, name: textAt(node, "name") }];
  });
}

/**
 * Compares the device's clock with ours; `nowMs` is the middle of the request. The device cuts off
 * the fraction of its second, so half a second is added.
 */
export function deviceTimeOf({ root }: XmlDocument, nowMs: number): DeviceTime {
  const localTime = required(textAt(root, "localTime"), "localTime");
  const deviceMs = deviceClockMs(localTime, textAt(root, "timeZone"));
  const hasFraction = /\.\d/.test(localTime);
  const skewMs = deviceMs === null ? null : Math.round(deviceMs + (hasFraction ? 0 : 500) - nowMs);
  return { localTime, deviceMs, skewMs };
}

/** `IOPortStatus` of one port. */
export function ioStateOf({ root }: XmlDocument): IoState {
  const state = required(textAt(root, "ioState"), "ioState").toLowerCase();
  return state === "active" || state === "high" ? "active" : "inactive";
}

/** 0 no signal, 1 closed, 2 open. Anything else counts as no signal. */
export function barrierPositionOf({ root }: XmlDocument): BarrierPosition {
  const status = numberAt(root, "barrierGateStatus");
  return status === 1 ? "closed" : status === 2 ? "open" : "no_signal";
}

export function userCheckOf({ root }: XmlDocument): UserCheck {
  const seconds = numberAt(root, "unlockTime");
  return {
    isAuthorized: numberAt(root, "statusValue") === 200,
    isLocked: textAt(root, "lockStatus")?.toLowerCase() === "lock",
    unlockAfterMs: seconds ? seconds * 1000 : null,
    attemptsLeft: numberAt(root, "retryLoginTime"),
  };
}

/** Unix ms of a device's time, or null when it does not say its offset. */
export function deviceClockMs(text: string, timeZone: string | null = null): number | null {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*(Z|[+-]\d\d:?\d\d)?$/i.exec(
    text,
  );
  const offset = parts?.[2] ?? posixOffset(timeZone);
  if (!parts?.[1] || !offset) return null;
  const normal = offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
  const ms = Date.parse(parts[1] + normal.toUpperCase());
  return Number.isNaN(ms) ? null : ms;
}

/** `CST-8:00:00` is eight hours *ahead* (POSIX). With a summer-time rule the offset is not plain. */
function posixOffset(timeZone: string | null): string | null {
  const parts = /^[A-Za-z]+([+-]?)(\d{1,2}):(\d\d)(?::\d\d)?$/.exec(timeZone ?? "");
  if (!parts?.[2]) return null;
  return `${parts[1] === "-" ? "+" : "-"}${parts[2].padStart(2, "0")}:${parts[3]}`;
}

function required(value: string | null, name: string): string {
  if (value !== null) return value;
  throw new IsapiError("bad_content", `the answer lacks ${name}`, { sent: true });
}
