import { setTimeout as sleep } from "node:timers/promises";
import type { GatePosition } from "@portero/access";
import {
  type BarrierPhase,
  barrierAt,
  changeBarrier,
  createBarrier,
} from "@portero/camera-simulator/barrier";
import { poll } from "@portero/runtime";
import type { BarrierPort } from "./barrier-port.ts";

/** A barrier that nobody has on a desk, and the simulated lane in which it stands. */
export interface SimulatedBarrierOptions {
  pulseMs: number;
  /** Default 12 s. */
  autoCloseMs?: number;
  /** The camera simulator whose lane sees the arm move; without it the arm moves unseen. */
  lane?: { controlUrl: string; token: string; cameraId: string };
  onFailure: (error: unknown, waitMs: number) => void;
}

const LOOK_EVERY_MS = 50;
/** Told again though nothing changed: the simulator may have started anew. */
const TELL_AGAIN_MS = 5_000;
const TELL_TIMEOUT_MS = 2_000;

const POSITIONS: Record<BarrierPhase, GatePosition> = {
  closed: "closed",
  opening: "moving",
  open: "open",
  closing: "moving",
};

/** A barrier that behaves like a real one on this process's clock: travel time, closing by itself. */
export function createSimulatedBarrier(options: SimulatedBarrierOptions): BarrierPort {
  const { pulseMs, autoCloseMs, lane, onFailure } = options;
  let barrier = createBarrier(autoCloseMs === undefined ? {} : { autoCloseMs });
  let lastPulse = 0;

  function change(input: "relay_high" | "relay_low" | "close"): void {
    barrier = changeBarrier(barrier, input, performance.now());
  }

  async function lowerLater(pulse: number): Promise<void> {
    await sleep(pulseMs, undefined, { ref: false });
    if (pulse === lastPulse) change("relay_low");
  }

  async function tellLane(signal: AbortSignal): Promise<void> {
    if (!lane) return;
    let told = Number.NaN;
    let toldAtMs = Number.NEGATIVE_INFINITY;
    const tick = async () => {
      const nowMs = performance.now();
      const { openness } = barrierAt(barrier, nowMs);
      if (openness === told && nowMs - toldAtMs < TELL_AGAIN_MS) return;
      await tellOpenness(lane, openness, signal);
      told = openness;
      toldAtMs = nowMs;
    };
    await poll(tick, {
      everyMs: LOOK_EVERY_MS,
      backoff: { baseMs: 1_000, maxMs: 5_000 },
      signal,
      onFailure: (error, _attempt, waitMs) => onFailure(error, waitMs),
    });
  }

  return {
    async actuate(action) {
      if (action === "close") change("close");
      else {
        change("relay_high");
        void lowerLater(++lastPulse);
      }
      return "done";
    },

    async run(onPosition, signal) {
      change("relay_low");
      const look = async () => onPosition(POSITIONS[barrierAt(barrier, performance.now()).phase]);
      const looking = poll(look, {
        everyMs: LOOK_EVERY_MS,
        backoff: { baseMs: 1_000, maxMs: 5_000 },
        signal,
        onFailure: (error, _attempt, waitMs) => onFailure(error, waitMs),
      });
      await Promise.all([looking, tellLane(signal)]);
      change("relay_low");
    },
  };
}

async function tellOpenness(
  { controlUrl, token, cameraId }: NonNullable<SimulatedBarrierOptions["lane"]>,
  openness: number,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(`${controlUrl}/control/cameras/${cameraId}/barrier`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ openness }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TELL_TIMEOUT_MS)]),
  });
  await response.body?.cancel();
  if (!response.ok) throw new LaneError(`the simulated lane answers ${response.status}`);
}

/** The simulated lane did not take the arm's position. */
class LaneError extends Error {
  override readonly name = "LaneError";
  readonly code = "lane_unreachable";
}
