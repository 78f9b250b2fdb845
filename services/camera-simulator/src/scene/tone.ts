const STEPS = 4096;
const LIMIT = 8;
let table: Float64Array | undefined;

/** Display value 0–255 of linear light: a film-like curve, then sRGB. */
export function toneOf(light: number): number {
  if (!table) {
    table = new Float64Array(STEPS + 1);
    for (let i = 0; i <= STEPS; i++) {
      const x = (i / STEPS) ** 2 * LIMIT;
      const film = Math.min(1, (x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14));
      table[i] = 255 * (film <= 0.0031308 ? film * 12.92 : 1.055 * film ** (1 / 2.4) - 0.055);
    }
  }
  const at = Math.sqrt(Math.max(0, light) / LIMIT) * STEPS;
  if (at >= STEPS) return table[STEPS] as number;
  const low = at | 0;
  const a = table[low] as number;
  return a + ((table[low + 1] as number) - a) * (at - low);
}
