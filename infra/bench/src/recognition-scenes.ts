import type { Engine } from "@portero/anpr";
import { renderFrame } from "@portero/camera-simulator/scene";
import sharp from "sharp";
import { randomFrom } from "./random.ts";

const LANES = ["cam-01", "cam-02", "cam-03", "cam-04"];
const WIDTH_PX = 1280;
const HEIGHT_PX = 720;
const EVERY_MS = 1000;
const LOOKS = 9;
/** The worker tells a guard of something that stands this long without a plate. */
const TELL_AFTER_MS = 5000;

/** What drawn lanes showed in which nobody came by vehicle, by day and by night. */
export interface SceneFigures {
  frames: number;
  falsePositivesPerImage: number;
  /** Stories without a vehicle that a guard would have been told of. */
  toldWrongly: string[];
  /** Vehicles without a plate, and how many of them a guard would have been told of. */
  withoutPlate: { shown: number; told: number };
}

/** What one look of a story changes about the empty lane; `at` goes from 0 to 1. */
interface Story {
  state?(at: number): Partial<Parameters<typeof renderFrame>[0]>;
  /** Painted over the frame; SVG in its pixels. */
  over?(at: number, random: () => number): { svg: string; blend: "over" | "screen" };
}

const VEHICLE = { plate: null, country: "mx", bodyColour: "#2d4f86", kind: "sedan" as const };

const STORIES: Record<string, Story> = {
  nobody: {},
  "a person who walks": { state: (at) => ({ person: { progress: at } }) },
  "a person who waits": { state: (at) => ({ person: { progress: Math.min(0.5, at * 2) } }) },
  rain: { over: (_at, random) => ({ svg: rain(random), blend: "over" }) },
  headlights: { over: (at) => ({ svg: headlights(at), blend: "screen" }) },
  "a dog": { over: (at) => ({ svg: dog(Math.min(0.3, at)), blend: "over" }) },
  "clouds over the sun": { over: (at) => ({ svg: shade(0.5 * at), blend: "over" }) },
};

/** Plays every story at four entrances, by day and by night, one look a second. */
export async function measureScenes(engine: Engine): Promise<SceneFigures> {
  let frames = 0;
  let boxes = 0;
  const toldWrongly: string[] = [];
  const withoutPlate = { shown: 0, told: 0 };
  for (const lane of LANES) {
    for (const timeOfDay of ["day", "night"] as const) {
      const camera = `${lane} by ${timeOfDay}`;
      let look = 0;
      const see = async (story: Story, at: number) => {
        look += 1;
        const jpeg = await frameOf({ lane, timeOfDay, seed: look }, story, at);
        const scene = { camera, capturedAtMs: look * EVERY_MS };
        const { scene: reading } = await engine.recognize(jpeg, { scene });
        return { jpeg, isTold: (reading?.standingForMs ?? 0) >= TELL_AFTER_MS };
      };
      for (let i = 0; i < LOOKS; i++) await see({}, 0);
      for (const [name, story] of Object.entries(STORIES)) {
        let isTold = false;
        for (let i = 1; i <= LOOKS; i++) {
          const seen = await see(story, i / LOOKS);
          isTold ||= seen.isTold;
          // The detector looks at each of them here, however quiet the lane is.
          boxes += (await engine.recognize(seen.jpeg, {})).detections.length;
          frames += 1;
        }
        if (isTold) toldWrongly.push(`${name}, ${camera}`);
        for (let i = 0; i < 3; i++) await see({}, 0);
      }
      let isTold = false;
      for (let i = 1; i <= LOOKS + 3; i++) {
        const progress = Math.min(1, i / 3);
        const seen = await see({ state: () => ({ vehicle: { ...VEHICLE, progress } }) }, 0);
        isTold ||= seen.isTold;
      }
      withoutPlate.shown += 1;
      if (isTold) withoutPlate.told += 1;
    }
  }
  return { frames, falsePositivesPerImage: boxes / frames, toldWrongly, withoutPlate };
}

async function frameOf(
  place: { lane: string; timeOfDay: "day" | "night"; seed: number },
  { state, over }: Story,
  at: number,
): Promise<Uint8Array> {
  const jpeg = await renderFrame({
    ...place,
    barrier: 0,
    widthPx: WIDTH_PX,
    heightPx: HEIGHT_PX,
    clockText: "",
    ...state?.(at),
  });
  const paint = over?.(at, randomFrom(`${place.lane} ${place.seed}`));
  if (!paint) return jpeg;
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_PX}" height="${HEIGHT_PX}">${paint.svg}</svg>`;
  return sharp(jpeg)
    .composite([{ input: Buffer.from(picture), blend: paint.blend }])
    .jpeg({ quality: 85 })
    .toBuffer();
}

function rain(random: () => number): string {
  const streaks = Array.from({ length: 700 }, () => {
    const [x, y, length] = [random() * WIDTH_PX, random() * HEIGHT_PX, 12 + 30 * random()];
    return `<line x1="${x}" y1="${y}" x2="${x - length / 5}" y2="${y + length}" stroke-opacity="${0.15 + 0.3 * random()}"/>`;
  });
  return `${shade(0.2)}<g stroke="#dfe6ea" stroke-width="1.4">${streaks.join("")}</g>`;
}

/** Somebody turns in front of the entrance: two lamps and their light on the ground sweep through the view. */
function headlights(at: number): string {
  const [x, strength] = [WIDTH_PX * (1.1 - 1.2 * at), 1 - Math.abs(2 * at - 1)];
  const glow = (cx: number, cy: number, rx: number, ry: number, power: number) =>
    `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="url(#lamp)" opacity="${power * strength}"/>`;
  const lamp = `<radialGradient id="lamp"><stop offset="0" stop-color="#fffbe8"/><stop offset="1" stop-color="#fffbe8" stop-opacity="0"/></radialGradient>`;
  const lamps = glow(x - 40, 330, 70, 60, 1) + glow(x + 40, 330, 70, 60, 1);
  return `<defs>${lamp}</defs>${lamps}${glow(x, 560, 420, 160, 0.55)}`;
}

function dog(at: number): string {
  const x = WIDTH_PX * (0.1 + at);
  const legs = [-34, -22, 24, 36].map(
    (dx, i) => `<rect x="${x + dx}" y="552" width="8" height="${38 + 4 * (i % 2)}"/>`,
  );
  return `<g fill="#3b2f26"><ellipse cx="${x}" cy="540" rx="48" ry="20"/><circle cx="${x + 52}" cy="522" r="16"/>${legs.join("")}</g>`;
}

function shade(share: number): string {
  return `<rect width="100%" height="100%" fill="#000" fill-opacity="${share}"/>`;
}
