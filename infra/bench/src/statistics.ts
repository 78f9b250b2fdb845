import { availableParallelism, cpus } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";

/** The value below which `share` of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Median and 95th percentile, to a tenth. */
export function spread(values: readonly number[]): { n: number; p50: number; p95: number } {
  const tenth = (value: number) => Math.round(value * 10) / 10;
  return {
    n: values.length,
    p50: tenth(quantile(values, 0.5)),
    p95: tenth(quantile(values, 0.95)),
  };
}

/** How many milliseconds later than due a thread's event loop woke. */
export interface Lateness {
  p99: number;
  max: number;
}

/** Wakes this thread's event loop every millisecond until the returned function is called for the figures. */
export function watchLateness(): () => Lateness {
  const everyMs = 1;
  const histogram = monitorEventLoopDelay({ resolution: everyMs });
  histogram.enable();
  // The histogram holds the nanoseconds from one waking to the next.
  const lateMs = (ns: number) => Math.max(0, Math.round(ns / 1e5) / 10 - everyMs);
  return () => {
    histogram.disable();
    return { p99: lateMs(histogram.percentile(99)), max: lateMs(histogram.max) };
  };
}

/** What every printed figure stands on. */
export const machine = (): string =>
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.versions.node}`;
