import { useEffect, useState } from "react";
import { useTenant } from "../app/tenant.tsx";
import { useClaim } from "./use-claim.ts";
import type { Visit } from "./visits.ts";
import { answerOf } from "./waiting.ts";

/** An answered vehicle stays in hand this long, so that the guard sees the barrier move and nothing jumps. */
const LINGER_MS = 6_000;

export interface InHand {
  /** The id of the visit in the middle column; null shows the quiet desk. */
  id: string | null;
  choose(id: string | null): void;
  /** Along the waiting ones: 1 the next, -1 the one before. */
  move(step: 1 | -1): void;
  /** This guard deals with it: the others see so. */
  take(): void;
  /** Somebody else may deal with it. */
  release(): void;
  /** The one that this guard has taken. */
  takenId: string | null;
}

interface InHandOptions {
  visits: ReadonlyMap<string, Visit>;
  waiting: readonly Visit[];
  nowMs: number;
  mayAct: boolean;
  /** The guard is being asked something about the one in hand: it stays until they are done. */
  isAsking: boolean;
}

/** The place of the next or the one before in the queue, also of one that has just left it. */
export function neighbourOf(
  waiting: readonly Visit[],
  visit: Visit | undefined,
  step: 1 | -1,
): number {
  const seq = visit?.event.seq ?? 0;
  const later = waiting.findIndex(({ event }) => event.seq > seq);
  const end = later === -1 ? waiting.length : later;
  const isThere = visit !== undefined && waiting.includes(visit);
  const place = step === 1 ? end : end - (isThere ? 2 : 1);
  return Math.min(waiting.length - 1, Math.max(0, place));
}

/**
 * Which vehicle is in the middle. It changes by the guard's choice, or by itself once the one in hand has been
 * answered for a while; never because another one arrived.
 */
export function useInHand(options: InHandOptions): InHand {
  const { visits, waiting, nowMs, mayAct, isAsking } = options;
  const { desk } = useTenant();
  const [id, setId] = useState<string | null>(null);
  const [isChosen, setIsChosen] = useState(false);
  const [takenId, setTakenId] = useState<string | null>(null);
  const [answeredAtMs, setAnsweredAtMs] = useState<number | null>(null);

  const visit = id === null ? undefined : visits.get(id);
  const isWaiting = visit !== undefined && waiting.includes(visit);
  const isAnswered = visit !== undefined && !isWaiting && answerOf(visit, nowMs) !== null;
  const first = waiting[0]?.event.id ?? null;

  useEffect(() => {
    if (id === null) {
      if (first !== null) setId(first);
      return;
    }
    if (isWaiting || isAsking) return setAnsweredAtMs(null);
    // A past visit that the guard looks up stays until they turn away.
    if (isChosen && answeredAtMs === null && takenId !== id) return;
    if (isAnswered && answeredAtMs === null) return setAnsweredAtMs(nowMs);
    if (answeredAtMs !== null && nowMs - answeredAtMs >= LINGER_MS) {
      setId(first);
      setIsChosen(false);
      setAnsweredAtMs(null);
    }
  }, [id, first, isWaiting, isAsking, isAnswered, isChosen, takenId, answeredAtMs, nowMs]);

  const inHandId = isWaiting && takenId === id ? id : null;
  useEffect(() => desk.setInHand(inHandId), [desk, inHandId]);

  const isTakenWaiting = waiting.some(({ event }) => event.id === takenId);
  useClaim(takenId, isTakenWaiting, nowMs);

  const takeId = (taken: string) => {
    if (mayAct) setTakenId(taken);
  };

  return {
    id,
    choose(next) {
      setId(next ?? first);
      setIsChosen(next !== null);
      setAnsweredAtMs(null);
      if (next !== null && waiting.some(({ event }) => event.id === next)) takeId(next);
    },
    move(step) {
      if (waiting.length === 0) return;
      const next = waiting[neighbourOf(waiting, visit, step)];
      if (!next) return;
      setId(next.event.id);
      setIsChosen(true);
      setAnsweredAtMs(null);
      takeId(next.event.id);
    },
    take() {
      if (id !== null && isWaiting && takenId !== id) takeId(id);
    },
    release: () => setTakenId(null),
    takenId,
  };
}
