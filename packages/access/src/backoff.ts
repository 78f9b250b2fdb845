/** How long to wait between attempts at something that keeps failing. */
export interface Backoff {
  /** The wait after the first failure, before jitter. */
  baseMs: number;
  /** No wait is longer than this. At least 1,000 towards a peer, so that a dead one sees at most one request a second. */
  maxMs: number;
}

/**
 * The wait in milliseconds before the next attempt: doubles with each failure up to `maxMs`, then takes
 * a random part between half and all of it, so that many clients of one dead peer do not return together.
 *
 * @param attempt failures in a row before this one, from 0
 * @param random a number in [0, 1), brought by the caller because this package has no source of chance
 */
export function backoffMs(attempt: number, { baseMs, maxMs }: Backoff, random: number): number {
  const ceilingMs = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
  return ceilingMs * (0.5 + random / 2);
}
