import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DETECTOR_SIDE_PX } from "@portero/anpr";
import sharp from "sharp";
import type { LabelledFrame } from "./manifest.ts";
import { randomFrom } from "./random.ts";
import { engineFor, measureFrames } from "./recognition-sets.ts";

/** Shares in [0, 1]. */
export interface ConditionFigures {
  images: number;
  /** At an overlap (intersection over union) of one half. */
  detectorRecall: number;
  /** The whole way, with O = 0 = Q and I = 1; null where the plates are too small to be read. */
  endToEndExactFolded: number | null;
}

/** By condition, then by set. */
export type Conditions = Record<string, Record<string, ConditionFigures>>;

/** Another picture of the same vehicle, with its plates where they are in that picture. */
type Variant = (photograph: LabelledFrame, random: () => number) => Promise<Picture>;

interface Picture {
  jpeg: Uint8Array;
  plates: LabelledFrame["plates"];
}

interface Condition {
  /** Photographs that cannot be shown under this condition are left out. */
  isPossible?(photograph: LabelledFrame): boolean;
  show: Variant;
  isLegible: boolean;
}

const EVERY = 3;
const LEAST = 10;
const CANVAS_SIDE_PX = 1280;
const LONG_SIDE_4K_PX = 3840;
const BACKGROUND_BLUR_PX = 40;

const CONDITIONS: Record<string, Condition> = {
  asIs: { show: asIs, isLegible: true },
  night: { show: byNight, isLegible: true },
  "4K": { show: in4K, isLegible: true },
  "60 px": smallPlates(60),
  "40 px": smallPlates(40),
  "25 px": smallPlates(25),
  "15 px": smallPlates(15),
};

