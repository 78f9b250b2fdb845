import { IMPORT_COLUMNS, type PlannedLine } from "@portero/access";
import { IconAlertTriangle, IconMinus, IconPencil, IconPlus } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { remPx, useVisibleRows } from "../ui/visible-rows.ts";
import classes from "./ImportPage.module.css";
import { effectWords, refusalWords } from "./import-words.ts";
import type { ShownLines } from "./import-worker.ts";
import type { LinesOf } from "./use-import.ts";

const CHUNK = 200;

/** The lines around those in sight, fetched from the thread chunk by chunk; undefined until they come. */
function useLines(shown: ShownLines, linesOf: LinesOf, firstIndex: number, lastIndex: number) {
  const [chunks, setChunks] = useState<ReadonlyMap<number, PlannedLine[]>>(new Map());
  const asked = useRef(new Set<number>());
  const fetchLines = useRef(linesOf);
  fetchLines.current = linesOf;
  const [first, last] = [Math.floor(firstIndex / CHUNK), Math.floor(lastIndex / CHUNK)];
  useEffect(() => {
    for (let chunk = Math.max(0, first - 1); chunk <= last + 1; chunk++) {
      if (asked.current.has(chunk)) continue;
      asked.current.add(chunk);
      void fetchLines
        .current(shown, chunk * CHUNK, CHUNK)
        .then((lines) => setChunks((known) => new Map(known).set(chunk, lines)));
    }
  }, [shown, first, last]);
  return (index: number) => chunks.get(Math.floor(index / CHUNK))?.[index % CHUNK];
}

/** Every line of the list with what it will do; only those in sight are drawn. */
export function ImportLines(props: { shown: ShownLines; count: number; linesOf: LinesOf }) {
  const { shown, count, linesOf } = props;
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const isNarrow = window.matchMedia("(max-width: 52em)").matches;
  const rowPx = remPx(isNarrow ? 6.75 : 3.75);
  const drawn = useVisibleRows(scroller, count, rowPx);
  const lineAt = useLines(shown, linesOf, drawn[0] ?? 0, drawn.at(-1) ?? 0);
  return (
    <ScrollRegion ref={scroller} className={classes["scroller"]} label={t("import.lines")}>
      <ol className={classes["lines"]} style={{ height: count * rowPx }} data-testid="import-lines">
        {drawn.map((index) => {
          const line = lineAt(index);
          return (
            line && (
              <li
                key={index}
                data-kind={line.kind}
                className={classes["line"]}
                style={{ height: rowPx, transform: `translateY(${index * rowPx}px)` }}
                aria-setsize={count}
                aria-posinset={index + 1}
              >
                <Line line={line} />
              </li>
            )
          );
        })}
      </ol>
    </ScrollRegion>
  );
}

function Line({ line }: { line: PlannedLine }) {
  const { t } = useTranslation();
  const isNew = line.kind === "changes" && line.effects.some(({ kind }) => kind === "add");
  const Icon =
    line.kind === "refused"
      ? IconAlertTriangle
      : line.kind === "unchanged"
        ? IconMinus
        : isNew
          ? IconPlus
          : IconPencil;
  const told =
    line.kind === "refused"
      ? refusalWords(line.refusal, t)
      : line.kind === "unchanged"
        ? t("import.unchanged")
        : line.effects.map((effect) => effectWords(effect, t)).join(" · ");
  const written = IMPORT_COLUMNS.map((column) => line.row[column]).filter(Boolean);
  return (
    <>
      <span className={classes["number"]}>{line.line}</span>
      <Icon size={18} className={classes["icon"]} aria-hidden="true" />
      <div className={classes["told"]}>
        <p>{told}</p>
        <small>
          <bdi>{written.join(" · ")}</bdi>
        </small>
      </div>
    </>
  );
}
