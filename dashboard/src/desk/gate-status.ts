import type { CameraStatus, GateStatus, SiteStatus } from "@portero/store";

/** A site reports every three seconds; what is older than this says nothing about now. */
export const STATUS_LIMIT_MS = 10_000;

/** Pictures come every few seconds while somebody looks; an older one is not what is there now. */
const PICTURE_LIMIT_MS = 10_000;

export function isPictureFresh(pictureAtMs: number | null, nowMs: number): boolean {
  return pictureAtMs !== null && nowMs - pictureAtMs <= PICTURE_LIMIT_MS;
}

/** Whether a site's word is still about now. */
export function isFresh(status: SiteStatus, nowMs: number): boolean {
  return nowMs - status.reportedAtMs <= STATUS_LIMIT_MS;
}

/** A gate as its site reports it, undefined where nobody can say. */
export function freshGateStatus(
  statuses: ReadonlyMap<string, SiteStatus>,
  gateId: string,
  nowMs: number,
): GateStatus | undefined {
  for (const status of statuses.values()) {
    const gate = isFresh(status, nowMs) && status.gates.find(({ id }) => id === gateId);
    if (gate) return gate;
  }
  return undefined;
}

export type CameraView =
  | { kind: "unknown"; lastFrameAtMs: number | null }
  | { kind: CameraStatus["state"]; lastFrameAtMs: number | null; status: CameraStatus };

/** A camera as it is now. A silent site makes it unknown, which is not quiet (safety O1). */
export function cameraView(
  statuses: ReadonlyMap<string, SiteStatus>,
  cameraId: string,
  nowMs: number,
): CameraView {
  for (const site of statuses.values()) {
    const status = site.cameras.find(({ id }) => id === cameraId);
    if (!status) continue;
    const lastFrameAtMs = status.last_frame_at ? Date.parse(status.last_frame_at) : null;
    if (!isFresh(site, nowMs)) return { kind: "unknown", lastFrameAtMs };
    const isOld = lastFrameAtMs === null || nowMs - lastFrameAtMs > STATUS_LIMIT_MS;
    const kind = status.state === "live" && isOld ? "stale" : status.state;
    return { kind, lastFrameAtMs, status };
  }
  return { kind: "unknown", lastFrameAtMs: null };
}
