import { AnprError } from "@portero/anpr";
import { type AlertEvent, type IsapiDevice, IsapiError, type IsapiErrorCode } from "@portero/isapi";
import { createAlarm, type Log, poll, watchdog } from "@portero/runtime";
import type { SiteCamera } from "@portero/store";
import { v7 as uuidv7 } from "uuid";
import type { Journal } from "./journal/journal.ts";
import type { Frame, LaneView } from "./pipeline.ts";
import { createSecondStream } from "./second-stream.ts";

/** A quiet lane is looked at about once a second, one with a vehicle at least four times. */
const QUIET_MS = 1000;
const VEHICLE_MS = 200;
/** After a vehicle or an event of the camera, the lane is looked at closely for a while. */
const ALERT_FOR_MS = 4000;
/** A lane that stays quiet is looked at in full this often; meanwhile the camera's small second stream tells. */
const FULL_FRAME_EVERY_MS = 30_000;
const SILENT_MS = 10_000;
const CLOCK_EVERY_MS = 10 * 60_000;

export type CameraState = "live" | "stale" | "offline" | "unauthorized";

/** How a camera is, for the guards' screens. Times are Unix ms. */
export interface CameraStatus {
  id: string;
  state: CameraState;
  lastFrameAtMs: number | null;
  framesPerSecond: number;
  clockSkewMs: number | null;
  detail: string | null;
  lane: "quiet" | "vehicle";
}

export interface CameraWatch {
  status(): CameraStatus;
  /** The newest frame that could be decoded. */
  newestFrame(): Frame | null;
  run(signal: AbortSignal): Promise<void>;
}

export interface CameraWatchOptions {
  camera: SiteCamera;
  device: IsapiDevice;
  onFrame(frame: Frame, signal: AbortSignal): Promise<LaneView>;
  /** Whether a small picture of a quiet lane shows nothing new; see `Recognizer.glance`. */
  onGlance(jpeg: Uint8Array, signal: AbortSignal): Promise<boolean>;
  /** How long a frame took from request to decision, and how large it was. */
  onMeasured(stages: { snapshotMs: number; pipelineMs: number }): void;
  /** A frame was given up because its turn came too late. */
  onDropped(): void;
  journal: Journal;
  onRecorded(): void;
  onState(): void;
  log: Log;
}

