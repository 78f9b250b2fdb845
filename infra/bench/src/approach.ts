import { renderFrame } from "@portero/camera-simulator/scene";

const PROGRESS = [0.42, 0.6, 0.74, 0.84, 0.9, 0.95, 0.98, 1];
const COLOURS = ["#8c9096", "#2d4f86", "#7b1e1e", "#d8d8d4"];

/** A vehicle that comes nearer and stops: distinct frames in 1080p. */
export async function approach(plate: string, lane: string, seed: number): Promise<Uint8Array[]> {
  const frames: Uint8Array[] = [];
  for (const [index, progress] of PROGRESS.entries()) {
    frames.push(await frameOf(lane, 10 * seed + index, { plate, progress, seed }));
  }
  return frames;
}

/** The same lane with nobody in it. */
export const emptyLane = (lane: string, seed: number): Promise<Uint8Array> => frameOf(lane, seed);

function frameOf(
  lane: string,
  seed: number,
  vehicle?: { plate: string; progress: number; seed: number },
): Promise<Uint8Array> {
  return renderFrame({
    lane,
    timeOfDay: "day",
    ...(vehicle && {
      vehicle: {
        plate: vehicle.plate,
        country: "mx",
        bodyColour: COLOURS[vehicle.seed % COLOURS.length] ?? "#8c9096",
        kind: "sedan" as const,
        progress: vehicle.progress,
      },
    }),
    barrier: 0,
    widthPx: 1920,
    heightPx: 1080,
    seed,
    clockText: "",
  });
}
