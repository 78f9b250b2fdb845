import { type Log, poll } from "@portero/runtime";
import type { GatewayStore } from "@portero/store";

const EVERY_MS = 3_600_000;

/**
 * Removes pictures when their time is over: rows age in the database by themselves, files only through Storage, with
 * the secret key. Nothing is remembered here.
 */
export function keepPictures(
  store: Pick<GatewayStore, "removeOldPictures">,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  return poll(
    async (stop) => {
      const removed = await store.removeOldPictures(stop);
      if (removed > 0) log.info({ removed }, "pictures whose time is over were removed");
    },
    {
      everyMs: EVERY_MS,
      backoff: { baseMs: 5_000, maxMs: 300_000 },
      signal,
      onFailure: (err, attempt) => {
        if (attempt === 0) log.warn({ err }, "old pictures stay until Storage answers");
      },
    },
  );
}
