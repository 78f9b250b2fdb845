/** Scripts that run from right to left, and the invisible marks that steer direction. */
const STEERS_DIRECTION =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;
const MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const ISOLATE = "\u2068";
const END = "\u2069";

/** A name as part of a sentence: one that runs from right to left, or tries to, turns nothing around it. */
export function isolated(value: unknown): string {
  const text = String(value);
  return STEERS_DIRECTION.test(text) ? `${ISOLATE}${text.replace(MARKS, "")}${END}` : text;
}
