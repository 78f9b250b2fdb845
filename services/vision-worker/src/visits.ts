import type { Sighting, Vote } from "@portero/access";
import type { SceneReading } from "@portero/anpr";
import { v7 as uuidv7 } from "uuid";
import { plateOf } from "./evidence.ts";

/** One vehicle's stay at the lane: it may be made of several sightings when its plate was hidden for a while. */
export interface Visit {
  /** The sighting's id in decisions and events. */
  id: string;
  plate: string;
  /** `failed`: may enter, and the gate did not open: a person has taken over. */
  state: "watched" | "alerted" | "granted" | "failed";
  alertEventId?: string;
  /** The alert says that the plate is deny-listed. */
  isDenied?: boolean;
  firstSeenMs: number;
  /** On the monotonic clock: when its first legible frame had arrived. */
  firstReceivedMs: number;
  /** Or may have been there, while nobody could look. */
  lastSeenMs: number;
}

/** A plate that comes back within this time is the same visit. */
const SAME_VISIT_MS = 15_000;
/** A vehicle that was not seen for this long, in a lane that is not occupied, has left. */
const LEFT_MS = 5000;
/** A lane counts as clear only after this long without anything in it: one odd picture is no departure. */
const CLEAR_MS = 3000;
/** And for this long whatever the scene says. */
const LONG_GONE_MS = 60_000;
/** A lane is looked at about once a second; of a longer pause nobody knows what happened in it. */
const USUAL_PAUSE_MS = 2500;

/** Whether nothing more is to be decided about a vehicle. */
export const isSettled = ({ state }: Visit): boolean => state === "granted" || state === "failed";

/** The vehicles that are, or just were, in one camera's lane. */
export class Visits {
  readonly #visits = new Map<string, Visit>();
  readonly #bySighting = new Map<number, Visit>();
  #lookedAtMs: number | null = null;
  #isOccupied = false;
  #emptySinceMs: number | null = null;
  #clearedAtMs = Number.NEGATIVE_INFINITY;

  /** Somebody looked at the lane, in full or at a small picture of it. Returns for how long nobody had, beyond what is usual. */
  look(nowMs: number): number {
    const pauseMs = nowMs - (this.#lookedAtMs ?? nowMs);
    this.#lookedAtMs = nowMs;
    return Math.max(0, pauseMs - USUAL_PAUSE_MS);
  }

  all(): Visit[] {
    return [...this.#visits.values()];
  }

  /** The visit that a sighting belongs to. */
  of(sighting: Sighting, vote: Vote, frame: { receivedAtMs: number; capturedAtMs: number }): Visit {
    const plate = plateOf(vote);
    const { isSure } = vote;
    const linked = this.#bySighting.get(sighting.number);
    const earlier = isSure ? this.#recent(plate, frame.capturedAtMs, linked) : undefined;
    // A vehicle that was seen before under the same sure plate is the same vehicle.
    const visit =
      (linked?.state === "watched" && earlier) || linked || earlier || this.#begin(frame);
    this.#bySighting.set(sighting.number, visit);
    if (linked && linked !== visit) this.#visits.delete(linked.id);
    if (isSure || visit.plate === "") visit.plate = plate;
    visit.lastSeenMs = frame.capturedAtMs;
    this.#emptySinceMs = null;
    return visit;
  }

  /** The visit of something that stands in the lane and shows no plate. */
  ofStanding(frame: { receivedAtMs: number; capturedAtMs: number }): Visit {
    return this.#begin(frame);
  }

  /** Whether somebody in the lane was admitted or told of already. */
  isAnyTold(): boolean {
    return this.all().some(({ state }) => state !== "watched");
  }

  observeScene(scene: SceneReading | null, nowMs: number): void {
    this.#isOccupied = scene?.isOccupied ?? false;
    if (!this.#isOccupied) {
      this.#emptySinceMs ??= nowMs;
      if (nowMs - this.#emptySinceMs >= CLEAR_MS) this.#clearedAtMs = nowMs;
      return;
    }
    this.#emptySinceMs = null;
    // Standing vehicles stay, even while their plates cannot be seen.
    if ((scene?.standingForMs ?? 0) === 0) return;
    for (const visit of this.#visits.values()) {
      visit.lastSeenMs = Math.max(visit.lastSeenMs, nowMs - LEFT_MS + 1);
    }
  }

  /** Whether the lane was seen empty for a while after that moment. */
  hasClearedSince(atMs: number): boolean {
    return this.#clearedAtMs - CLEAR_MS >= atMs;
  }

  /** The visits whose vehicle has gone; `forget` each once its end is recorded. */
  left(nowMs: number): Visit[] {
    return this.all().filter((visit) => {
      const goneMs = nowMs - visit.lastSeenMs;
      return goneMs > LONG_GONE_MS || (goneMs > LEFT_MS && !this.#isOccupied);
    });
  }

  forget(visit: Visit): void {
    this.#visits.delete(visit.id);
    for (const [number, linked] of this.#bySighting) {
      if (linked === visit) this.#bySighting.delete(number);
    }
  }

  #recent(plate: string, nowMs: number, except: Visit | undefined): Visit | undefined {
    return this.all().find(
      (visit) =>
        visit !== except && visit.plate === plate && nowMs - visit.lastSeenMs < SAME_VISIT_MS,
    );
  }

  #begin(frame: { receivedAtMs: number; capturedAtMs: number }): Visit {
    const visit: Visit = {
      id: uuidv7(),
      plate: "",
      state: "watched",
      firstSeenMs: frame.capturedAtMs,
      firstReceivedMs: frame.receivedAtMs,
      lastSeenMs: frame.capturedAtMs,
    };
    this.#visits.set(visit.id, visit);
    return visit;
  }
}
