import { useTranslation } from "react-i18next";
import { reasonWords } from "./reasons.ts";
import { useStageName } from "./use-stage-name.ts";
import classes from "./VisitOutcome.module.css";
import type { Visit } from "./visits.ts";
import { answerOf } from "./waiting.ts";

/** How a visit ended that nobody at this desk had to answer, and how fast it went. */
export function VisitOutcome({ visit, nowMs }: { visit: Visit; nowMs: number }) {
  const { t } = useTranslation();
  const answer = answerOf(visit, nowMs);
  if (!answer) return null;
  const { timings_ms: timings } = visit.event.payload;
  const tone = { opened: "admitted", refused: "refused", left: "past", unanswered: "past" };
  return (
    <div className={classes["outcome"]} data-tone={tone[answer.kind]} data-testid="visit-outcome">
      <strong>
        {answer.kind === "opened"
          ? answer.isAutomatic
            ? visit.failure && !visit.opened
              ? t(`event.gate_command_failed.${visit.failure.payload.outcome}`, { gate: "" })
              : t("outcome.automatic")
            : t("outcome.openedBy", {
                name: answer.byName ?? "—",
                reason: answer.reason ? reasonWords(answer.reason, t) : "—",
              })
          : answer.kind === "refused"
            ? t("outcome.refused", { name: answer.byName ?? "—" })
            : t(`outcome.${answer.kind}`)}
      </strong>
      <Stages timings={timings} opened={visit.opened?.payload.opened_after_ms} />
    </div>
  );
}

function Stages(props: { timings: Record<string, number>; opened: number | undefined }) {
  const { t } = useTranslation();
  const stageName = useStageName();
  const stages = Object.entries(props.timings);
  if (stages.length === 0) return null;
  return (
    <ul className={classes["stages"]} aria-label={t("outcome.stages")}>
      {stages.map(([stage, ms]) => (
        <li key={stage}>
          {stageName(stage)} <b>{ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms</b>
        </li>
      ))}
      {props.opened !== undefined && (
        <li>
          {stageName("opened")} <b>{Math.round(props.opened)} ms</b>
        </li>
      )}
    </ul>
  );
}
