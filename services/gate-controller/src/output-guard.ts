/**
 * A process that holds one output and outlives whoever asks for its pulses: it brings the output down at its
 * start, at the end of each pulse, and when its parent goes away, killed or not (safety G11). It is started by
 * `guarded-output.ts`, with the output's file and the text of each level as arguments.
 */
import { writeFileSync } from "node:fs";

const [path = "", high = "1", low = "0"] = process.argv.slice(2);
let timer: NodeJS.Timeout | undefined;

function lower(): void {
  clearTimeout(timer);
  writeFileSync(path, low);
}

function tell(word: "low" | "high" | "failed", detail = ""): void {
  if (process.connected) process.send?.({ word, detail });
}

function attempt(step: () => void, word: "low" | "high"): void {
  try {
    step();
    tell(word);
  } catch (error) {
    tell("failed", (error as Error).message);
  }
}

process.on("message", ({ pulseMs }: { pulseMs: number }) => {
  // The end is arranged before the beginning.
  clearTimeout(timer);
  timer = setTimeout(() => attempt(lower, "low"), pulseMs);
  attempt(() => writeFileSync(path, high), "high");
});
for (const event of ["disconnect", "SIGINT", "SIGTERM"]) {
  process.on(event, () => {
    attempt(lower, "low");
    process.exit();
  });
}
attempt(lower, "low");
