import type { Task } from "./protocol.ts";
import type { Recognition } from "./recognition.ts";

/** A lane with a vehicle is due again after this time, a quiet one later: as often as each is looked at. */
const VEHICLE_DUE_MS = 200;
const QUIET_DUE_MS = 1000;
/** A picture for the guard's screen may wait a little for the frames of lanes where somebody stands. */
const PICTURE_DUE_MS = 150;
/** An older frame says less than a new one would: its turn is given away. */
const STALE_MS = 1000;

/**
 * Whose turn it is when more is asked than can be done at once: what has waited longest for how soon it is due. Lanes
 * with a vehicle get five turns where a quiet one gets one, and none starves. Times are on the monotonic clock.
 */
export class Turns<Waiting extends { task: Task; askedAtMs: number }> {
  readonly #lanes = new Map<string, { servedAtMs: number; hasVehicle: boolean }>();
  #waiting: Waiting[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  /** Takes back what nobody waits for any more. */
  remove(waiting: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
  }

  /** Takes what is due first, and the frames that have become stale before their turn. */
  next(nowMs: number): { turn: Waiting | undefined; stale: Waiting[] } {
    const isStale = ({ task, askedAtMs }: Waiting) =>
      laneOf(task) !== undefined && nowMs - askedAtMs > STALE_MS;
    const stale = this.#waiting.filter(isStale);
    const [first, ...others] = this.#waiting.filter((waiting) => !stale.includes(waiting));
    const urgency = (waiting: Waiting) => this.#urgencyOf(waiting, nowMs);
    const turn = first && others.reduce((a, b) => (urgency(b) > urgency(a) ? b : a), first);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== turn && !stale.includes(waiting));
    if (turn) this.#serve(turn, nowMs);
    return { turn, stale };
  }

  /** What a frame showed decides how soon its lane is due again. */
  learn(camera: string, { scene, reads }: Recognition): void {
    const lane = this.#lanes.get(camera);
    if (lane) lane.hasVehicle = reads.length > 0 || (scene?.isOccupied ?? false);
  }

  /** Everything that waits, taken out. */
  clear(): Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #serve({ task }: Waiting, nowMs: number): void {
    const camera = laneOf(task);
    if (camera === undefined) return;
    const hasVehicle = this.#lanes.get(camera)?.hasVehicle ?? false;
    this.#lanes.set(camera, { servedAtMs: nowMs, hasVehicle });
  }

  /** Waited milliseconds, in shares of what the task may wait. */
  #urgencyOf({ task, askedAtMs }: Waiting, nowMs: number): number {
    switch (task.kind) {
      case "askSecond":
        // An opening waits for it.
        return Number.POSITIVE_INFINITY;
      case "recognize":
      case "glance": {
        const camera = laneOf(task);
        if (camera === undefined) return (nowMs - askedAtMs) / VEHICLE_DUE_MS;
        const lane = this.#lanes.get(camera);
        // A lane that never had a turn is due at once.
        if (!lane) return Number.MAX_VALUE;
        return (nowMs - lane.servedAtMs) / (lane.hasVehicle ? VEHICLE_DUE_MS : QUIET_DUE_MS);
      }
      case "cropPlate":
      case "shrinkFrame":
        return (nowMs - askedAtMs) / PICTURE_DUE_MS;
    }
  }
}

/** The camera whose lane a task looks at; undefined for a single picture. */
function laneOf(task: Task): string | undefined {
  if (task.kind === "glance") return task.options.camera;
  return task.kind === "recognize" ? task.options.scene?.camera : undefined;
}
