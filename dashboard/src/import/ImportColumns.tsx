import { Select } from "@mantine/core";
import { IMPORT_COLUMNS, type ImportColumn } from "@portero/access";
import { useTranslation } from "react-i18next";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import classes from "./ImportPage.module.css";
import { columnWords } from "./import-words.ts";
import type { ReadSummary } from "./import-worker.ts";

/** What each column of the list holds, as it was guessed, over its first lines; whoever brought it knows better. */
export function ImportColumns(props: {
  read: ReadSummary;
  isBusy: boolean;
  onChange(columns: ReadSummary["columns"]): void;
}) {
  const { read, isBusy, onChange } = props;
  const { columns, sample, hasHead } = read;
  const { t } = useTranslation();
  const choose = (at: number, column: ImportColumn | null) =>
    onChange(
      columns.map((known, other) =>
        other === at ? column : known === column && column !== null ? null : known,
      ),
    );
  return (
    <ScrollRegion className={classes["columns"]} label={t("import.columns")}>
      <table>
        <thead>
          <tr>
            {columns.map((column, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place.
              <th key={at} scope="col">
                <Select
                  size="xs"
                  aria-label={t("import.columnNumber", { number: at + 1 })}
                  placeholder={t("import.leaveOut")}
                  data={IMPORT_COLUMNS.map((value) => ({ value, label: columnWords(value, t) }))}
                  value={column}
                  onChange={(value) => choose(at, value as ImportColumn | null)}
                  disabled={isBusy}
                  clearable
                  comboboxProps={{ withinPortal: true }}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sample.map((line, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place.
            <tr key={row} data-head={(row === 0 && hasHead) || undefined}>
              {columns.map((_, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place.
                <td key={at}>
                  <bdi>{line[at]}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
