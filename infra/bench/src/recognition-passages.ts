import { formatsOf, indexPlates } from "@portero/access";
import { plateFor, renderFrame, type VehicleKind } from "@portero/camera-simulator/scene";
import { decoysOf } from "./decoys.ts";
import { randomFrom } from "./random.ts";
import { DECOYS, FRAME_EVERY_MS, type Look, openingOf } from "./recognition-openings.ts";
import { engineFor } from "./recognition-sets.ts";

const COUNTRIES = ["mx", "cr", "co", "ar", "br", "cl", "pe", "us", "eu"];
const PLACES = [
  { lane: "cam-01", timeOfDay: "day" },
  { lane: "cam-02", timeOfDay: "night" },
  { lane: "cam-03", timeOfDay: "day" },
  { lane: "cam-04", timeOfDay: "night" },
] as const;
/** One for each place. */
export const CARS: readonly VehicleKind[] = ["sedan", "pickup", "suv", "van"];
/** Their plates have two lines. */
export const MOTORCYCLES: readonly VehicleKind[] = PLACES.map(() => "motorcycle");
const COLOURS = ["#8c9096", "#2d4f86", "#7b1e1e", "#d8d8d4"];
/** From far away to the barrier, one frame each. */
const PROGRESS = [0.4, 0.55, 0.68, 0.78, 0.86, 0.92, 0.96, 0.98, 1, 1];
const WITHIN_MS = 1000;

/** Drawn vehicles that come to the barrier, each enrolled among 1,000 neighbours. */
export interface PassageFigures {
  passages: number;
  /** Passages in which a frame was read exactly. */
  legible: number;
  /** Of these, opened rightly within a second of the first such frame. */
  openedInTime: number;
  openedWrongly: number;
  late: string[];
}

/** Lets a vehicle of every country come to four entrances, two of them by night. */
export async function measurePassages(kinds: readonly VehicleKind[]): Promise<PassageFigures> {
  const figures: PassageFigures = {
    passages: 0,
    legible: 0,
    openedInTime: 0,
    openedWrongly: 0,
    late: [],
  };
  for (const country of COUNTRIES) {
    const engine = await engineFor(country);
    const random = randomFrom(country);
    for (const [number, place] of PLACES.entries()) {
      const plate = plateFor(country, random);
      const vehicle = {
        plate,
        country,
        bodyColour: COLOURS[number] ?? "#8c9096",
        kind: kinds[number] ?? ("sedan" as const),
      };
      const looks: Look[] = [];
      for (const [seed, progress] of PROGRESS.entries()) {
        const jpeg = await renderFrame({
          ...place,
          vehicle: { ...vehicle, progress },
          barrier: 0,
          widthPx: 1280,
          heightPx: 720,
          seed,
          clockText: "",
        });
        looks.push({ jpeg, recognition: await engine.recognize(jpeg, {}) });
      }
      const index = indexPlates([plate, ...decoysOf(plate, DECOYS, plate)], formatsOf([country]));
      const opening = await openingOf(looks, index, engine);
      const firstLegible = looks.findIndex(({ recognition }) =>
        recognition.reads.some(({ text }) => text === plate),
      );
      figures.passages += 1;
      if (opening && opening.plate !== plate) figures.openedWrongly += 1;
      if (firstLegible < 0) continue;
      figures.legible += 1;
      const waitedMs = opening ? (opening.look - firstLegible) * FRAME_EVERY_MS : Infinity;
      if (opening?.plate === plate && waitedMs <= WITHIN_MS) figures.openedInTime += 1;
      else figures.late.push(`${plate} of ${country} at ${place.lane} by ${place.timeOfDay}`);
    }
    await engine.close();
  }
  return figures;
}
