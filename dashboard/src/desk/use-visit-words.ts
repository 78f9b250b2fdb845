import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { reasonWords } from "./reasons.ts";
import { useEventSentence } from "./use-event-sentence.ts";
import type { Visit } from "./visits.ts";
import { answerOf, isAlert } from "./waiting.ts";

/** Who or what it was, and how it ended. */
export function useVisitWords(): (visit: Visit, nowMs: number) => string {
  const { t } = useTranslation();
  const sentence = useEventSentence();
  const words = (visit: Visit, nowMs: number): string => {
    const answer = answerOf(visit, nowMs);
    const { failure, opened, event } = visit;
    if (failure && !opened) return sentence(failure);
    if (!isAlert(visit)) return sentence(event);
    switch (answer?.kind) {
      case undefined:
        return t("feed.waiting", { what: sentence(event) });
      case "opened":
        return answer.isAutomatic
          ? t("outcome.automatic")
          : t("outcome.openedBy", {
              name: answer.byName ?? "—",
              reason: answer.reason ? reasonWords(answer.reason, t) : "—",
            });
      case "refused":
        return t("outcome.refused", { name: answer.byName ?? "—" });
      case "left":
      case "unanswered":
        return `${sentence(event)} · ${t(`outcome.${answer.kind}`)}`;
    }
  };
  // The same function while what it tells from is the same, so that lists may keep their lines.
  return useCallback(words, [t, sentence]);
}
