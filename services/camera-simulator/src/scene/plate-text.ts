import { pick, type Random } from "./random.ts";

/** Letters that a country's plates use; a place of a pattern is a letter L or a digit N. */
interface PlateSeries {
  letters: string;
  patterns: readonly string[];
}

const NO_IOQ = "ABCDEFGHJKLMNPRSTUVWXYZ";

/** Current series per country; separators stand where the plate shows a gap or a dash. */
const SERIES: Record<string, PlateSeries> = {
  mx: { letters: NO_IOQ, patterns: ["LLL-NNN-L", "LLL-NN-NN", "LNN-LLL"] },
  br: { letters: NO_IOQ, patterns: ["LLLNLNN", "LLLNLNN", "LLL-NNNN"] },
  ar: { letters: NO_IOQ, patterns: ["LL NNN LL", "LL NNN LL", "LLL NNN"] },
  cl: { letters: "BCDFGHJKLPRSTVWXYZ", patterns: ["LLLL·NN"] },
  co: { letters: NO_IOQ, patterns: ["LLL NNN"] },
  cr: { letters: "BCDFGHJKLMNPQRSTVWXYZ".replace("Q", ""), patterns: ["LLL-NNN"] },
  pe: { letters: NO_IOQ, patterns: ["LLL-NNN"] },
  eu: { letters: NO_IOQ, patterns: ["LL-NNN-LL", "NNNN LLL"] },
  us: { letters: NO_IOQ, patterns: ["LLL NNNN"] },
};

/** A plausible plate of `country` in comparison form, e.g. "ABC1D23". */
export function plateFor(country: string, random: Random): string {
  const series = SERIES[country] ?? (SERIES["us"] as PlateSeries);
  const pattern = pick(series.patterns, random);
  let text = "";
  for (const place of pattern) {
    if (place === "L") text += pick([...series.letters], random);
    else if (place === "N") text += Math.floor(random() * 10);
  }
  return text;
}

/** `plate` in comparison form: capitals and digits alone. */
export function bareOf(plate: string): string {
  return plate.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

/** How the country writes `plate`, e.g. "ABC-12-34"; unknown forms stay as they are. */
export function writtenPlate(country: string, plate: string): string {
  const bare = bareOf(plate);
  const form = bare.replace(/[A-Z]/g, "L").replace(/[0-9]/g, "N");
  const pattern = SERIES[country]?.patterns.find((p) => p.replace(/[^LN]/g, "") === form);
  if (!pattern) return bare;
  let i = 0;
  return [...pattern].map((place) => (place === "L" || place === "N" ? bare[i++] : place)).join("");
}
