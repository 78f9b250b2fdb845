import type { RealtimeEvent } from "@portero/access";
import { type FeedItem, storyOf } from "../desk/visits.ts";
import { dayKey } from "../ui/times.ts";
import { type Group, isShown } from "./groups.ts";

export type HistoryRowData = { kind: "day"; ms: number } | { kind: "item"; item: FeedItem };

type Page = readonly RealtimeEvent[];

interface PageStory {
  items: readonly FeedItem[];
  /** Events that are told with another one, and nowhere else. */
  followed: ReadonlySet<string>;
}

/** A page never changes: however many come after it, its story is put together once, and its lines stay the same. */
const stories = new WeakMap<Page, PageStory>();

function pageStory(page: Page): PageStory {
  let story = stories.get(page);
  if (!story) {
    const { items } = storyOf(
      [...page].sort((a, b) => a.seq - b.seq),
      [],
    );
    const alone = new Set(items.map(({ id }) => id));
    const followed = new Set(page.map(({ id }) => id).filter((id) => !alone.has(id)));
    story = { items, followed };
    stories.set(page, story);
  }
  return story;
}

const eventOf = (item: FeedItem) => (item.kind === "visit" ? item.visit.event : item.event);

/**
 * The pages of the history, newest first, as lines: each vehicle once with what followed it, each day under its name.
 * A page brings what followed with it, so that one event may be in several.
 */
export function historyRows(
  pages: readonly Page[],
  group: Group | null,
  timeZone: string,
): HistoryRowData[] {
  const told = new Set<string>();
  for (const page of pages) for (const id of pageStory(page).followed) told.add(id);
  const items: FeedItem[] = [];
  for (const page of pages) {
    for (const item of pageStory(page).items) {
      if (told.has(item.id)) continue;
      told.add(item.id);
      if (isShown(item, group)) items.push(item);
    }
  }
  items.sort((a, b) => eventOf(b).seq - eventOf(a).seq);
  const rows: HistoryRowData[] = [];
  let lastDay = "";
  for (const item of items) {
    const { occurredAtMs: ms } = eventOf(item);
    const day = dayKey(ms, timeZone);
    if (day !== lastDay) rows.push({ kind: "day", ms });
    lastDay = day;
    rows.push({ kind: "item", item });
  }
  return rows;
}
