import sharp from "sharp";
import {
  type Barrier,
  type BarrierInput,
  barrierAt,
  changeBarrier,
  createBarrier,
} from "./barrier.ts";
import { blackFrame } from "./blank-frames.ts";
import { DigestGuard } from "./digest-guard.ts";
import { type Fault, FaultBox } from "./fault.ts";
import { FrameQueue, type PushedFrame } from "./frame-queue.ts";
import type { FrameSource } from "./frame-source.ts";
import { localTime } from "./isapi-answers.ts";
import {
  advanceStay,
  beginStay,
  isMoving,
  isOnLoop,
  type LaneEvent,
  type LaneTimes,
  progressOf,
  type Stay,
} from "./lane.ts";
import type { Traffic } from "./traffic.ts";
import type { Visit } from "./visit.ts";
import { Visitors } from "./visitors.ts";

/** Something that happened at a camera, for benches and tests. */
export interface HistoryEntry {
  /** Unix ms with fractions, on the simulator's own steady clock. */
  atMs: number;
  /** `relay_high`, `relay_low`, `barrier_open` …, a lane event, `snapshot` or, of the second stream, `small_snapshot`. */
  what: string;
  /** The visit's plate, the pushed frame's label, or empty. */
  detail: string;
}

/** What an event stream is told. */
export type CameraNotice =
  | { kind: "motion"; isActive: boolean }
  | { kind: "plate"; plate: string; direction: "forward" | "reverse"; jpeg: Uint8Array };

export interface SimulatedCameraOptions {
  id: string;
  username: string;
  password: string;
  frames: FrameSource;
  widthPx: number;
  heightPx: number;
  laneTimes: LaneTimes;
  /** Who comes unasked, or null for nobody. */
  traffic: Traffic | null;
  barrier: { travelMs?: number; autoCloseMs?: number | null };
  /** The gate is somewhere else; its position comes through `setOpenness`. */
  hasExternalBarrier: boolean;
  /** Reads plates itself and sends them over the event stream. */
  readsPlates: boolean;
  utcOffset: string;
  nonceLifeMs: number;
  maxLoginFailures: number;
  lockMs: number;
  heartbeatMs: number;
  onLaneEvent: (event: LaneEvent, visit: Visit) => void;
}

const MAX_HISTORY = 10_000;
const MOTION_REPEAT_MS = 1_000;
/** What second streams are set to as cameras leave the factory. */
const SMALL_WIDTH_PX = 640;
const SMALL_HEIGHT_PX = 360;

/** Unix ms that never jump: what every record of the simulator is dated with. */
export function steadyNowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** One camera with its lane, its barrier and its faults; the HTTP around it is elsewhere. */
export class SimulatedCamera {
  readonly options: SimulatedCameraOptions;
  readonly guard: DigestGuard;
  readonly faults = new FaultBox();
  readonly #queue = new FrameQueue();
  readonly #visitors: Visitors;
  readonly #listeners = new Set<(notice: CameraNotice) => void>();
  #barrier: Barrier;
  #externalOpenness = 0;
  #stay: Stay | null = null;
  #timeOfDay: "day" | "night" = "day";
  #frameNumber = 0;
  #motionToldMs: number | null = null;
  #history: HistoryEntry[] = [];

  constructor(options: SimulatedCameraOptions) {
    this.options = options;
    this.#barrier = createBarrier(options.barrier);
    this.#visitors = new Visitors(options.frames, options.traffic);
    this.guard = new DigestGuard({ realm: `DS-${options.id}`, ...guardOptions(options) });
  }

