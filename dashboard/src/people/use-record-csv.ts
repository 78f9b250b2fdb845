import type { AuditEntry, AuditFilter } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { useTenant, useTimes } from "../app/tenant.tsx";
import { csvOf, download, fileName } from "../ui/csv.ts";
import { dayKey, exactTime } from "../ui/times.ts";
import { changesWords, nameOf, subjectWords } from "./record-words.ts";

const PAGE = 1_000;

/** Gives the record, as it is filtered, as a list for a spreadsheet. */
export function useRecordCsv() {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const { language, timeZone } = useTimes();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const save = async (filter: AuditFilter) => {
    setIsBusy(true);
    setError(null);
    try {
      const entries: AuditEntry[] = [];
      for (;;) {
        const beforeId = entries.at(-1)?.id;
        const page = await data.audit(filter, { beforeId, limit: PAGE });
        entries.push(...page);
        if (page.length < PAGE) break;
      }
      const heads = [
        t("record.when"),
        "UTC",
        t("record.who"),
        t("record.did"),
        t("record.what"),
        t("record.name"),
        t("record.changes"),
      ];
      const rows = entries.map((entry) => [
        exactTime(entry.atMs, language, timeZone),
        new Date(entry.atMs).toISOString(),
        entry.actorName ?? t("record.system"),
        t(`record.action.${entry.action}`),
        subjectWords(entry, t),
        nameOf(entry, t),
        entry.action === "update" ? changesWords(entry, t) : "",
      ]);
      const day = dayKey(serverNowMs(), timeZone);
      download(
        `${fileName(membership.tenantName, t("record.title"), day)}.csv`,
        await csvOf(heads, rows),
      );
    } catch (cause) {
      setError(cause);
    } finally {
      setIsBusy(false);
    }
  };
  return { save, isBusy, error };
}
