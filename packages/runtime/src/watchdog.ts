/** What a watchdog guards and whom it tells. */
export interface WatchdogOptions {
  /** Silence longer than this is reported. */
  limitMs: number;
  /** Called once when the silence passes the limit. */
  onSilent: () => void;
  /** Called with the first sign of life after that. */
  onHeard?: () => void;
  signal: AbortSignal;
}

/**
 * Watches a loop that must show life at least every `limitMs` (the first time counts from now) and returns
 * the function with which it does so. Stops for good when the signal aborts; never keeps the process alive.
 */
export function watchdog({ limitMs, onSilent, onHeard, signal }: WatchdogOptions): () => void {
  let isSilent = false;
  const timer = setTimeout(() => {
    isSilent = true;
    onSilent();
  }, limitMs);
  timer.unref();
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  return () => {
    if (signal.aborted) return;
    timer.refresh();
    if (!isSilent) return;
    isSilent = false;
    onHeard?.();
  };
}
