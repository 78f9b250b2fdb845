import { createContext, type ReactNode, use, useMemo } from "react";
import { useNowMs } from "../app/clock.ts";
import { useDesk } from "../app/tenant.tsx";
import { useAlarms } from "./use-alarms.ts";
import { type Story, storyOf, type Visit } from "./visits.ts";
import { waitingVisits } from "./waiting.ts";

interface Watch {
  story: Story;
  /** The longest wait first. */
  waiting: readonly Visit[];
}

const WatchContext = createContext<Watch>({ story: storyOf([], []), waiting: [] });

export function useWatch(): Watch {
  return use(WatchContext);
}

/** Keeps watch over the gates on every page: who looks at the history hears the next vehicle too. */
export function WatchProvider({ children }: { children: ReactNode }) {
  const nowMs = useNowMs();
  const events = useDesk("events");
  const commands = useDesk("commands");
  const story = useMemo(() => storyOf(events, commands.values()), [events, commands]);
  // Waiting ends by time only after minutes: a coarse clock keeps the list's identity.
  const coarseMs = useNowMs(15);
  const waiting = useMemo(() => waitingVisits(story, coarseMs), [story, coarseMs]);
  useAlarms(waiting, nowMs);
  const watch = useMemo(() => ({ story, waiting }), [story, waiting]);
  return <WatchContext value={watch}>{children}</WatchContext>;
}
