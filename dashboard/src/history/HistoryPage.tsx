import { Select, TextInput } from "@mantine/core";
import type { EventFilter } from "@portero/store";
import { IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { useSites, useTenant, useTimes } from "../app/tenant.tsx";
import type { FeedItem } from "../desk/visits.ts";
import { storyOf } from "../desk/visits.ts";
import { localInputMs } from "../ui/local-time.ts";
import { Page } from "../ui/Page.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { dayKey, dayName } from "../ui/times.ts";
import { fieldPlate } from "./field-plate.ts";
import { GROUPS, type Group, isShown } from "./groups.ts";
import classes from "./HistoryPage.module.css";
import { HistoryRow } from "./HistoryRow.tsx";

const PAGE = 200;
type Row = { kind: "day"; ms: number } | { kind: "item"; item: FeedItem };

/** When the day after begins: not always 24 hours later. */
function nextDayMs(day: string, timeZone: string): number {
  const next = new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return localInputMs(`${next}T00:00`, timeZone);
}

/** Everything that happened, filtered as one types, further back as one scrolls. */
export function HistoryPage() {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const { timeZone, language } = useTimes();
  const { gates } = useSites();
  const nowMs = useNowMs();
  const [group, setGroup] = useState<Group | null>(null);
  const [gateId, setGateId] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const [day, setDay] = useState("");
  const plate = fieldPlate(useDeferredValue(typed));
  const dayMs = day === "" ? undefined : localInputMs(`${day}T00:00`, timeZone);

  const filter: EventFilter = {
    ...(group && { eventTypes: GROUPS[group].fetched }),
    ...(gateId && { gateId }),
    ...(plate && { plate }),
    ...(dayMs !== undefined && { fromMs: dayMs, untilMs: nextDayMs(day, timeZone) }),
  };
  const history = useInfiniteQuery({
    queryKey: [membership.tenantId, "history", filter],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      data.events(filter, { beforeSeq: pageParam, limit: PAGE }, signal),
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.seq),
    staleTime: 5_000,
  });

  const rows = useMemo(() => {
    const events = (history.data?.pages ?? []).flat().reverse();
    const found: Row[] = [];
    let lastDay = "";
    for (const item of storyOf(events, []).items) {
      if (!isShown(item, group)) continue;
      const { occurredAtMs: ms } = item.kind === "visit" ? item.visit.event : item.event;
      const key = dayKey(ms, timeZone);
      if (key !== lastDay) found.push({ kind: "day", ms });
      lastDay = key;
      found.push({ kind: "item", item });
    }
    return found;
  }, [history.data, group, timeZone]);

  // The desk's search key leads here.
  const searchField = useRef<HTMLInputElement>(null);
  useEffect(() => searchField.current?.focus(), []);

  const scroller = useRef<HTMLElement>(null);
  const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === "day" ? 2.5 : 3.25) * remPx,
    overscan: 10,
  });
  const lastShown = list.getVirtualItems().at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = history;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= rows.length - 30) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastShown, rows.length]);

  return (
    <Page
      title={t("history.title")}
      lead={t("history.lead")}
      tools={
        <>
          <TextInput
            aria-label={t("history.plate")}
            placeholder={t("history.plate")}
            leftSection={<IconSearch size={18} />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-testid="search"
            ref={searchField}
            w={210}
          />
          <Select
            aria-label={t("history.what")}
            placeholder={t("history.everything")}
            data={(Object.keys(GROUPS) as Group[]).map((value) => ({
              value,
              label: t(`history.group.${value}`),
            }))}
            value={group}
            onChange={(value) => setGroup(value as Group | null)}
            clearable
            w={210}
          />
          <Select
            aria-label={t("history.gate")}
            placeholder={t("history.allGates")}
            data={gates.map(({ id, name }) => ({ value: id, label: name }))}
            value={gateId}
            onChange={setGateId}
            clearable
            w={190}
          />
          <TextInput
            aria-label={t("history.day")}
            type="date"
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
            w={170}
          />
        </>
      }
    >
      <ScrollRegion ref={scroller} className={classes["scroller"]} label={t("history.title")}>
        {rows.length === 0 && (
          <p className={classes["none"]}>
            {history.isError
              ? t("fault.unreachable")
              : history.isPending
                ? t("table.loading")
                : t("history.none")}
          </p>
        )}
        <ol
          className={classes["rows"]}
          style={{ height: list.getTotalSize() }}
          data-testid="history"
        >
          {list.getVirtualItems().map(({ index, start, size, key }) => {
            const row = rows[index];
            return (
              row && (
                <li
                  key={key}
                  className={classes["place"]}
                  style={{ height: size, transform: `translateY(${start}px)` }}
                >
                  {row.kind === "day" ? (
                    <h2 className={classes["day"]}>{dayName(row.ms, language, timeZone)}</h2>
                  ) : (
                    <HistoryRow item={row.item} nowMs={nowMs} />
                  )}
                </li>
              )
            );
          })}
        </ol>
      </ScrollRegion>
    </Page>
  );
}
