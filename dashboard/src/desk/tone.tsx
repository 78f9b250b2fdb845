import { IconAlertTriangle, IconCheck, IconClock, IconMinus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./tone.module.css";
import type { FeedItem } from "./visits.ts";
import { answerOf } from "./waiting.ts";

/** How urgent something is: the same five in the same colours and signs everywhere. */
export type Tone = "waiting" | "admitted" | "refused" | "fault" | "past";

const ICONS = {
  waiting: IconClock,
  admitted: IconCheck,
  refused: IconX,
  fault: IconAlertTriangle,
  past: IconMinus,
} satisfies Record<Tone, unknown>;

const FAULTS: readonly string[] = ["gate_command_failed", "camera_offline", "alert"];

/** The tone in which an entry of the feed is told. */
export function toneOf(item: FeedItem, nowMs: number): Tone {
  if (item.kind === "event") {
    if (FAULTS.includes(item.event.eventType)) return "fault";
    return item.event.eventType === "gate_opened" ? "admitted" : "past";
  }
  const { visit } = item;
  if (visit.failure && !visit.opened) return "fault";
  const answer = answerOf(visit, nowMs);
  if (!answer) return "waiting";
  if (answer.kind === "opened") return "admitted";
  return answer.kind === "refused" ? "refused" : "past";
}

/** The sign of a tone, which never is a colour alone. */
export function ToneIcon({ tone }: { tone: Tone }) {
  const { t } = useTranslation();
  const Icon = ICONS[tone];
  return (
    <span className={classes["icon"]} data-tone={tone}>
      <Icon size={17} stroke={2.2} role="img" aria-label={t(`tone.${tone}`)} />
    </span>
  );
}
