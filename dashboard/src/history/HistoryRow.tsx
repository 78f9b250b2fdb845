import { Link } from "@tanstack/react-router";
import { memo, useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useSites, useTenant, useTimes } from "../app/tenant.tsx";
import { type Tone, ToneIcon, toneOf } from "../desk/tone.tsx";
import { useEventSentence } from "../desk/use-event-sentence.ts";
import { useVisitWords } from "../desk/use-visit-words.ts";
import type { FeedItem } from "../desk/visits.ts";
import { Plate } from "../ui/Plate.tsx";
import { clockTime, exactTime } from "../ui/times.ts";
import classes from "./HistoryPage.module.css";

/** What a line says. */
export interface HistoryLine {
  time: string;
  exactTime: string;
  tone: Tone;
  words: string;
  gateName: string | undefined;
  late: string | null;
}

/** Tells lines in the reader's words. The list asks once for all of its lines: each asking for itself costs more than the line. */
export function useHistoryLine(): (item: FeedItem, nowMs: number) => HistoryLine {
  const { t } = useTranslation();
  const { language, timeZone } = useTimes();
  const { gates } = useSites();
  const sentence = useEventSentence();
  const visitWords = useVisitWords();
  return useCallback(
    (item, nowMs) => {
      const event = item.kind === "visit" ? item.visit.event : item.event;
      return {
        time: clockTime(event.occurredAtMs, language, timeZone),
        exactTime: exactTime(event.occurredAtMs, language, timeZone),
        tone: toneOf(item, nowMs),
        words: item.kind === "visit" ? visitWords(item.visit, nowMs) : sentence(item.event),
        gateName: gates.find(({ id }) => id === event.gateId)?.name,
        late: event.isLate ? t("event.late") : null,
      };
    },
    [t, language, timeZone, gates, sentence, visitWords],
  );
}

interface HistoryRowProps {
  item: FeedItem;
  nowMs: number;
  tell: ReturnType<typeof useHistoryLine>;
}

/** One line; it is drawn anew only when what it tells has changed, not whenever the list moves. */
export const HistoryRow = memo(function HistoryRow({ item, nowMs, tell }: HistoryRowProps) {
  const { tenantId } = useTenant().membership;
  const line = tell(item, nowMs);
  const event = item.kind === "visit" ? item.visit.event : item.event;
  const plate =
    item.kind === "visit"
      ? item.visit.plate
      : item.event.eventType === "gate_opened"
        ? (item.event.payload.plate ?? null)
        : null;
  return (
    <Link
      to="/t/$tenantId/events/$eventId"
      params={{ tenantId, eventId: event.id }}
      className={classes["row"]}
      data-testid="history-row"
      data-event-type={event.eventType}
    >
      <time dateTime={new Date(event.occurredAtMs).toISOString()} title={line.exactTime}>
        {line.time}
      </time>
      <ToneIcon tone={line.tone} />
      <span className={classes["plate"]}>
        {(item.kind === "visit" || plate) && (
          <Plate plate={plate} isErased={"erased" in event.payload} size="small" />
        )}
      </span>
      <span className={classes["words"]}>
        {line.words}
        {line.late && <small>{line.late}</small>}
      </span>
      <span className={classes["gate"]}>{line.gateName}</span>
    </Link>
  );
});
