import { availableParallelism, cpus } from "node:os";

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

/** What every printed figure stands on. */
export const machine = (): string =>
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.versions.node}`;
