import type { RealtimeEvent } from "@portero/access";
import { type FeedItem, storyOf } from "../desk/visits.ts";
import { dayKey } from "../ui/times.ts";
import { type Group, isShown } from "./groups.ts";

export type HistoryRowData = { kind: "day"; ms: number } | { kind: "item"; item: FeedItem };

/**
 * The pages of the history, newest first, as lines: each vehicle once with what followed it, each day under its name.
 * A page brings what followed with it, so that one event may be in several.
 */
export function historyRows(
  pages: readonly (readonly RealtimeEvent[])[],
  group: Group | null,
  timeZone: string,
): HistoryRowData[] {
  const events = new Map<string, RealtimeEvent>();
  for (const page of pages) for (const event of page) events.set(event.id, event);
  const inOrder = [...events.values()].sort((a, b) => a.seq - b.seq);
  const rows: HistoryRowData[] = [];
  let lastDay = "";
  for (const item of storyOf(inOrder, []).items) {
    if (!isShown(item, group)) continue;
    const { occurredAtMs: ms } = item.kind === "visit" ? item.visit.event : item.event;
    const day = dayKey(ms, timeZone);
    if (day !== lastDay) rows.push({ kind: "day", ms });
    lastDay = day;
    rows.push({ kind: "item", item });
  }
  return rows;
}
