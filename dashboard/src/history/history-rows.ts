import type { RealtimeEvent } from "@portero/access";
import { type FeedItem, storyOf } from "../desk/visits.ts";
import { dayKey } from "../ui/times.ts";
import { type Group, isShown } from "./groups.ts";

export type HistoryRowData = { kind: "day"; ms: number } | { kind: "item"; item: FeedItem };

type Page = readonly RealtimeEvent[];

interface PageStory {
  timeZone: string;
  items: readonly { item: FeedItem; ms: number; day: string }[];
  /** Events that are told with another one, and nowhere else. */
  followed: readonly string[];
}

/** A page never changes: however many come after it, its story is put together once, and its lines stay the same. */
const stories = new WeakMap<Page, PageStory>();

function pageStory(page: Page, timeZone: string): PageStory {
  const known = stories.get(page);
  if (known?.timeZone === timeZone) return known;
  const { items } = storyOf(
    [...page].sort((a, b) => a.seq - b.seq),
    [],
  );
  const alone = new Set(items.map(({ id }) => id));
  const story = {
    timeZone,
    items: items.map((item) => {
      const ms = eventOf(item).occurredAtMs;
      return { item, ms, day: dayKey(ms, timeZone) };
    }),
    followed: page.map(({ id }) => id).filter((id) => !alone.has(id)),
  };
  stories.set(page, story);
  return story;
}

const eventOf = (item: FeedItem) => (item.kind === "visit" ? item.visit.event : item.event);

/**
 * The pages of the history, newest first, as lines: each vehicle once with what followed it, each day under its name.
 * A page brings what followed with it, so that one event may be in several; whatever else it has is older than the
 * page before it.
 */
export function historyRows(
  pages: readonly Page[],
  group: Group | null,
  timeZone: string,
): HistoryRowData[] {
  const parts = pages.map((page) => pageStory(page, timeZone));
  const followed = new Set(parts.flatMap((part) => part.followed));
  const rows: HistoryRowData[] = [];
  let lastDay = "";
  for (const { items } of parts) {
    for (const { item, ms, day } of items) {
      if (followed.has(item.id) || !isShown(item, group)) continue;
      if (day !== lastDay) rows.push({ kind: "day", ms });
      lastDay = day;
      rows.push({ kind: "item", item });
    }
  }
  return rows;
}
