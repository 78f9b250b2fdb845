import type { Visit } from "./visit.ts";

interface TrafficOptions {
  /** The same seed gives the same order and pauses. */
  seed: number;
  /** Who may come; one listed twice comes twice as often. */
  visits: readonly Visit[];
  /** Between one visit and the next. */
  minPauseMs: number;
  maxPauseMs: number;
}

/** The next who comes, and after what pause. */
export type Traffic = () => { visit: Visit; pauseMs: number } | null;

/** Endless random traffic in which everybody comes once before anybody comes again. */
export function createTraffic({ seed, visits, minPauseMs, maxPauseMs }: TrafficOptions): Traffic {
  const random = createRandom(seed);
  let round: Visit[] = [];
  return () => {
    if (round.length === 0) round = shuffled(visits, random);
    const visit = round.pop();
    if (!visit) return null;
    return { visit, pauseMs: minPauseMs + random() * Math.max(0, maxPauseMs - minPauseMs) };
  };
}

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [result[last], result[other]];
    if (a !== undefined && b !== undefined) [result[last], result[other]] = [b, a];
  }
  return result;
}
