import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const SECONDS = [0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.15, 0.25, 0.5, 1, 2, 5];

/** What Prometheus may ask the worker; durations in seconds. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  // CPU seconds and resident memory of the process, among others. The library would look at the event loop a hundred
  // times a second, which costs a quiet lane more than its picture.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 1000 });
  return {
    registry,
    snapshot: new Histogram({
      name: "portero_snapshot_seconds",
      help: "From asking a camera for a frame to having it",
      labelNames: ["camera"],
      buckets: SECONDS,
      registers,
    }),
    frame: new Histogram({
      name: "portero_frame_seconds",
      help: "From having a frame to having decided about it",
      labelNames: ["camera"],
      buckets: SECONDS,
      registers,
    }),
    dropped: new Counter({
      name: "portero_frames_dropped_total",
      help: "Frames that were old before their turn came: more cameras than this machine can follow",
      labelNames: ["camera"],
      registers,
    }),
    frameToCommand: new Histogram({
      name: "portero_frame_to_command_seconds",
      help: "From having the deciding frame to sending the gate command",
      buckets: SECONDS,
      registers,
    }),
    backlog: new Gauge({
      name: "portero_backlog",
      help: "What the journal holds for the cloud",
      labelNames: ["kind"],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
