import { Button } from "@mantine/core";
import { IconCheck, IconRefresh } from "@tabler/icons-react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk, useTenant, useTimes } from "../app/tenant.tsx";
import { Page } from "../ui/Page.tsx";
import { HistoryList } from "./HistoryList.tsx";
import { HistoryTools } from "./HistoryTools.tsx";
import { eventFilterOf, type HistorySearch } from "./history-filter.ts";
import { historyRows } from "./history-rows.ts";

const PAGE = 200;
/** Whoever comes back from an event's page finds the list as it was. */
const KEPT_MS = 60_000;

/** Everything that happened, filtered as one types, further back as one scrolls. */
export function HistoryPage() {
  const { t } = useTranslation();
  const { membership, data, desk } = useTenant();
  const { timeZone } = useTimes();
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

  const newestSeq = useDesk("events").at(-1)?.seq ?? 0;
  const queryKey = [membership.tenantId, "history", filter];
  const history = useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const known = desk.get().events.at(-1)?.seq ?? 0;
      const events = await data.events(filter, { beforeSeq: pageParam, limit: PAGE }, signal);
      return { events, readAtSeq: Math.max(known, events[0]?.seq ?? 0) };
    },
    // What followed is newer than what it followed: the oldest of a page is always one that was looked for.
    getNextPageParam: ({ events }) => (events.length < PAGE ? undefined : events.at(-1)?.seq),
    // What has been read stays as it is under the reader's eye: what is new is offered, not pushed in.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
  });
  const pages = history.data?.pages;
  const rows = useMemo(
    () => historyRows(pages?.map(({ events }) => events) ?? [], group, timeZone),
    [pages, group, timeZone],
  );
  const hasNew = pages?.[0] !== undefined && newestSeq > pages[0].readAtSeq;
  const queries = useQueryClient();
  const readAnew = () => {
    queries.setQueryData<typeof history.data>(queryKey, (read) => ({
      pages: read?.pages.slice(0, 1) ?? [],
      pageParams: read?.pageParams.slice(0, 1) ?? [],
    }));
    void history.refetch();
  };

  const { hasNextPage, isFetching, fetchNextPage, isFetchNextPageError } = history;
  const readFurther = useCallback(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);

  return (
    <Page
      title={t("history.title")}
      lead={t("history.lead")}
      actions={
        <Button
          variant={hasNew ? "light" : "subtle"}
          disabled={!hasNew}
          leftSection={hasNew ? <IconRefresh size={16} /> : <IconCheck size={16} />}
          onClick={readAnew}
          data-testid="history-new"
        >
          {hasNew ? t("history.showNew") : t("history.upToDate")}
        </Button>
      }
      tools={<HistoryTools search={search} onChange={setSearch} />}
    >
      <HistoryList
        // Read anew, it is looked at from its top.
        key={pages?.[0]?.readAtSeq ?? 0}
        rows={rows}
        ifNone={
          history.isError
            ? t("fault.unreachable")
            : history.isPending
              ? t("table.loading")
              : t("history.none")
        }
        onNearEnd={readFurther}
        onRetry={isFetchNextPageError ? () => void fetchNextPage() : null}
      />
    </Page>
  );
}
