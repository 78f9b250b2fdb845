/** Countries and groups of countries whose plates are known; a site names those it expects. */
export type PlateCountry = keyof typeof FORMATS;

/** One layout of plates: which places hold letters and which hold digits. */
export interface PlateFormat {
  country: PlateCountry;
  /** One sign a place: `L` a letter, `N` a digit, `X` either. */
  pattern: string;
  /** The letters in use at `L` places. */
  letters: string;
}

const ALL_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const CONSONANTS = "BCDFGHJKLMNPQRSTVWXYZ";

/**
 * Patterns by country, motorcycles last in each list. Sources: NOM-001-SCT-2-2016 (MX), Resolución
 * MERCOSUR 33/14 (AR, BR, PY, UY), Spain's Orden of 15 September 2000, and the countries' own series.
 * A country's many special series (diplomats, dealers) are left out on purpose: what fits no
 * format passes untouched.
 */
const FORMATS = {
  MX: layouts("ABCDEFGHJKLMNPRSTUVWXYZ", [
    ["LLLNNNL", "LLLNNNN", "LNNLLL", "NNNLLL", "LLNNNNL", "LLNNNNN", "NLLLNN", "LLLNNN"],
    ["LNNLL", "NNLLN", "NNNLLL", "LNNLLL", "LLLNL", "NNLLLN"],
  ]),
  CR: layouts(CONSONANTS, [["LLLNNN", "NNNNNN"]], [["LLNNNNNN", "LLLNNNNNN"]]),
  CO: layouts(ALL_LETTERS, [["LLLNNN"], ["LLLNNL", "LLLNN"]]),
  AR: layouts(ALL_LETTERS, [
    ["LLLNNN", "LLNNNLL"],
    ["NNNLLL", "LNNNLLL"],
  ]),
  BR: layouts(ALL_LETTERS, [["LLLNNNN", "LLLNLNN"]]),
  CL: layouts("BCDFGHJKLPRSTVWXYZ", [["LLLLNN"], ["LLLNN"]], [["LLNNNN"], ["LLNNN"]]),
  PE: layouts(ALL_LETTERS, [
    ["LNLNNN", "LLLNNN"],
    ["NNNNLL", "NNNNNL", "NNNNLN"],
  ]),
  EC: layouts(ALL_LETTERS, [["LLLNNNN", "LLLNNN"], ["LLNNNL"]]),
  UY: layouts(ALL_LETTERS, [["LLLNNNN"], ["LLLNNN"]]),
  PY: layouts(ALL_LETTERS, [
    ["LLLLNNN", "LLLNNN"],
    ["NNNLLLL", "NNNLLL"],
  ]),
  BO: layouts(ALL_LETTERS, [["NNNNLLL", "NNNLLL"]]),
  PA: layouts(ALL_LETTERS, [["LLNNNN", "NNNNNN"]]),
  GT: layouts(ALL_LETTERS, [["LNNNLLL"]]),
  /** Fifty states with as many layouts: nothing is fixed, so nothing is ever repaired. */
  US: layouts(ALL_LETTERS, [["XXXXX", "XXXXXX", "XXXXXXX", "XXXXXXXX"]]),
  ES: layouts("BCDFGHJKLMNPRSTVWXYZ", [["NNNNLLL"]]),
  PT: layouts(ALL_LETTERS, [["LLNNLL", "NNLLNN", "NNNNLL", "LLNNNN"]]),
  EU: layouts(ALL_LETTERS, [
    ["LLNNNLL", "NNNNLLL", "LLNNLL", "LLNNLLL", "LNNNLLL", "LNNLLL", "LLLNNN", "LLLLNNN"],
    ["LLNNNNN", "LLLNNNN", "NLNNNNN", "NLLLNNN", "LLNNNN", "LLNNNL", "LNNNNNN", "LLLNNX"],
    ["LLNNNNLL", "LNNNNLL", "LLLNNNNN", "LLLLNNNN", "NNLLNN", "NNNNLL", "NNNLLL"],
  ]),
} as const satisfies Record<string, readonly { pattern: string; letters: string }[]>;

/** Every country and group that `formatsOf` knows. */
export const PLATE_COUNTRIES = Object.keys(FORMATS) as PlateCountry[];

/** The plate formats of the countries a site expects; none for none, which leaves reads untouched. */
export function formatsOf(countries: readonly PlateCountry[]): PlateFormat[] {
  return countries.flatMap((country) =>
    FORMATS[country].map(({ pattern, letters }) => ({ country, pattern, letters })),
  );
}

/** True where every character of `plate` is of the kind that the format holds at its place. */
export function fitsFormat(plate: string, format: PlateFormat): boolean {
  return (
    plate.length === format.pattern.length &&
    [...plate].every((character, place) => mayStandAt(character, place, format))
  );
}

/** True where `character` may stand at `place` of the format. */
export function mayStandAt(character: string, place: number, format: PlateFormat): boolean {
  const isDigit = character >= "0" && character <= "9";
  switch (format.pattern.charAt(place)) {
    case "N":
      return isDigit;
    case "L":
      return format.letters.includes(character);
    case "X":
      return isDigit || format.letters.includes(character);
    default:
      return false;
  }
}

function layouts(
  letters: string,
  patterns: readonly (readonly string[])[],
  olderPatterns: readonly (readonly string[])[] = [],
): { pattern: string; letters: string }[] {
  const unique = [...new Set(patterns.flat())].map((pattern) => ({ pattern, letters }));
  const older = olderPatterns.flat().map((pattern) => ({ pattern, letters: ALL_LETTERS }));
  return [...unique, ...older];
}
