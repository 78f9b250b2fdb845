import { writeFile } from "node:fs/promises";
import { formatsOf, type PlateFormat, type PlateRead } from "@portero/access";
import { AnprError, drawReads, type Recognition, readPhoto } from "@portero/anpr";
import { OperatorError } from "./operator-error.ts";

export interface ReadFlags {
  json?: boolean;
  out?: string;
  country?: string;
}

/** `portero read`: prints what the recogniser sees in a picture, and draws it. */
export async function readCommand(path: string, flags: ReadFlags): Promise<void> {
  const formats: readonly PlateFormat[] = flags.country ? formatsOf([flags.country]) : [];
  try {
    const reading = await readPhoto(path, { formats });
    if (flags.json)
      process.stdout.write(`${JSON.stringify(reportOf(path, reading.recognition))}\n`);
    else print(path, reading.recognition);
    if (flags.out) await writeFile(flags.out, await drawReads(reading));
  } catch (error) {
    if (error instanceof AnprError) throw new OperatorError(error.message);
    throw error;
  }
}

function reportOf(file: string, { widthPx, heightPx, detections, reads, timings }: Recognition) {
  return {
    file,
    widthPx,
    heightPx,
    detections,
    reads: reads.map(({ box, text, confidence, characters, detectionConfidence }) => ({
      text,
      confidence,
      characters,
      box,
      detectionConfidence,
    })),
    timingsMs: timings,
  };
}

function print(file: string, { widthPx, heightPx, reads, timings }: Recognition): void {
  console.log(`${file}  ${widthPx} × ${heightPx} px`);
  for (const { text, confidence, box, characters } of likely(reads)) {
    const { leftPx, topPx, widthPx: width, heightPx: height } = roundedBox(box);
    const each = characters
      .map(({ character, confidence: own }) => `${character} ${percent(own)}`)
      .join("  ");
    console.log(
      `  ${text.padEnd(10)} ${percent(confidence)}  at ${leftPx},${topPx}  ${width} × ${height} px\n             ${each}`,
    );
  }
  if (likely(reads).length === 0) console.log("  no legible plate");
  const stages = Object.entries(timings).map(
    ([stage, ms]) => `${stage.replace(/Ms$/, "")} ${ms.toFixed(1)}`,
  );
  console.log(`  ms: ${stages.join(", ")}`);
}

/** Boxes that hold no plate give texts that the reader itself does not believe: `--json` has them all. */
const likely = (reads: readonly PlateRead[]) =>
  reads.filter(({ confidence }) => confidence >= 0.02);

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function roundedBox(box: PlateRead["box"]): PlateRead["box"] {
  const { leftPx, topPx, widthPx, heightPx } = box;
  return {
    leftPx: Math.round(leftPx),
    topPx: Math.round(topPx),
    widthPx: Math.round(widthPx),
    heightPx: Math.round(heightPx),
  };
}
