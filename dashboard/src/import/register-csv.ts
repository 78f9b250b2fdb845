import { IMPORT_COLUMNS, importRowsOf } from "@portero/access";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { registerQuery, useTenant } from "../app/tenant.tsx";
import { csvOf, download, fileName } from "../ui/csv.ts";
import { dayKey } from "../ui/times.ts";
import { columnWords, refusalWords } from "./import-words.ts";
import type { LinesOf } from "./use-import.ts";

/** Gives the whole register as a list; importing it again changes nothing. */
export function useRegisterCsv(): () => Promise<void> {
  const { t } = useTranslation();
  const tenant = useTenant();
  const queries = useQueryClient();
  return async () => {
    const register = await queries.fetchQuery(registerQuery(tenant));
    const { tenantName, timeZone } = tenant.membership;
    const rows = importRowsOf(register).map((row) => IMPORT_COLUMNS.map((column) => row[column]));
    const heads = IMPORT_COLUMNS.map((column) => columnWords(column, t));
    const day = dayKey(serverNowMs(), timeZone);
    download(
      `${fileName(tenantName, t("import.registerFile"), day)}.csv`,
      await csvOf(heads, rows),
    );
  };
}

/** Gives the refused lines as a list to mend and bring again; its column with the reason is left out then. */
export function useRefusedCsv(linesOf: LinesOf): (count: number) => Promise<void> {
  const { t } = useTranslation();
  const { membership } = useTenant();
  return async (count) => {
    const lines = await linesOf("refused", 0, count);
    const heads = [...IMPORT_COLUMNS.map((column) => columnWords(column, t)), t("import.why")];
    const rows = lines.map((line) => [
      ...IMPORT_COLUMNS.map((column) => line.row[column]),
      line.kind === "refused" ? refusalWords(line.refusal, t) : "",
    ]);
    download(
      `${fileName(membership.tenantName, t("import.refusedFile"))}.csv`,
      await csvOf(heads, rows),
    );
  };
}
