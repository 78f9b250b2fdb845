import { isNearby } from "./look-alikes.ts";
import { isSamePlate, lookAlikeClass, resolveLookAlikes } from "./plate.ts";
import type { PlateFormat } from "./plate-formats.ts";

/** How a read stands to the enrolled plates. */
export type PlateMatch =
  | { kind: "enrolled"; plate: string }
  /** Two enrolled plates share the read's look-alike class: only a guard may tell them apart. */
  | { kind: "ambiguous"; plates: readonly string[] }
  | { kind: "none" };

/** The plates that one site knows (residents, visitors, denied), arranged for look-ups. */
export interface PlateIndex {
  /** The site's plate formats. */
  formats: readonly PlateFormat[];
  /** The one enrolled plate that the read is, by `isSamePlate`. */
  match(read: string): PlateMatch;
  /** Enrolled plates at most two changed characters, or one more or less, away; the read included. */
  near(read: string): string[];
}

/** Arranges enrolled plates (comparison form) for look-ups; build it anew when the register changes. */
export function indexPlates(plates: Iterable<string>, formats: readonly PlateFormat[]): PlateIndex {
  const enrolled = new Set(plates);
  const classes = new Map<string, string[]>();
  for (const plate of enrolled) {
    const lookAlikes = classes.get(lookAlikeClass(plate));
    if (lookAlikes) lookAlikes.push(plate);
    else classes.set(lookAlikeClass(plate), [plate]);
  }
  return {
    formats,
    match: (read) => {
      const lookAlikes = classes.get(lookAlikeClass(read)) ?? [];
      // A spelling that the formats change may mean its neighbour, even where it is enrolled as it is.
      const isUnchanged = resolveLookAlikes(read, formats) === read;
      if (isUnchanged && lookAlikes.includes(read)) return { kind: "enrolled", plate: read };
      const plate = lookAlikes.find((lookAlike) => isSamePlate(read, lookAlike, formats));
      if (plate === undefined) return { kind: "none" };
      if (lookAlikes.length > 1) return { kind: "ambiguous", plates: lookAlikes };
      return { kind: "enrolled", plate };
    },
    near: (read) => [...enrolled].filter((plate) => isNearby(read, plate)),
  };
}
