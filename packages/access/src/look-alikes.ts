/** Pairs of characters that readers and people mistake for one another on worn or small plates. */
const MISTAKEN_PAIRS =
  "0O 0D 0Q 0C 0G 0U 0B 08 06 09 OD OQ OC OG OU QD QG QC 1I 1L 1T 1J 17 14 IL IT IJ IY LE LI 2Z 27 ZT 7Z 7T 7Y 7V " +
  "38 3B 35 39 3J 3S 4A 4L 4H 5S 56 58 59 6G 68 6B 6C 6E 8B 8S 8R 8E 8G 89 9P 9G 9S AR AH AN AK BR BE BP BD BH " +
  "CG CE CO DP DU EF EL FP FT FK GS HN HM HK HW HB HX HR JU JT KX KR KM KN KH MN MW NW NH NV NX MV PR PF RK RP RH " +
  "SJ TY TI TF UV UJ UH VY VW VX WV XY XK YT YV 1Y 4Y ZE 2E 7I 7J 7F 3E 2S 2J";

const MISTAKEN_FOR = mistakenFor(MISTAKEN_PAIRS.split(" "));

/** True where one of the characters is easily mistaken for the other. */
export function lookAlike(a: string, b: string): boolean {
  return a === b || (MISTAKEN_FOR.get(a)?.has(b) ?? false);
}

/** A pattern for one character each that `text` might stand for: "A8" finds "AB" as well. */
export function lookAlikePattern(text: string): string {
  return [...text]
    .map((character) => {
      const others = [...(MISTAKEN_FOR.get(character) ?? [])];
      return others.length === 0 ? character : `[${[character, ...others].join("")}]`;
    })
    .join("");
}

/**
 * Steps between two plates (insertion, removal, change), counting up to `limit`; `limit + 1` stands
 * for "further".
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const changed = a.charAt(row - 1) === b.charAt(column - 1) ? 0 : 1;
      current.push(
        Math.min(
          (previous[column - 1] ?? 0) + changed,
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
        ),
      );
    }
    if (Math.min(...current) > limit) return limit + 1;
    previous = current;
  }
  return Math.min(previous[b.length] ?? 0, limit + 1);
}

/** True where at most two characters differ, or one is missing or extra. */
export function isNearby(a: string, b: string): boolean {
  if (a.length === b.length) return differencesOf(a, b, 3) < 3;
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  if (longer.length - shorter.length > 1) return false;
  let place = 0;
  while (place < shorter.length && shorter.charAt(place) === longer.charAt(place)) place++;
  return shorter.slice(place) === longer.slice(place + 1);
}

/** An enrolled plate that a guard may have in front of them. */
export interface PlateSuggestion {
  plate: string;
  /** Characters that differ. */
  distance: number;
  /** `distance` with look-alike characters counting half: the nearer to the eye. */
  visualDistance: number;
}

/**
 * Enrolled plates that look like the read but are not equal to it, nearest first, for a guard's eyes
 * only. Never opens: neighbours are what the same dealer sold next.
 */
export function suggestPlates(
  read: string,
  enrolled: readonly string[],
  limit = 3,
): PlateSuggestion[] {
  return enrolled
    .map((plate) => ({
      plate,
      distance: editDistance(read, plate, 2),
      visualDistance: visualDistance(read, plate),
    }))
    .filter((suggestion) => suggestion.distance > 0 && suggestion.visualDistance <= 1)
    .sort((a, b) => a.visualDistance - b.visualDistance || (a.plate < b.plate ? -1 : 1))
    .slice(0, limit);
}

/** The suggestion a guard's screen may preselect: the nearest, unless another is as near. */
export function preselectedSuggestion(
  suggestions: readonly PlateSuggestion[],
): PlateSuggestion | undefined {
  const [first, second] = suggestions;
  return first && (!second || second.visualDistance > first.visualDistance) ? first : undefined;
}

function differencesOf(a: string, b: string, limit: number): number {
  let differences = 0;
  for (let place = 0; place < a.length && differences < limit; place++) {
    if (a.charAt(place) !== b.charAt(place)) differences += 1;
  }
  return differences;
}

/** One different look-alike counts half, any other change, insertion or removal one. */
function visualDistance(a: string, b: string): number {
  if (a.length !== b.length) return isNearby(a, b) ? 1 : Number.POSITIVE_INFINITY;
  let distance = 0;
  for (let place = 0; place < a.length; place++) {
    if (a.charAt(place) === b.charAt(place)) continue;
    distance += lookAlike(a.charAt(place), b.charAt(place)) ? 0.5 : 1;
  }
  return distance;
}

function mistakenFor(pairs: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const map = new Map<string, Set<string>>();
  for (const pair of pairs) {
    const [a = "", b = ""] = pair;
    map.set(a, (map.get(a) ?? new Set()).add(b));
    map.set(b, (map.get(b) ?? new Set()).add(a));
  }
  return map;
}
