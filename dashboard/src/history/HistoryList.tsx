import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { useTimes } from "../app/tenant.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { dayName } from "../ui/times.ts";
import { remPx, useVisibleRows } from "../ui/visible-rows.ts";
import classes from "./HistoryPage.module.css";
import { HistoryRow, useHistoryLine } from "./HistoryRow.tsx";
import type { HistoryRowData } from "./history-rows.ts";

interface HistoryListProps {
  rows: readonly HistoryRowData[];
  /** What stands in place of rows. */
  ifNone: string;
  /** Called while the rows shown are among the last. */
  onNearEnd(): void;
  /** Null while nothing has failed. */
  onRetry: (() => void) | null;
}

/** Rows before the end at which the next page is asked for: it should be there before the eye is. */
const NEAR_END = 60;

/** The lines that are on the screen. It stands apart from the page so that scrolling draws nothing else anew. */
export function HistoryList({ rows, ifNone, onNearEnd, onRetry }: HistoryListProps) {
  const { t } = useTranslation();
  const { timeZone, language } = useTimes();
  // Whether something still waits changes by time alone; a quarter of a minute is soon enough here.
  const nowMs = useNowMs(15);
  const tell = useHistoryLine();
  const scroller = useRef<HTMLElement>(null);
  const rowPx = remPx(3.25);
  const shown = useVisibleRows(scroller, rows.length, rowPx);
  const isNearEnd = (shown.at(-1) ?? 0) >= rows.length - NEAR_END;
  useEffect(() => {
    if (isNearEnd) onNearEnd();
  }, [isNearEnd, onNearEnd]);

  return (
    <ScrollRegion ref={scroller} className={classes["scroller"]} label={t("history.title")}>
      {rows.length === 0 && <p className={classes["none"]}>{ifNone}</p>}
      <ol className={classes["rows"]} style={{ height: rows.length * rowPx }} data-testid="history">
        {shown.map((index) => {
          const row = rows[index];
          return (
            row && (
              <li
                key={index}
                className={classes["place"]}
                style={{ height: rowPx, transform: `translateY(${index * rowPx}px)` }}
              >
                {row.kind === "day" ? (
                  <h2 className={classes["day"]}>{dayName(row.ms, language, timeZone)}</h2>
                ) : (
                  <HistoryRow item={row.item} nowMs={nowMs} tell={tell} />
                )}
              </li>
            )
          );
        })}
      </ol>
      {onRetry && (
        <p className={classes["none"]} role="alert">
          {t("fault.unreachable")}{" "}
          <button type="button" className={classes["again"]} onClick={onRetry}>
            {t("action.retry")}
          </button>
        </p>
      )}
    </ScrollRegion>
  );
}
