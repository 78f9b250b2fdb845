/** The database's clock, as last measured, carried on by this process's monotonic clock. */
export interface ServerClock {
  /** One exchange: when it was sent and answered (monotonic ms) and what the database said. */
  measured(sentAtMs: number, answeredAtMs: number, serverTimeMs: number): void;
  /** How long until a moment of the database's clock; null while that clock is unknown. */
  remainingMs(serverMoment: number): number | null;
  /** Our wall clock minus the database's; null while unknown. */
  offsetMs(): number | null;
}

/** A slow exchange says little about the clock: its half is the uncertainty. */
const MAX_EXCHANGE_MS = 3000;

export function createServerClock(): ServerClock {
  let serverAtZeroMs: number | null = null;
  return {
    measured(sentAtMs, answeredAtMs, serverTimeMs) {
      if (answeredAtMs - sentAtMs > MAX_EXCHANGE_MS) return;
      serverAtZeroMs = serverTimeMs - (sentAtMs + answeredAtMs) / 2;
    },
    remainingMs: (serverMoment) =>
      serverAtZeroMs === null ? null : serverMoment - (serverAtZeroMs + performance.now()),
    offsetMs: () =>
      serverAtZeroMs === null ? null : Date.now() - (serverAtZeroMs + performance.now()),
  };
}
