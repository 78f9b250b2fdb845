import { useSyncExternalStore } from "react";

/** A computer's clock is believed unless the server's differs by more than this. */
const TOLERATED_SKEW_MS = 2_000;

const SAMPLES = 10;
const skewsMs: number[] = [];
let offsetMs = 0;
let nowS = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** The server's time in Unix ms, as well as it is known. Every timer on the screen counts from it. */
export function serverNowMs(): number {
  return Date.now() + offsetMs;
}

/** A message that the server has just sent says what time it is there; a slow one makes it look earlier. */
export function learnServerTime(serverMs: number): void {
  skewsMs.push(serverMs - Date.now());
  if (skewsMs.length > SAMPLES) skewsMs.shift();
  const skewMs = Math.max(...skewsMs);
  offsetMs = Math.abs(skewMs) > TOLERATED_SKEW_MS ? skewMs : 0;
}

function tick(): void {
  nowS = Math.floor(serverNowMs() / 1000);
  for (const listener of listeners) listener();
  timer = setTimeout(tick, 1000 - (serverNowMs() % 1000) + 5);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    nowS = Math.floor(serverNowMs() / 1000);
    timer = setTimeout(tick, 1000 - (serverNowMs() % 1000) + 5);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearTimeout(timer);
  };
}

/**
 * The one clock of the screen: everything that shows a running time turns over in the same instant. What changes by
 * time seldom asks for whole multiples of `everyS` seconds and is left alone in between.
 */
export function useNowMs(everyS = 1): number {
  const now = useSyncExternalStore(subscribe, () => {
    const seconds = nowS || Math.floor(serverNowMs() / 1000);
    return seconds - (seconds % everyS);
  });
  return now * 1000;
}
