import { deviceStatusOf, looksLikeXml, refusalOf } from "./device-status.ts";
import type { HttpAnswer } from "./http-exchange.ts";
import { IsapiError } from "./isapi-error.ts";

/** The size asked for; a device may answer with another. */
export interface SnapshotSize {
  widthPx?: number;
  heightPx?: number;
}

/** Where snapshots come from: a camera's own channels, or those an NVR forwards. */
export type SnapshotSource = "camera" | "nvr";

/** Larger pictures are refused. */
export const MAX_SNAPSHOT_BYTES = 8 * 1024 * 1024;

const ROOTS: Record<SnapshotSource, string> = {
  camera: "/ISAPI/Streaming/channels",
  nvr: "/ISAPI/ContentMgmt/StreamingProxy/channels",
};

/** The path of one picture, e.g. `/ISAPI/Streaming/channels/101/picture?snapShotImageType=JPEG`. */
export function snapshotPath(source: SnapshotSource, channelId: number, size: SnapshotSize) {
  const query = new URLSearchParams({ snapShotImageType: "JPEG" });
  if (size.widthPx) query.set("videoResolutionWidth", String(size.widthPx));
  if (size.heightPx) query.set("videoResolutionHeight", String(size.heightPx));
  return `${ROOTS[source]}/${channelId}/picture?${query}`;
}

/**
 * The JPEG of an answer. Devices send errors as XML with HTTP 200, so the bytes decide.
 * @throws {IsapiError} `bad_content` for a picture cut short, `not_jpeg` for other bytes, or the device's refusal
 */
export function jpegOf(answer: HttpAnswer): Uint8Array {
  const { body, status } = answer;
  if (status === 200 && startsLikeJpeg(body)) {
    if (endsLikeJpeg(body)) return body;
    throw new IsapiError("bad_content", "the picture ends early", { sent: true });
  }
  const refusal = looksLikeXml(body) || status !== 200 ? deviceStatusOf(body) : null;
  if (refusal || status !== 200) throw refusalOf(refusal, status);
  throw new IsapiError("not_jpeg", `no JPEG but ${body.byteLength} other bytes`, { sent: true });
}

/** The refusal with which an NVR answers the camera's own path. */
export function asksForProxy(error: unknown): boolean {
  return error instanceof IsapiError && /^badXmlContent$/i.test(error.subStatus ?? "");
}

/** `FF D8 FF`. */
export function startsLikeJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** The end marker is there, be it before some padding. */
function endsLikeJpeg(bytes: Uint8Array): boolean {
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-4096);
  return tail.lastIndexOf("\xff\xd9", undefined, "latin1") >= 0;
}
