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
  wait: { medianMs: number; p90Ms: number } | null;
  /** Houses by arrivals, busiest first. */
  units: { name: string; count: number }[];
  /** Cameras by how surely they read, the worst first: it may want cleaning. */
  cameras: { cameraId: string; vehicles: number; meanConfidence: number }[];
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
  const cameras = new Map<string, { vehicles: number; confidence: number }>();
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
        const camera = cameras.get(fact.cameraId) ?? { vehicles: 0, confidence: 0 };
        camera.vehicles++;
        camera.confidence += fact.confidence;
        cameras.set(fact.cameraId, camera);
      }
    }
    if (isArrival) {
      count(occurredAtMs, "automatic");
      if (fact.unitName) units.set(fact.unitName, (units.get(fact.unitName) ?? 0) + 1);
    }
    if (isAlert(fact)) alertAtMs.set(fact.id, occurredAtMs);
    if (eventType === "gate_opened" && fact.cause === "guard") count(occurredAtMs, "manual");
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

  waitsMs.sort((a, b) => a - b);
  const shown = [...byDay.values()];
  const sum = (what: "automatic" | "manual" | "turnedAway") =>
    shown.reduce((total, day) => total + day[what], 0);
  return {
    days: shown,
    hours,
    automatic: sum("automatic"),
    manual: sum("manual"),
    turnedAway: sum("turnedAway"),
    wait:
      waitsMs.length === 0
        ? null
        : { medianMs: quantile(waitsMs, 0.5), p90Ms: quantile(waitsMs, 0.9) },
    units: [...units]
      .map(([name, arrivals]) => ({ name, count: arrivals }))
      .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name))
      .slice(0, 10),
    cameras: [...cameras]
      .map(([cameraId, { vehicles, confidence }]) => ({
        cameraId,
        vehicles,
        meanConfidence: confidence / vehicles,
      }))
      .sort((a, b) => a.meanConfidence - b.meanConfidence),
  };
}
