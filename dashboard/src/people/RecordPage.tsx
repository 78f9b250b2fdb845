import { Button, Select } from "@mantine/core";
import type { AuditEntry } from "@portero/store";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant, useTimes } from "../app/tenant.tsx";
import { reasonWords } from "../desk/reasons.ts";
import { Page } from "../ui/Page.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { exactTime } from "../ui/times.ts";
import { changedFields } from "./changed-fields.ts";
import classes from "./RecordPage.module.css";

const TABLES = [
  "gate_commands",
  "vehicles",
  "residents",
  "units",
  "visitor_passes",
  "deny_list",
  "user_tenants",
  "gates",
  "cameras",
  "camera_credentials",
  "sites",
  "invitations",
  "tenants",
] as const;
const PAGE = 100;

/** Who changed or opened what, and when. Nobody can change this. */
export function RecordPage() {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const [table, setTable] = useState<string | null>(null);
  const record = useInfiniteQuery({
    queryKey: [membership.tenantId, "record", table],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      data.audit({ beforeId: pageParam, limit: PAGE, tableName: table ?? undefined }, signal),
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.id),
  });
  const entries = record.data?.pages.flat() ?? [];
  return (
    <Page
      title={t("record.title")}
      lead={t("record.lead")}
      tools={
        <Select
          aria-label={t("record.filter")}
          placeholder={t("record.everything")}
          data={TABLES.map((value) => ({ value, label: t(`record.table.${value}`) }))}
          value={table}
          onChange={setTable}
          clearable
          w={260}
        />
      }
    >
      <ScrollRegion className={classes["scroller"]} label={t("record.title")}>
        <ol className={classes["list"]} data-testid="record">
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ol>
        {entries.length === 0 && (
          <p className={classes["none"]}>
            {record.isError
              ? t("fault.unreachable")
              : record.isPending
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

function Entry({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const { language, timeZone } = useTimes();
  const table = TABLES.find((name) => name === entry.tableName);
  const row = entry.after ?? entry.before ?? {};
  const name = ["plate", "name", "full_name", "visitor_name", "display_name", "reason"]
    .map((key) => row[key])
    .find((value): value is string => typeof value === "string");
  const fields = changedFields(entry);
  return (
    <li className={classes["entry"]} data-action={entry.action}>
      <time dateTime={new Date(entry.atMs).toISOString()}>
        {exactTime(entry.atMs, language, timeZone)}
      </time>
      <div className={classes["what"]}>
        <p>
          <strong>{entry.actorName ?? t("record.system")}</strong>{" "}
          {t(`record.action.${entry.action}`)}{" "}
          {table ? t(`record.table.${table}`) : entry.tableName}
          {name !== undefined && <strong> {reasonWords(name, t)}</strong>}
        </p>
        {entry.action === "update" && fields.length > 0 && (
          <dl className={classes["fields"]}>
            {fields.map(({ field, before, after }) => (
              <Fragment key={field}>
                <dt>{field}</dt>
                <dd>
                  <del>{before}</del> → <ins>{after}</ins>
                </dd>
              </Fragment>
            ))}
          </dl>
        )}
      </div>
    </li>
  );
}
