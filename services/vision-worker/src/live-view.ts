import { createAlarm, type Log, poll } from "@portero/runtime";
import type { EdgeStore } from "@portero/store";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import type { OrderHandler } from "./site-orders.ts";

const EVERY_MS = 2_500;
const NOBODY_LOOKS_MS = 3_600_000;
/** A wish that never ends, from a clock gone wrong, must not keep pictures flowing. */
const LONGEST_MS = 60_000;

const Request = Type.Object({
  camera_ids: Type.Array(Type.String({ pattern: "^[0-9a-f-]{36}$" }), { maxItems: 100 }),
});

export interface LiveView {
  /** Takes the wish to see cameras: pictures flow until it ends. Who still looks then wishes again. */
  order: OrderHandler;
  /** When the picture that was uploaded last was taken, Unix ms; null before the first. */
  pictureAtMs(cameraId: string): number | null;
  run(signal: AbortSignal): Promise<void>;
}

/** Uploads a small picture of each camera that somebody looks at, every few seconds, always to the same place. */
export function createLiveView(options: {
  tenantId: string;
  /** The newest frame that could be decoded; undefined for a camera that is not of this site. */
  frameOf(cameraId: string): { jpeg: Uint8Array; capturedAtMs: number } | null | undefined;
  /** Shrinks a frame to what a screen may show. */
  presentable(cameraId: string, jpeg: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  cloud: Pick<EdgeStore, "uploadPicture">;
  /** The first picture after a while is there: the screens wait for it. */
  onFirst(): void;
  log: Log;
}): LiveView {
  const { tenantId, frameOf, presentable, cloud, onFirst, log } = options;
  const wantedUntilMs = new Map<string, number>();
  const shownAtMs = new Map<string, number>();
  const alarm = createAlarm();

  async function upload(cameraId: string, signal: AbortSignal): Promise<void> {
    const frame = frameOf(cameraId);
    const beforeMs = shownAtMs.get(cameraId);
    if (!frame || frame.capturedAtMs === beforeMs) return;
    const jpeg = await presentable(cameraId, frame.jpeg, signal);
    await cloud.uploadPicture(`${tenantId}/live/${cameraId}.jpg`, jpeg, signal);
    shownAtMs.set(cameraId, frame.capturedAtMs);
    if (frame.capturedAtMs - (beforeMs ?? 0) > 2 * EVERY_MS) onFirst();
  }

  return {
    async order({ request }, { untilMs }) {
      if (!Check(Request, request)) return { code: "not_understood" };
      const { camera_ids: ids } = request as Static<typeof Request>;
      const known = ids.filter((id) => frameOf(id) !== undefined);
      const latestMs = Math.min(untilMs, performance.now() + LONGEST_MS);
      for (const id of known) {
        wantedUntilMs.set(id, Math.max(latestMs, wantedUntilMs.get(id) ?? 0));
      }
      alarm.ring();
      return { camera_ids: known };
    },
    pictureAtMs: (cameraId) => shownAtMs.get(cameraId) ?? null,
    run: (signal) =>
      poll(
        async (stop) => {
          const failures: unknown[] = [];
          for (const [cameraId, untilMs] of wantedUntilMs) {
            if (untilMs < performance.now()) wantedUntilMs.delete(cameraId);
            // One camera's bad frame must not hide the others.
            else await upload(cameraId, stop).catch((error) => failures.push(error));
          }
          if (failures.length > 0) throw failures[0];
        },
        {
          everyMs: () => (wantedUntilMs.size > 0 ? EVERY_MS : NOBODY_LOOKS_MS),
          backoff: { baseMs: EVERY_MS, maxMs: 15_000 },
          signal,
          wait: alarm.wait,
          onFailure: (err, attempt) => {
            if (attempt === 0) log.warn({ err }, "a live picture could not be shown");
          },
        },
      ),
  };
}
