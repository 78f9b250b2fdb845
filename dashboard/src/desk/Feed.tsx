import { Link } from "@tanstack/react-router";
import { useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useDesk, useTenant, useTimes } from "../app/tenant.tsx";
import { Plate } from "../ui/Plate.tsx";
import { dayKey } from "../ui/times.ts";
import { remPx, useVisibleRows } from "../ui/visible-rows.ts";
import classes from "./Feed.module.css";
import { ToneIcon, toneOf } from "./tone.tsx";
import { useEventSentence } from "./use-event-sentence.ts";
import { useVisitWords } from "./use-visit-words.ts";
import type { FeedItem } from "./visits.ts";

interface FeedProps {
  items: readonly FeedItem[];
  nowMs: number;
  inHandId: string | null;
  onChoose(id: string): void;
}

/** What has been, newest on top. Reading further down is never disturbed by what arrives. */
export function Feed({ items, nowMs, inHandId, onChoose }: FeedProps) {
  const { t } = useTranslation();
  const { tenantId, timeZone } = useTenant().membership;
  const isLoaded = useDesk("isLoaded");
  const scroller = useRef<HTMLDivElement>(null);
  const rowPx = remPx(3.5);
  const shown = useVisibleRows(scroller, items.length, rowPx);

  const topId = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const added = items.findIndex(({ id }) => id === topId.current);
    topId.current = items[0]?.id;
    const element = scroller.current;
    if (element && added > 0 && element.scrollTop > 0) element.scrollTop += added * rowPx;
  }, [items, rowPx]);

  const today = dayKey(nowMs, timeZone);
  const visitsToday = items.filter(
    (item) => item.kind === "visit" && dayKey(item.visit.event.occurredAtMs, timeZone) === today,
  ).length;
  return (
    <section className={classes["feed"]} aria-label={t("feed.label")}>
      <header className={classes["head"]}>
        <h2>{t("feed.title", { count: visitsToday })}</h2>
        <Link to="/t/$tenantId/history" params={{ tenantId }}>
          {t("feed.all")}
        </Link>
      </header>
      <div ref={scroller} className={classes["scroller"]} data-testid="feed">
        {isLoaded && items.length === 0 && <p className={classes["none"]}>{t("feed.none")}</p>}
        <ol className={classes["rows"]} style={{ height: items.length * rowPx }}>
          {shown.map((index) => {
            const item = items[index];
            return (
              item && (
                <li
                  key={item.id}
                  className={classes["place"]}
                  style={{ height: rowPx, transform: `translateY(${index * rowPx}px)` }}
                  aria-setsize={items.length}
                  aria-posinset={index + 1}
                >
                  <FeedRow
                    item={item}
                    nowMs={nowMs}
                    isInHand={item.id === inHandId}
                    onChoose={onChoose}
                  />
                </li>
              )
            );
          })}
        </ol>
      </div>
    </section>
  );
}

interface FeedRowProps {
  item: FeedItem;
  nowMs: number;
  isInHand: boolean;
  onChoose(id: string): void;
}

function FeedRow({ item, nowMs, isInHand, onChoose }: FeedRowProps) {
  const { t } = useTranslation();
  const { clock, exact } = useTimes();
  const sentence = useEventSentence();
  const visitWords = useVisitWords();
  const tone = toneOf(item, nowMs);
  const event = item.kind === "visit" ? item.visit.event : item.event;
  const content = (
    <>
      <time dateTime={new Date(event.occurredAtMs).toISOString()} title={exact(event.occurredAtMs)}>
        {clock(event.occurredAtMs)}
      </time>
      <ToneIcon tone={tone} />
      <span className={classes["words"]}>
        {item.kind === "visit" ? (
          <>
            <span className={classes["line"]}>
              <Plate plate={item.visit.plate} size="small" />
              {event.isLate && <span className={classes["late"]}>{t("event.late")}</span>}
            </span>
            <span className={classes["text"]}>{visitWords(item.visit, nowMs)}</span>
          </>
        ) : (
          <span className={classes["alone"]}>{sentence(item.event)}</span>
        )}
      </span>
    </>
  );
  const rest = {
    className: classes["row"],
    "data-tone": tone,
    "data-event-id": item.id,
    "data-event-type": event.eventType,
    "data-testid": "feed-row",
  };
  if (item.kind === "event") return <div {...rest}>{content}</div>;
  return (
    <button
      type="button"
      {...rest}
      aria-current={isInHand || undefined}
      onClick={() => onChoose(item.id)}
    >
      {content}
    </button>
  );
}
