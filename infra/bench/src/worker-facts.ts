/** What a worker's own metrics say of it at one moment. */
export interface WorkerFacts {
  cpuSeconds: number;
  residentMegabytes: number;
  /** Frames of all cameras that went through the pipeline. */
  frames: number;
  /** Frames that came too late to be looked at. */
  dropped: number;
}

/** Asks a worker's `/metrics`. */
export async function workerFacts(healthUrl: string): Promise<WorkerFacts> {
  const text = await (await fetch(`${healthUrl}/metrics`)).text();
  const sumOf = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, "gm"))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  return {
    cpuSeconds: sumOf("process_cpu_seconds_total"),
    residentMegabytes: Math.round(sumOf("process_resident_memory_bytes") / 1e6),
    frames: sumOf("portero_frame_seconds_count"),
    dropped: sumOf("portero_frames_dropped_total"),
  };
}

/** CPU milliseconds of the whole worker for each frame, over a while in which nothing happens. */
export async function idleCost(healthUrl: string, forMs: number): Promise<number> {
  const before = await workerFacts(healthUrl);
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const after = await workerFacts(healthUrl);
  return (
    (1000 * (after.cpuSeconds - before.cpuSeconds)) / Math.max(1, after.frames - before.frames)
  );
}