/** Polls one camera's frames through the pipeline, at the pace that the lane asks for. */
export function createCameraWatch(options: CameraWatchOptions): CameraWatch {
  const { camera, device, onFrame, onGlance, journal, onRecorded, onState, log } = options;
  const alarm = createAlarm();
  const secondStream = createSecondStream({ camera, takePicture, onGlance, log });
  let lookCloselyUntilMs = 0;
  let glanceUntilMs = 0;
  let fullWidthPx = 0;
  let newestFrame: Frame | null = null;
  let lastFrameAtMs: number | null = null;
  let failure: IsapiErrorCode | null = null;
  let detail: string | null = null;
  let silentSinceMs: number | null = null;
  let hasVehicle = false;
  let clockSkewMs: number | null = null;
  let framesPerSecond = 0;

  function stateNow(): CameraState {
    if (failure === "unauthorized" || failure === "locked_out") return "unauthorized";
    if (silentSinceMs !== null) return "offline";
    if (lastFrameAtMs === null || failure !== null) return "stale";
    return "live";
  }

  /** Looks at the lane: at a small picture while it is quiet, at a frame as soon as that shows anything new. */
  async function look(signal: AbortSignal): Promise<void> {
    const isCalm = () => performance.now() >= lookCloselyUntilMs;
    if (isCalm() && performance.now() < glanceUntilMs && (await glance(signal))) return;
    glanceUntilMs = 0;
    const view = await takeFrame(signal);
    if (!view?.recognition.scene?.isQuiet || view.hasVehicle || !isCalm()) return;
    // What the next glances are compared with is taken now, while the lane is known to be as the frame showed it.
    if (await glance(signal)) glanceUntilMs = performance.now() + FULL_FRAME_EVERY_MS;
  }

  /** Whether the second stream shows that nothing has changed; false where there is none. */
  async function glance(signal: AbortSignal): Promise<boolean> {
    const frame = await secondStream.glance(fullWidthPx, signal);
    if (frame) hasSeen(frame);
    return frame !== null;
  }

  async function takePicture(stream: number, signal: AbortSignal): Promise<Frame> {
    const askedAtMs = performance.now();
    const jpeg = await device.snapshot(stream, {}, signal);
    return { jpeg, capturedAtMs: Date.now(), receivedAtMs: performance.now(), askedAtMs };
  }

  /** Only a frame that could be decoded counts as seen. */
  function hasSeen(frame: Frame): void {
    const { receivedAtMs, askedAtMs } = frame;
    options.onMeasured({
      snapshotMs: receivedAtMs - askedAtMs,
      pipelineMs: performance.now() - receivedAtMs,
    });
    if (lastFrameAtMs !== null) {
      const rate = 1000 / Math.max(1, frame.capturedAtMs - lastFrameAtMs);
      framesPerSecond = 0.8 * framesPerSecond + 0.2 * rate;
    }
    lastFrameAtMs = frame.capturedAtMs;
    newestFrame = frame;
    failure = null;
    detail = null;
  }

  async function takeFrame(signal: AbortSignal): Promise<LaneView | null> {
    const frame = await takePicture(camera.stream, signal);
    let view: LaneView;
    try {
      view = await onFrame(frame, signal);
    } catch (error) {
      if (!(error instanceof AnprError) || error.code !== "stale") throw error;
      // The camera is well; this machine has more to look at than it can. A new frame says more than this one.
      lastFrameAtMs = frame.capturedAtMs;
      options.onDropped();
      return null;
    }
    hasSeen(frame);
    fullWidthPx = view.recognition.widthPx;
    if (view.hasVehicle) lookCloselyUntilMs = performance.now() + ALERT_FOR_MS;
    if (view.hasVehicle !== hasVehicle) {
      hasVehicle = view.hasVehicle;
      onState();
    }
    return view;
  }

  async function tell(eventType: "camera_offline" | "camera_online"): Promise<void> {
    const nowMs = Date.now();
    const common = {
      id: uuidv7(),
      gateId: camera.gateId,
      cameraId: camera.id,
      occurredAtMs: nowMs,
      snapshotPath: null,
    };
    await journal.record({
      events: [
        eventType === "camera_offline"
          ? {
              ...common,
              eventType,
              payload: { code: failure ?? "silent", detail: detail ?? "no picture came" },
            }
          : { ...common, eventType, payload: { offline_for_ms: nowMs - (silentSinceMs ?? nowMs) } },
      ],
    });
    onRecorded();
  }

  async function pollFrames(signal: AbortSignal): Promise<void> {
    const seen = watchdog({
      limitMs: SILENT_MS,
      signal,
      onSilent() {
        silentSinceMs = Date.now();
        log.warn({ cameraId: camera.id, code: failure, detail }, "the camera is silent");
        void tell("camera_offline").catch((err) =>
          log.error({ err }, "camera_offline was not recorded"),
        );
        onState();
      },
      onHeard() {
        log.info({ cameraId: camera.id }, "the camera is back");
        void tell("camera_online")
          .catch((err) => log.error({ err }, "camera_online was not recorded"))
          .finally(() => {
            silentSinceMs = null;
            onState();
          });
      },
    });
    await poll(
      async (stop) => {
        await look(stop);
        seen();
      },
      {
        everyMs: () => (performance.now() < lookCloselyUntilMs ? VEHICLE_MS : QUIET_MS),
        backoff: { baseMs: 1000, maxMs: 10_000 },
        signal,
        wait: alarm.wait,
        onFailure(err, attempt, waitMs) {
          failure = codeOf(err);
          detail = err instanceof Error ? err.message : String(err);
          if (attempt === 0) log.warn({ err, cameraId: camera.id, waitMs }, "no frame");
          if (attempt === 0) onState();
        },
      },
    );
  }

  /** The camera's own events only wake the poller: what opens is what the frames show. */
  async function followEvents(signal: AbortSignal): Promise<void> {
    await poll(
      async (stop) => {
        for await (const event of device.alertStream(stop)) if (isSignOfLife(event)) wake();
      },
      {
        everyMs: 1000,
        backoff: { baseMs: 2000, maxMs: 60_000 },
        signal,
        onFailure(err, attempt) {
          if (attempt === 0)
            log.info({ err, cameraId: camera.id }, "no event stream; polling alone finds vehicles");
        },
      },
    );
  }

  function wake(): void {
    lookCloselyUntilMs = performance.now() + ALERT_FOR_MS;
    alarm.ring();
  }

  async function measureClock(signal: AbortSignal): Promise<void> {
    await poll(
      async (stop) => {
        clockSkewMs = (await device.time(stop)).skewMs;
        if (clockSkewMs !== null && Math.abs(clockSkewMs) > 2000) {
          log.warn({ cameraId: camera.id, clockSkewMs }, "the camera's clock is wrong");
        }
      },
      {
        everyMs: CLOCK_EVERY_MS,
        backoff: { baseMs: 5000, maxMs: 60_000 },
        signal,
        onFailure: () => {},
      },
    );
  }

  return {
    status: () => ({
      id: camera.id,
      state: stateNow(),
      lastFrameAtMs,
      framesPerSecond: Math.round(framesPerSecond * 10) / 10,
      clockSkewMs,
      detail,
      lane: hasVehicle ? "vehicle" : "quiet",
    }),
    newestFrame: () => newestFrame,
    async run(signal) {
      await Promise.all([pollFrames(signal), followEvents(signal), measureClock(signal)]);
    },
  };
}

function isSignOfLife(event: AlertEvent): boolean {
  return (
    event.kind !== "heartbeat" &&
    event.isActive &&
    !(event.kind === "plate" && event.isRetransmission)
  );
}

function codeOf(error: unknown): IsapiErrorCode {
  if (error instanceof IsapiError) return error.code;
  if (error instanceof AnprError && error.code === "bad_image") return "not_jpeg";
  return "device_error";
}