  /** Draws the empty lane once, before anybody comes; its small pictures are asked for later. */
  async getReady(): Promise<void> {
    const { frames } = this.options;
    await frames.prepare?.(null, this.#timeOfDay);
    const size = { widthPx: SMALL_WIDTH_PX, heightPx: SMALL_HEIGHT_PX };
    // Whoever asks for one meets the fault, if there is one.
    void frames.prepare?.(null, this.#timeOfDay, size).catch(() => {});
  }

  /** Moves the lane on; to be called about ten times a second. */
  async tick(): Promise<void> {
    const nowMs = steadyNowMs();
    const visit = this.#stay ? null : this.#visitors.next(nowMs, this.#timeOfDay);
    if (visit) this.#begin(visit, nowMs);
    const stay = this.#stay;
    if (stay) {
      const advanced = advanceStay(stay, nowMs, this.openness(), this.options.laneTimes);
      this.#stay = advanced.stay;
      for (const event of advanced.happened) await this.#laneEvent(event, stay.visit, nowMs);
    }
    this.#tellMotion(nowMs);
  }

  /** The picture at this moment. @throws what the frame source throws */
  async snapshot(size: { widthPx?: number | undefined; heightPx?: number | undefined }) {
    const nowMs = steadyNowMs();
    const pushed = this.#queue.show(nowMs);
    const label = pushed?.label ?? this.#stay?.visit.plate ?? this.#stay?.visit.file ?? "";
    this.#record("snapshot", label, nowMs);
    if (this.faults.take("black_picture", "picture")) {
      return blackFrame(this.options.widthPx, this.options.heightPx);
    }
    return pushed?.jpeg ?? this.#draw(nowMs, size);
  }

  /** What the second stream shows at this moment: the same lane, small. It uses up no pushed frame. */
  async smallSnapshot(): Promise<Uint8Array> {
    const nowMs = steadyNowMs();
    this.#record("small_snapshot", "", nowMs);
    if (this.faults.take("black_picture", "picture")) {
      return blackFrame(SMALL_WIDTH_PX, SMALL_HEIGHT_PX);
    }
    const size = { widthPx: SMALL_WIDTH_PX, heightPx: SMALL_HEIGHT_PX };
    const jpeg = this.#queue.peek(nowMs)?.jpeg ?? (await this.#draw(nowMs, size));
    return sharp(jpeg)
      .resize({ width: SMALL_WIDTH_PX, withoutEnlargement: true })
      .jpeg()
      .toBuffer();
  }

  barrier(): {
    phase: string;
    openness: number;
    isLocked: boolean;
    isJammed: boolean;
    pulses: number;
  } {
    const { isLocked, isJammed, pulses } = this.#barrier;
    const { phase } = barrierAt(this.#barrier, steadyNowMs());
    return { phase, openness: this.openness(), isLocked, isJammed, pulses };
  }

  /** 0 closed … 1 open. */
  openness(): number {
    if (this.options.hasExternalBarrier) return this.#externalOpenness;
    return barrierAt(this.#barrier, steadyNowMs()).openness;
  }

  /** Where the external gate's arm is. */
  setOpenness(openness: number): void {
    this.#externalOpenness = openness;
  }

  changeBarrier(input: BarrierInput): void {
    const nowMs = steadyNowMs();
    this.#barrier = changeBarrier(this.#barrier, input, nowMs);
    this.#record(input.startsWith("relay_") ? input : `barrier_${input}`, "", nowMs);
  }

  isRelayHigh(): boolean {
    return this.#barrier.isRelayHigh;
  }

  /** Covered while a vehicle stands at the barrier or drives through. */
  isLoopCovered(): boolean {
    return isOnLoop(this.#stay);
  }

  currentVisit(): { visit: Visit; phase: string } | null {
    return this.#stay && { visit: this.#stay.visit, phase: this.#stay.phase };
  }

  hasMotion(): boolean {
    return isMoving(this.#stay) || this.#queue.length > 0;
  }

  /** The camera's own clock, as Unix ms. */
  clockMs(): number {
    return Date.now() + (this.faults.take("clock_skew", "time")?.skewMs ?? 0);
  }

  pushVisit(visit: Visit): void {
    this.#visitors.push(visit, this.#timeOfDay);
  }

  pushFrame(frame: PushedFrame): void {
    this.#queue.push(frame);
  }

  history(): readonly HistoryEntry[] {
    return this.#history;
  }

  setFault(fault: Fault): void {
    if (fault.kind === "stale_nonce") this.guard.forgetNonces();
    else this.faults.set(fault);
  }

  /** Nobody there, no faults, the barrier closed, the account unlocked, the history empty. */
  reset(): void {
    this.#barrier = createBarrier(this.options.barrier);
    this.#externalOpenness = 0;
    this.#stay = null;
    this.#visitors.clear();
    this.#queue.clear();
    this.#history = [];
    this.faults.clear();
    this.guard.unlock();
  }

  listen(listener: (notice: CameraNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #begin(visit: Visit, nowMs: number): void {
    this.#stay = beginStay(visit, nowMs);
    this.#timeOfDay = visit.timeOfDay ?? this.#timeOfDay;
    if (visit.kind !== "empty") this.#tellLane("arrived", visit, nowMs);
  }

  async #laneEvent(event: LaneEvent, visit: Visit, nowMs: number): Promise<void> {
    if (event === "passing") this.changeBarrier("obstruct");
    if (event === "passed") {
      this.changeBarrier("clear");
      this.changeBarrier("close");
    }
    this.#tellLane(event, visit, nowMs);
    if (event === "stopped" && visit.plate && this.options.readsPlates) {
      const jpeg = await this.#draw(nowMs, {});
      const direction = visit.direction === "out" ? "reverse" : "forward";
      this.#tell({ kind: "plate", plate: visit.plate, direction, jpeg });
    }
  }

  #tellLane(event: LaneEvent, visit: Visit, nowMs: number): void {
    this.#record(event, visit.plate ?? visit.file ?? visit.kind, nowMs);
    this.options.onLaneEvent(event, visit);
  }

  #tellMotion(nowMs: number): void {
    const hasMotion = this.hasMotion();
    if (!hasMotion && this.#motionToldMs === null) return;
    if (hasMotion && nowMs - (this.#motionToldMs ?? 0) < MOTION_REPEAT_MS) return;
    this.#motionToldMs = hasMotion ? nowMs : null;
    this.#tell({ kind: "motion", isActive: hasMotion });
  }

  #tell(notice: CameraNotice): void {
    for (const listener of this.#listeners) listener(notice);
  }

  #draw(nowMs: number, size: { widthPx?: number | undefined; heightPx?: number | undefined }) {
    const stay = this.#stay;
    const clock = localTime(this.clockMs(), this.options.utcOffset);
    return this.options.frames.frameOf(
      {
        stay,
        progress: stay ? progressOf(stay, nowMs, this.options.laneTimes) : 0,
        timeOfDay: this.#timeOfDay,
        openness: this.openness(),
        clockText: clock.slice(0, 19).replace("T", " "),
        frameNumber: this.#frameNumber++,
      },
      size,
    );
  }

  #record(what: string, detail: string, atMs: number): void {
    this.#history.push({ atMs, what, detail });
    if (this.#history.length > MAX_HISTORY) this.#history.splice(0, MAX_HISTORY / 10);
  }
}

function guardOptions(options: SimulatedCameraOptions) {
  return {
    username: options.username,
    password: options.password,
    nonceLifeMs: options.nonceLifeMs,
    maxFailures: options.maxLoginFailures,
    lockMs: options.lockMs,
  };
}
