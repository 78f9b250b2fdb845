import { type Log, poll } from "@portero/runtime";
import type { GatewayStore } from "@portero/store";

/** The shortest stage is thirty seconds; a second of delay is not heard. */
const EVERY_MS = 1_000;

/**
 * Keeps asking the database to tell again what waits too long: with no screen open, and however often this process
 * was started. Nothing is remembered here, so several may run side by side.
 */
export function keepAttention(
  store: Pick<GatewayStore, "escalateAlerts">,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  return poll(
    async (stop) => {
      const told = await store.escalateAlerts(stop);
      if (told > 0) log.info({ told }, "alerts that nobody took were told again");
    },
    {
      everyMs: EVERY_MS,
      backoff: { baseMs: 1_000, maxMs: 10_000 },
      signal,
      onFailure: (err, attempt) => {
        if (attempt === 0)
          log.warn({ err }, "the database does not answer; alerts do not escalate");
      },
    },
  );
}
