import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ScrollRegion } from "./ScrollRegion.tsx";
import classes from "./Table.module.css";

export interface Column<T> {
  key: string;
  title: string;
  cell: (row: T) => ReactNode;
  /** On a phone only the first column and those with this stay beside it. */
  isMain?: boolean;
  width?: string;
}

interface TableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
  onOpen?: ((row: T) => void) | undefined;
  openedId?: string | null | undefined;
  /** Rows that can be ticked, to change many at once. */
  selection?: Selection<T> | undefined;
  /** Shown where there is no row: why, and what to do. */
  empty: ReactNode;
  "data-testid"?: string;
}

interface Selection<T> {
  ids: ReadonlySet<string>;
  onChange(ids: ReadonlySet<string>): void;
  /** What the tick of a row is called. */
  labelOf(row: T): string;
  allLabel: string;
}

const STEP = 150;

/** Rows that open by a press anywhere on them; the first cell carries the button for keyboard and screen reader. */
export function Table<T>(props: TableProps<T>) {
  const { label, columns, rows, idOf, onOpen, openedId, selection, empty, ...rest } = props;
  const { t } = useTranslation();
  const [limit, setLimit] = useState(STEP);
  if (rows.length === 0) return <div className={classes["empty"]}>{empty}</div>;
  return (
    <ScrollRegion className={classes["scroller"]} label={label}>
      <table className={classes["table"]} {...rest}>
        <thead>
          <tr>
            {selection && (
              <th scope="col" className={classes["tick"]} data-main>
                <input
                  type="checkbox"
                  aria-label={selection.allLabel}
                  checked={rows.every((row) => selection.ids.has(idOf(row)))}
                  onChange={(event) =>
                    selection.onChange(new Set(event.currentTarget.checked ? rows.map(idOf) : []))
                  }
                  data-testid="tick-all"
                />
              </th>
            )}
            {columns.map(({ key, title, width, isMain }, index) => (
              <th
                key={key}
                scope="col"
                style={{ width }}
                data-main={index === 0 || isMain || undefined}
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, limit).map((row) => {
            const id = idOf(row);
            return (
              <tr
                key={id}
                data-openable={onOpen !== undefined || undefined}
                data-opened={id === openedId || undefined}
                onClick={onOpen && (() => onOpen(row))}
              >
                {selection && (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: a press beside the tick must not open the row.
                  <td
                    className={classes["tick"]}
                    data-main
                    onClick={(event) => event.stopPropagation()}
                  >
                    <input
                      type="checkbox"
                      aria-label={selection.labelOf(row)}
                      checked={selection.ids.has(id)}
                      onChange={(event) => {
                        const ids = new Set(selection.ids);
                        if (event.currentTarget.checked) ids.add(id);
                        else ids.delete(id);
                        selection.onChange(ids);
                      }}
                      data-testid="tick"
                    />
                  </td>
                )}
                {columns.map(({ key, cell, isMain }, index) => (
                  <td key={key} data-main={index === 0 || isMain || undefined}>
                    {index === 0 && onOpen ? (
                      <button
                        type="button"
                        className={classes["open"]}
                        onClick={(event) => {
                          event.stopPropagation();
                          onOpen(row);
                        }}
                      >
                        {cell(row)}
                      </button>
                    ) : (
                      cell(row)
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length > limit && (
        <button type="button" className={classes["more"]} onClick={() => setLimit(limit + STEP)}>
          {t("table.more", { count: rows.length - limit })}
        </button>
      )}
    </ScrollRegion>
  );
}
