import type { Bench } from "./bench.ts";
import { dashboardBench } from "./dashboard.ts";
import { importBench } from "./import.ts";
import { localSupabaseBench } from "./local-supabase/local-supabase.ts";
import { memoryBench } from "./memory.ts";
import { photosBench } from "./photos.ts";
import { pipelineBench } from "./pipeline.ts";
import { realtimeBench } from "./realtime.ts";
import { recognitionBench } from "./recognition.ts";

const BENCHES: Bench[] = [
  pipelineBench,
  memoryBench,
  realtimeBench,
  dashboardBench,
  importBench,
  photosBench,
  recognitionBench,
  localSupabaseBench,
];

const [name, ...args] = process.argv.slice(2);
const bench = BENCHES.find((known) => known.name === name);
if (bench) await bench.run(args);
else {
  console.error("npm run bench -- <name> [--json] …\n");
  for (const known of BENCHES) console.error(`  ${known.name.padEnd(16)}${known.summary}`);
  process.exitCode = name ? 1 : 0;
}