/** Shows every third photograph of each set (at least ten where there are) under each condition. */
export async function measureConditions(
  sets: ReadonlyMap<string, readonly LabelledFrame[]>,
): Promise<Conditions> {
  const conditions: Conditions = {};
  const folder = await mkdtemp(join(tmpdir(), "portero-conditions-"));
  try {
    for (const [set, photographs] of sets) {
      const engine = await engineFor(set);
      for (const [name, { isPossible = () => true, show, isLegible }] of Object.entries(
        CONDITIONS,
      )) {
        const random = randomFrom(`${set} ${name}`);
        const shown: LabelledFrame[] = [];
        for (const [number, photograph] of sampleOf(photographs.filter(isPossible)).entries()) {
          const { jpeg, plates } = await show(photograph, random);
          const file = join(folder, `${set}-${number}.jpg`);
          await writeFile(file, jpeg);
          shown.push({ ...photograph, file, plates });
        }
        if (shown.length === 0) continue;
        const { figures } = await measureFrames(set, shown, engine);
        const { images, detectorRecall = 0, endToEndExactFolded = 0 } = figures;
        conditions[name] ??= {};
        conditions[name][set] = {
          images,
          detectorRecall,
          endToEndExactFolded: isLegible ? endToEndExactFolded : null,
        };
      }
      await engine.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return conditions;
}

function sampleOf(photographs: readonly LabelledFrame[]): LabelledFrame[] {
  const step = Math.max(1, Math.min(EVERY, Math.floor(photographs.length / LEAST)));
  return photographs.filter((_, number) => number % step === 0);
}

async function asIs({ file, plates }: LabelledFrame): Promise<Picture> {
  return { jpeg: await readFile(file), plates };
}

/** Grey, dark and noisy, as a camera sees with little infrared light. */
async function byNight({ file, plates }: LabelledFrame, random: () => number): Promise<Picture> {
  const [gain, gamma, noise] = [0.55, 1.5, 10];
  const { data, info } = await sharp(file).greyscale().raw().toBuffer({ resolveWithObject: true });
  const dark = Uint8Array.from({ length: 256 }, (_, v) => 255 * gain * (v / 255) ** gamma);
  for (let i = 0; i < data.length; i++) {
    // The sum of three has nearly the bell shape of a sensor's noise; its deviation is `noise`.
    const grain = 2 * noise * (random() + random() + random() - 1.5);
    data[i] = Math.max(0, Math.min(255, (dark[data[i] ?? 0] ?? 0) + grain));
  }
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return { jpeg: await sharp(data, { raw }).jpeg({ quality: 80 }).toBuffer(), plates };
}

/** As a camera of eight megapixels sends it. */
async function in4K(photograph: LabelledFrame): Promise<Picture> {
  const scale = LONG_SIDE_4K_PX / longSideOf(photograph);
  const jpeg = await scaled(photograph, scale).jpeg({ quality: 90 }).toBuffer();
  return { jpeg, plates: photograph.plates.map((plate) => moved(plate, scale, 0, 0)) };
}

/**
 * Places the photograph, scaled down, somewhere before a blurred copy of itself, so that its plate is `widthPx` wide
 * in the detector's picture, whose long side has 640 px.
 */
function smallPlates(widthPx: number): Condition {
  const plateWidthOf = (photograph: LabelledFrame) => photograph.plates[0]?.box.widthPx ?? 0;
  return {
    isLegible: false,
    isPossible: (photograph) =>
      plateWidthOf(photograph) * DETECTOR_SIDE_PX >= widthPx * longSideOf(photograph),
    show: async (photograph, random) => {
      const { file, plates } = photograph;
      const toCanvas = CANVAS_SIDE_PX / longSideOf(photograph);
      const canvas = {
        width: Math.round(photograph.widthPx * toCanvas),
        height: Math.round(photograph.heightPx * toCanvas),
      };
      const wantedPx = widthPx * (CANVAS_SIDE_PX / DETECTOR_SIDE_PX);
      const scale = Math.min(toCanvas, wantedPx / plateWidthOf(photograph));
      const small = await scaled(photograph, scale).png().toBuffer({ resolveWithObject: true });
      const left = Math.floor(random() * (canvas.width - small.info.width + 1));
      const top = Math.floor(random() * (canvas.height - small.info.height + 1));
      const jpeg = await sharp(file)
        .resize(canvas.width, canvas.height, { fit: "fill" })
        .blur(BACKGROUND_BLUR_PX)
        .composite([{ input: small.data, left, top }])
        .jpeg({ quality: 85 })
        .toBuffer();
      return { jpeg, plates: plates.slice(0, 1).map((plate) => moved(plate, scale, left, top)) };
    },
  };
}

function longSideOf({ widthPx, heightPx }: LabelledFrame): number {
  return Math.max(widthPx, heightPx);
}

function scaled({ file, widthPx, heightPx }: LabelledFrame, scale: number) {
  return sharp(file).resize(Math.round(widthPx * scale), Math.round(heightPx * scale), {
    fit: "fill",
  });
}

function moved(
  { text, box }: LabelledFrame["plates"][number],
  scale: number,
  left: number,
  top: number,
) {
  return {
    text,
    box: {
      leftPx: left + box.leftPx * scale,
      topPx: top + box.topPx * scale,
      widthPx: box.widthPx * scale,
      heightPx: box.heightPx * scale,
    },
  };
}

/** A row for each condition, a column for each set, in percent. */
export function tableOfConditions(conditions: Conditions): Record<string, Record<string, string>> {
  const percent = (share: number) => (100 * share).toFixed(1);
  return Object.fromEntries(
    Object.entries(conditions).map(([name, sets]) => [
      name,
      Object.fromEntries(
        Object.entries(sets).map(([set, { images, detectorRecall, endToEndExactFolded }]) => {
          const found = `${percent(detectorRecall)} found`;
          const read = endToEndExactFolded === null ? "" : `, ${percent(endToEndExactFolded)} read`;
          return [set, `${found}${read}, of ${images}`];
        }),
      ),
    ]),
  );
}
