import type { RealtimeEvent } from "@portero/access";
import type { GateCommand } from "@portero/store";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../app/tenant.tsx";
import classes from "./GateAnswer.module.css";
import { gateProgress, PROGRESS_STEPS } from "./gate-progress.ts";
import { freshGateStatus } from "./gate-status.ts";
import { reasonWords } from "./reasons.ts";

interface GateAnswerProps {
  command: GateCommand;
  opened: Extract<RealtimeEvent, { eventType: "gate_opened" }> | null;
  nowMs: number;
}

/** The gate's answer as it comes: asked → accepted → moving → open → closed, and loudly where it does not. */
export function GateAnswer({ command, opened, nowMs }: GateAnswerProps) {
  const { t } = useTranslation();
  const statuses = useDesk("statuses");
  const gate = freshGateStatus(statuses, command.gateId, nowMs);
  const progress = gateProgress(command, gate, opened, nowMs);
  const reached = PROGRESS_STEPS.indexOf(progress.step);
  return (
    <div
      className={classes["answer"]}
      data-trouble={progress.trouble !== null || undefined}
      data-step={progress.step}
      data-testid="gate-answer"
    >
      <div className={classes["who"]}>
        {t("answer.by", {
          name: command.requestedByName,
          reason: reasonWords(command.reason, t),
        })}
      </div>
      {progress.trouble ? (
        <div className={classes["trouble"]} role="alert">
          <IconAlertTriangle size={22} aria-hidden="true" />
          {t(`answer.trouble.${progress.trouble}`)}
        </div>
      ) : progress.isUnseen ? (
        <div className={classes["unseen"]}>
          <IconCheck size={18} aria-hidden="true" /> {t("answer.unseen")}
        </div>
      ) : (
        <ol className={classes["steps"]}>
          {PROGRESS_STEPS.map((step, index) => (
            <li
              key={step}
              data-reached={index <= reached || undefined}
              aria-current={index === reached ? "step" : undefined}
            >
              {t(`answer.step.${step}`)}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
