import type { FrameSource } from "./frame-source.ts";
import type { Traffic } from "./traffic.ts";
import type { Visit } from "./visit.ts";

interface ComingVisit {
  readonly visit: Visit;
  readonly atMs: number;
  isReady: boolean;
}

/** Who comes to a lane: first whoever was pushed, else the traffic, each drawn once beforehand. */
export class Visitors {
  readonly #frames: FrameSource;
  readonly #traffic: Traffic | null;
  #pushed: ComingVisit[] = [];
  #planned: ComingVisit | null = null;

  constructor(frames: FrameSource, traffic: Traffic | null) {
    this.#frames = frames;
    this.#traffic = traffic;
  }

  push(visit: Visit, timeOfDay: "day" | "night"): void {
    this.#pushed.push(this.#announce(visit, 0, timeOfDay));
  }

  /** Who comes now to a lane that is free, or null while nobody does. */
  next(nowMs: number, timeOfDay: "day" | "night"): Visit | null {
    const [pushed] = this.#pushed;
    const next = pushed ?? this.#planned;
    if (!next) {
      const plan = this.#traffic?.();
      if (plan) this.#planned = this.#announce(plan.visit, nowMs + plan.pauseMs, timeOfDay);
      return null;
    }
    if (!next.isReady || nowMs < next.atMs) return null;
    if (next === pushed) this.#pushed.shift();
    else this.#planned = null;
    return next.visit;
  }

  clear(): void {
    this.#pushed = [];
    this.#planned = null;
  }

  /** A first look at a vehicle takes a while to draw; its first frames must not be late. */
  #announce(visit: Visit, atMs: number, timeOfDay: "day" | "night"): ComingVisit {
    const coming = { visit, atMs, isReady: false };
    const prepared = this.#frames.prepare?.(visit, visit.timeOfDay ?? timeOfDay);
    const ready = () => {
      coming.isReady = true;
    };
    // Whoever cannot be drawn ahead comes all the same: their frames tell the fault.
    if (prepared === undefined) ready();
    else prepared.then(ready, ready);
    return coming;
  }
}
