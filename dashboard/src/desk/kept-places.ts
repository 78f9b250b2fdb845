import { useState } from "react";
import type { Visit } from "./visits.ts";

/** The ids to show: what waits, and, while the queue is touched, who has left it in their old places. */
export function keepPlaces(
  shown: readonly string[],
  waiting: readonly string[],
  isTouched: boolean,
): readonly string[] {
  if (!isTouched) return waiting;
  const added = waiting.filter((id) => !shown.includes(id));
  return added.length === 0 ? shown : [...shown, ...added];
}

/** Keeps every card of the queue where it is as long as somebody points at it: nothing moves under the finger. */
export function useKeptPlaces(waiting: readonly Visit[], isTouched: boolean): readonly string[] {
  const [shown, setShown] = useState<readonly string[]>([]);
  const ids = waiting.map(({ event }) => event.id);
  const next = keepPlaces(shown, ids, isTouched);
  const isSame = next.length === shown.length && next.every((id, place) => id === shown[place]);
  if (isSame) return shown;
  setShown(next);
  return next;
}
