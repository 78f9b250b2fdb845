import { readFile, writeFile } from "node:fs/promises";
import { formatsOf, type PlateFormat, type PlateRead } from "@portero/access";
import { AnprError, createRecognizer, type Recognition } from "@portero/anpr";
import sharp from "sharp";
import { OperatorError } from "./operator-error.ts";

export interface ReadFlags {
  json?: boolean;
  out?: string;
  country?: string;
}

/** `portero read`: prints what the recogniser sees in a picture, and draws it. */
export async function readPhoto(path: string, flags: ReadFlags): Promise<void> {
  const jpeg = await readFile(path).catch((cause) => {
    throw new OperatorError(`${path} cannot be read: ${cause.message}`);
  });
  const formats: readonly PlateFormat[] = flags.country ? formatsOf([flags.country]) : [];
  const recognizer = await createRecognizer({ formats });
  try {
    const recognition = await recognizer.recognize(jpeg);
    if (flags.json) process.stdout.write(`${JSON.stringify(reportOf(path, recognition))}\n`);
    else print(path, recognition);
    if (flags.out) await writeFile(flags.out, await draw(jpeg, recognition));
  } catch (error) {
    if (error instanceof AnprError) throw new OperatorError(`${path}: ${error.message}`);
    throw error;
  } finally {
    await recognizer.close();
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

/** The picture with each plate framed and its text above it, as PNG. */
async function draw(
  jpeg: Uint8Array,
  { widthPx, heightPx, reads }: Recognition,
): Promise<Uint8Array> {
  const strokePx = Math.max(2, Math.round(widthPx / 500));
  const textPx = Math.max(16, Math.round(widthPx / 40));
  const marks = likely(reads).map(({ box, text, confidence }) => {
    const { leftPx, topPx, widthPx: width, heightPx: height } = roundedBox(box);
    const label = `${text} ${percent(confidence)}`;
    return `<rect x="${leftPx}" y="${topPx}" width="${width}" height="${height}" fill="none" stroke="#22c55e" stroke-width="${strokePx}"/>
      <text x="${leftPx}" y="${Math.max(textPx, topPx - strokePx * 2)}" font-family="sans-serif" font-weight="bold" font-size="${textPx}" fill="#22c55e" stroke="#000" stroke-width="${textPx / 6}" paint-order="stroke">${label}</text>`;
  });
  const overlay = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${marks.join("")}</svg>`,
  );
  return sharp(jpeg)
    .composite([{ input: overlay }])
    .png()
    .toBuffer();
}
