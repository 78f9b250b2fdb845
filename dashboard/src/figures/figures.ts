import { ALERTING_EVENTS } from "@portero/access";
import type { EventFact } from "@portero/store";

export interface DayFigures {
  /** "2026-11-22" in the tenant's zone. */
  day: string;
  /** Admitted without anybody's help. */
  automatic: number;
  /** Opened by a guard. */
  manual: number;
  /** Not opened, or left without an answer. */
  turnedAway: number;
}

export interface Figures {
  days: DayFigures[];
  /** Vehicles by hour of the day, 0 to 23. */
  hours: number[];
  automatic: number;
  manual: number;
  turnedAway: number;
  /** From a vehicle's alert to a guard's answer; null without any. */
  wait: Spread | null;
  /** From a vehicle's arrival to its gate's opening. */
  opening: { automatic: Spread | null; manual: Spread | null };
  /** Houses by arrivals, busiest first. */
  units: { name: string; count: number }[];
  /** Cameras by how surely they read, the worst first: it may want cleaning. */
  cameras: CameraFigures[];
}

/** How long something took, in the middle and at the slow end. */
export interface Spread {
  medianMs: number;
  p90Ms: number;
}

export interface CameraFigures {
  cameraId: string;
  vehicles: number;
  meanConfidence: number;
  /** Mean confidence by hour of the day; null where no vehicle came. */
  byHour: (number | null)[];
}

interface Zone {
  dayOf(ms: number): string;
  hourOf(ms: number): number;
}

const isAlert = ({ eventType }: EventFact) =>
  (ALERTING_EVENTS as readonly string[]).includes(eventType);

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function spreadOf(durationsMs: number[]): Spread | null {
  if (durationsMs.length === 0) return null;
  const sorted = durationsMs.toSorted((a, b) => a - b);
  return { medianMs: quantile(sorted, 0.5), p90Ms: quantile(sorted, 0.9) };
}

/** Confidences of one camera, added up. */
class CameraSum {
  readonly #sums = Array.from({ length: 24 }, () => ({ vehicles: 0, confidence: 0 }));

  add(hour: number, confidence: number): void {
    const sum = this.#sums[hour];
    if (!sum) return;
    sum.vehicles++;
    sum.confidence += confidence;
  }

  figures(cameraId: string): CameraFigures {
    const vehicles = this.#sums.reduce((total, sum) => total + sum.vehicles, 0);
    const confidence = this.#sums.reduce((total, sum) => total + sum.confidence, 0);
    return {
      cameraId,
      vehicles,
      meanConfidence: confidence / vehicles,
      byHour: this.#sums.map((sum) => (sum.vehicles === 0 ? null : sum.confidence / sum.vehicles)),
    };
  }
}

/** Adds up a span of events. `days` are the days to show, also those on which nothing happened. */
export function figuresOf(
  facts: readonly EventFact[],
  days: readonly string[],
  zone: Zone,
): Figures {
  const byDay = new Map(
    days.map((day) => [day, { day, automatic: 0, manual: 0, turnedAway: 0 } as DayFigures]),
  );
  const hours = new Array<number>(24).fill(0);
  const units = new Map<string, number>();
  const cameras = new Map<string, CameraSum>();
  const arrivedAtMs = new Map<string, number>();
  const openings = { automatic: [] as number[], manual: [] as number[] };
  const alertAtMs = new Map<string, number>();
  const answered = new Set<string>();
  const waitsMs: number[] = [];
  const count = (ms: number, what: "automatic" | "manual" | "turnedAway") => {
    const day = byDay.get(zone.dayOf(ms));
    if (day) day[what]++;
  };

  for (const fact of facts) {
    const { eventType, occurredAtMs, alertEventId } = fact;
    const isArrival = eventType === "resident_arrived" || eventType === "visitor_arrived";
    if (isArrival || isAlert(fact)) {
      const hour = zone.hourOf(occurredAtMs);
      hours[hour] = (hours[hour] ?? 0) + 1;
      if (fact.cameraId && fact.confidence !== null) {
        const camera = cameras.get(fact.cameraId) ?? new CameraSum();
        camera.add(hour, fact.confidence);
        cameras.set(fact.cameraId, camera);
      }
      if (fact.sightingId) arrivedAtMs.set(fact.sightingId, occurredAtMs);
    }
    if (isArrival) {
      count(occurredAtMs, "automatic");
      if (fact.unitName) units.set(fact.unitName, (units.get(fact.unitName) ?? 0) + 1);
    }
    if (isAlert(fact)) alertAtMs.set(fact.id, occurredAtMs);
    if (eventType === "gate_opened" && fact.cause === "guard") count(occurredAtMs, "manual");
    const cameAtMs = fact.sightingId ? arrivedAtMs.get(fact.sightingId) : undefined;
    const saidAtMs = alertEventId ? alertAtMs.get(alertEventId) : undefined;
    const beganAtMs = cameAtMs ?? saidAtMs;
    if (eventType === "gate_opened" && beganAtMs !== undefined) {
      const by = fact.cause === "guard" ? "manual" : "automatic";
      openings[by].push(Math.max(0, occurredAtMs - beganAtMs));
    }
    if (eventType === "entry_refused" || eventType === "vehicle_left") {
      count(occurredAtMs, "turnedAway");
    }
    const askedAtMs = alertEventId === null ? undefined : alertAtMs.get(alertEventId);
    const isAnswer = eventType === "gate_opened" || eventType === "entry_refused";
    if (askedAtMs !== undefined && alertEventId && isAnswer && !answered.has(alertEventId)) {
      answered.add(alertEventId);
      waitsMs.push(Math.max(0, occurredAtMs - askedAtMs));
    }
  }

  const shown = [...byDay.values()];
  const sum = (what: "automatic" | "manual" | "turnedAway") =>
    shown.reduce((total, day) => total + day[what], 0);
  return {
    days: shown,
    hours,
    automatic: sum("automatic"),
    manual: sum("manual"),
    turnedAway: sum("turnedAway"),
    wait: spreadOf(waitsMs),
    opening: { automatic: spreadOf(openings.automatic), manual: spreadOf(openings.manual) },
    units: [...units]
      .map(([name, arrivals]) => ({ name, count: arrivals }))
      .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name))
      .slice(0, 10),
    cameras: [...cameras]
      .map(([cameraId, sum]) => sum.figures(cameraId))
      .sort((a, b) => a.meanConfidence - b.meanConfidence),
  };
}
