import { Button, Select, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant, useTimes } from "../app/tenant.tsx";
import { faultWords } from "../ui/fault-words.ts";
import { localInputMs } from "../ui/local-time.ts";
import { Page } from "../ui/Page.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { RecordEntry } from "./RecordEntry.tsx";
import classes from "./RecordPage.module.css";
import { RECORD_TABLES } from "./record-words.ts";
import { useRecordCsv } from "./use-record-csv.ts";

const PAGE = 100;
const DAY_MS = 86_400_000;

/** Who changed, opened, took out or erased what, and when. Nobody can change this. */
export function RecordPage() {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const { timeZone } = useTimes();
  const [table, setTable] = useState<string | null>(null);
  const [actorId, setActorId] = useState<string | null>(null);
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const members = useQuery({
    queryKey: [membership.tenantId, "members"],
    queryFn: ({ signal }) => data.members(signal),
  });
  const dayMs = (day: string) => (day === "" ? undefined : localInputMs(`${day}T00:00`, timeZone));
  const untilMs = dayMs(until);
  const filter = {
    tableName: table ?? undefined,
    actorId: actorId ?? undefined,
    fromMs: dayMs(from),
    // The day that is named is part of it.
    untilMs: untilMs === undefined ? undefined : untilMs + DAY_MS,
  };
  const endsBefore = from !== "" && until !== "" && until < from;
  const record = useInfiniteQuery({
    queryKey: [membership.tenantId, "record", filter],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      data.audit(filter, { beforeId: pageParam, limit: PAGE }, signal),
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.id),
    enabled: !endsBefore,
  });
  const csv = useRecordCsv();
  const entries = record.data?.pages.flat() ?? [];
  return (
    <Page
      title={t("record.title")}
      lead={t("record.lead")}
      actions={
        <Button
          variant="default"
          leftSection={<IconDownload size={17} />}
          loading={csv.isBusy}
          disabled={endsBefore}
          onClick={() => void csv.save(filter)}
          data-testid="record-export"
        >
          {t("record.export")}
        </Button>
      }
      tools={
        <>
          <Select
            label={t("record.what")}
            placeholder={t("record.everything")}
            data={RECORD_TABLES.map((value) => ({ value, label: t(`record.table.${value}`) }))}
            value={table}
            onChange={setTable}
            clearable
            searchable
            w={220}
            data-testid="record-table"
          />
          <Select
            label={t("record.who")}
            placeholder={t("record.anybody")}
            data={(members.data ?? []).map(({ userId, displayName }) => ({
              value: userId,
              label: displayName,
            }))}
            value={actorId}
            onChange={setActorId}
            clearable
            searchable
            w={220}
          />
          <TextInput
            label={t("record.from")}
            type="date"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
            w={165}
          />
          <TextInput
            label={t("record.until")}
            type="date"
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
            error={endsBefore ? t("passes.endsBefore") : null}
            w={165}
          />
        </>
      }
    >
      {csv.error !== null && (
        <p className={classes["fault"]} role="alert">
          {faultWords(csv.error, t)}
        </p>
      )}
      <ScrollRegion className={classes["scroller"]} label={t("record.title")}>
        <ol className={classes["list"]} data-testid="record">
          {entries.map((entry) => (
            <RecordEntry key={entry.id} entry={entry} />
          ))}
        </ol>
        {entries.length === 0 && (
          <p className={classes["none"]}>
            {record.isError
              ? faultWords(record.error, t)
              : record.isPending && !endsBefore
                ? t("table.loading")
                : t("record.none")}
          </p>
        )}
        {record.hasNextPage && (
          <Button
            variant="subtle"
            fullWidth
            loading={record.isFetchingNextPage}
            onClick={() => void record.fetchNextPage()}
          >
            {t("record.older")}
          </Button>
        )}
      </ScrollRegion>
    </Page>
  );
}
