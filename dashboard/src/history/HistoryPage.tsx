import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { useTenant, useTimes } from "../app/tenant.tsx";
import { Page } from "../ui/Page.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { dayName } from "../ui/times.ts";
import classes from "./HistoryPage.module.css";
import { HistoryRow } from "./HistoryRow.tsx";
import { HistoryTools } from "./HistoryTools.tsx";
import { eventFilterOf, type HistorySearch } from "./history-filter.ts";
import { historyRows } from "./history-rows.ts";

const PAGE = 200;

/** Everything that happened, filtered as one types, further back as one scrolls. */
export function HistoryPage() {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const { timeZone, language } = useTimes();
  const navigate = useNavigate();
  // A page stays on the screen for a moment after its address is gone, while the next one loads: then there is nothing to read.
  const addressed = useSearch({ from: "/t/$tenantId/history", shouldThrow: false });
  const [search, setSearch] = useState<HistorySearch>(addressed ?? {});
  const group = search.group ?? null;
  // The list may follow a moment after the letters, so that typing never waits for it.
  const filter = eventFilterOf(useDeferredValue(search), timeZone);

  useEffect(() => {
    const params = { tenantId: membership.tenantId };
    void navigate({ to: "/t/$tenantId/history", params, search, replace: true });
  }, [navigate, membership.tenantId, search]);

  const history = useInfiniteQuery({
    queryKey: [membership.tenantId, "history", filter],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      data.events(filter, { beforeSeq: pageParam, limit: PAGE }, signal),
    // What followed is newer than what it followed: the oldest of a page is always one that was looked for.
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.seq),
    staleTime: 5_000,
  });
  const rows = useMemo(
    () => historyRows(history.data?.pages ?? [], group, timeZone),
    [history.data, group, timeZone],
  );

  const scroller = useRef<HTMLElement>(null);
  const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === "day" ? 2.5 : 3.25) * remPx,
    overscan: 8,
  });
  const lastShown = list.getVirtualItems().at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = history;
  useEffect(() => {
    if (isFetchNextPageError) return;
    if (hasNextPage && !isFetchingNextPage && lastShown >= rows.length - 60) void fetchNextPage();
  }, [
    hasNextPage,
    isFetchingNextPage,
    isFetchNextPageError,
    fetchNextPage,
    lastShown,
    rows.length,
  ]);

  return (
    <Page
      title={t("history.title")}
      lead={t("history.lead")}
      tools={<HistoryTools search={search} onChange={setSearch} />}
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
                    <TimedRow item={row.item} />
                  )}
                </li>
              )
            );
          })}
        </ol>
        {isFetchNextPageError && (
          <p className={classes["none"]} role="alert">
            {t("fault.unreachable")}{" "}
            <button type="button" className={classes["again"]} onClick={() => void fetchNextPage()}>
              {t("action.retry")}
            </button>
          </p>
        )}
      </ScrollRegion>
    </Page>
  );
}

/** Whether something still waits changes by time alone; a quarter of a minute is soon enough here. */
function TimedRow({ item }: Pick<Parameters<typeof HistoryRow>[0], "item">) {
  const coarseMs = Math.floor(useNowMs() / 15_000) * 15_000;
  return <HistoryRow item={item} nowMs={coarseMs} />;
}
