import { setTimeout as sleep } from "node:timers/promises";

/** Asks until the answer is there (neither null, undefined nor false), or throws after `timeoutMs` with the last one. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = 15_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) {
      return answer as NonNullable<Exclude<T, false>>;
    }
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(20);
  }
}
