import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant, useTimes } from "../app/tenant.tsx";
import { Page } from "../ui/Page.tsx";
import { HistoryList } from "./HistoryList.tsx";
import { HistoryTools } from "./HistoryTools.tsx";
import { eventFilterOf, type HistorySearch } from "./history-filter.ts";
import { historyRows } from "./history-rows.ts";

const PAGE = 200;

/** Everything that happened, filtered as one types, further back as one scrolls. */
export function HistoryPage() {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
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

  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = history;
  const readFurther = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  return (
    <Page
      title={t("history.title")}
      lead={t("history.lead")}
      tools={<HistoryTools search={search} onChange={setSearch} />}
    >
      <HistoryList
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
