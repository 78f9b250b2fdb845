/** One layout of plates: which places hold letters and which hold digits. */
export interface PlateFormat {
  /** ISO 3166-1 alpha-2, lower case, or `eu`. */
  country: string;
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
  mx: layouts("ABCDEFGHJKLMNPRSTUVWXYZ", [
    ["LLLNNNL", "LLLNNNN", "LNNLLL", "NNNLLL", "LLNNNNL", "LLNNNNN", "NLLLNN", "LLLNNN"],
    ["LNNLL", "NNLLN", "NNNLLL", "LNNLLL", "LLLNL", "NNLLLN"],
  ]),
  cr: layouts(CONSONANTS, [["LLLNNN", "NNNNNN"]], [["LLNNNNNN", "LLLNNNNNN"]]),
  co: layouts(ALL_LETTERS, [["LLLNNN"], ["LLLNNL", "LLLNN"]]),
  ar: layouts(ALL_LETTERS, [
    ["LLLNNN", "LLNNNLL"],
    ["NNNLLL", "LNNNLLL"],
  ]),
  br: layouts(ALL_LETTERS, [["LLLNNNN", "LLLNLNN"]]),
  cl: layouts("BCDFGHJKLPRSTVWXYZ", [["LLLLNN"], ["LLLNN"]], [["LLNNNN"], ["LLNNN"]]),
  pe: layouts(ALL_LETTERS, [
    ["LNLNNN", "LLLNNN"],
    ["NNNNLL", "NNNNNL", "NNNNLN"],
  ]),
  ec: layouts(ALL_LETTERS, [["LLLNNNN", "LLLNNN"], ["LLNNNL"]]),
  uy: layouts(ALL_LETTERS, [["LLLNNNN"], ["LLLNNN"]]),
  py: layouts(ALL_LETTERS, [
    ["LLLLNNN", "LLLNNN"],
    ["NNNLLLL", "NNNLLL"],
  ]),
  bo: layouts(ALL_LETTERS, [["NNNNLLL", "NNNLLL"]]),
  pa: layouts(ALL_LETTERS, [["LLNNNN", "NNNNNN"]]),
  gt: layouts(ALL_LETTERS, [["LNNNLLL"]]),
  /** The standard series of the fifty states; personal plates fit none, which is no fault of theirs. */
  us: layouts(ALL_LETTERS, [
    ["LLLNNNN", "NLLLNNN", "NLLNNNN", "NNLLNNN", "LLNNNNN", "LNNNNNN", "NNNNNNN", "NNNNLLL"],
    ["NLNNNNN", "NNNNNNL", "LLLNNN", "NNNLLL", "NLLNNN", "LNNLLL", "LLNLNL", "NNLNNN", "NNNLNN"],
    ["LNLNNN", "LLLLNN", "LNNNLL", "LNNNNL", "NNNNLL", "NLLLNN", "NNNLLN", "NNNNNN", "LLNNNN"],
    ["LLLNNL", "LLNNLL", "NNLNLL", "NNNLL", "NNNNL", "NNLLL", "NNNNN"],
  ]),
  es: layouts("BCDFGHJKLMNPRSTVWXYZ", [["NNNNLLL"]]),
  pt: layouts(ALL_LETTERS, [["LLNNLL", "NNLLNN", "NNNNLL", "LLNNNN"]]),
  eu: layouts(ALL_LETTERS, [
    ["LLNNNLL", "NNNNLLL", "LLNNLL", "LLNNLLL", "LNNNLLL", "LNNLLL", "LLLNNN", "LLLLNNN"],
    ["LLNNNNN", "LLLNNNN", "NLNNNNN", "NLLLNNN", "LLNNNN", "LLNNNL", "LNNNNNN", "LLLNNX"],
    ["LLNNNNLL", "LNNNNLL", "LLLNNNNN", "LLLLNNNN", "NNLLNN", "NNNNLL", "NNNLLL"],
  ]),
};

const EU_MEMBERS = new Set(
  "at be bg cy cz de dk ee fi fr gr hr hu ie it lt lu lv mt nl pl ro se si sk".split(" "),
);

/**
 * The plate formats of the countries a site expects (ISO 3166-1 alpha-2, lower case, or `eu`). A
 * country that is not known has none, which leaves its reads untouched.
 */
export function formatsOf(countries: readonly string[]): PlateFormat[] {
  return countries.flatMap((country) => {
    const known: Record<string, readonly Pick<PlateFormat, "pattern" | "letters">[]> = FORMATS;
    const formats = known[country] ?? (EU_MEMBERS.has(country) ? FORMATS.eu : []);
    return formats.map(({ pattern, letters }) => ({ country, pattern, letters }));
  });
}

/** True where every character of `plate` is of the kind that the format holds at its place. */
export function fitsFormat(plate: string, format: PlateFormat): boolean {
  if (plate.length !== format.pattern.length) return false;
  for (let place = 0; place < plate.length; place++) {
    if (!mayStandAt(plate.charAt(place), place, format)) return false;
  }
  return true;
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
