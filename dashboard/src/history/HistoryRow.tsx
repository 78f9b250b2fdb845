import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSites, useTenant, useTimes } from "../app/tenant.tsx";
import { ToneIcon, toneOf } from "../desk/tone.tsx";
import { useEventSentence } from "../desk/use-event-sentence.ts";
import { useVisitWords } from "../desk/use-visit-words.ts";
import type { FeedItem } from "../desk/visits.ts";
import { Plate } from "../ui/Plate.tsx";
import classes from "./HistoryPage.module.css";

export function HistoryRow({ item, nowMs }: { item: FeedItem; nowMs: number }) {
  const { t } = useTranslation();
  const { clock, exact } = useTimes();
  const { tenantId } = useTenant().membership;
  const { gates } = useSites();
  const sentence = useEventSentence();
  const visitWords = useVisitWords();
  const event = item.kind === "visit" ? item.visit.event : item.event;
  const gate = gates.find(({ id }) => id === event.gateId);
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
      <time dateTime={new Date(event.occurredAtMs).toISOString()} title={exact(event.occurredAtMs)}>
        {clock(event.occurredAtMs)}
      </time>
      <ToneIcon tone={toneOf(item, nowMs)} />
      <span className={classes["plate"]}>
        {(item.kind === "visit" || plate) && <Plate plate={plate} size="small" />}
      </span>
      <span className={classes["words"]}>
        {item.kind === "visit" ? visitWords(item.visit, nowMs) : sentence(item.event)}
        {event.isLate && <small>{t("event.late")}</small>}
      </span>
      <span className={classes["gate"]}>{gate?.name}</span>
    </Link>
  );
}
