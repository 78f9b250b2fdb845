import { useTranslation } from "react-i18next";
import { useDesk, useSites, useTimes } from "../app/tenant.tsx";
import { useSession } from "../session/session.tsx";
import { Keycap } from "../ui/Keycap.tsx";
import { runningTime } from "../ui/times.ts";
import { CorrectPlate } from "./CorrectPlate.tsx";
import { holderOf } from "./claims.ts";
import { GateAnswer } from "./GateAnswer.tsx";
import { REPORT_SLACK_MS } from "./gate-progress.ts";
import classes from "./InHandPane.module.css";
import { KnownFacts } from "./KnownFacts.tsx";
import { OpeningFaultNote } from "./OpeningFaultNote.tsx";
import { PlateEvidence } from "./PlateEvidence.tsx";
import { Reasons } from "./Reasons.tsx";
import { RegisterDrawers } from "./RegisterDrawers.tsx";
import type { GuardActions } from "./use-guard-actions.ts";
import { VisitFrame } from "./VisitFrame.tsx";
import { VisitOutcome } from "./VisitOutcome.tsx";
import type { Visit } from "./visits.ts";

/** What the guard is being asked at the moment. */
export type Asking = "open" | "correct" | "visitor" | "enrol" | null;

interface InHandPaneProps {
  visit: Visit;
  isWaiting: boolean;
  mayAct: boolean;
  /** Puts vehicles into the register for good. */
  mayEnrol: boolean;
  actions: GuardActions;
  asking: Asking;
  onAsk(what: Asking): void;
  onTake(): void;
  onRelease(): void;
  onLeave(): void;
  nowMs: number;
}

/** One vehicle, large: what was seen, what is known, and what can be done. */
export function InHandPane(props: InHandPaneProps) {
  const { visit, isWaiting, mayAct, actions, asking, onAsk, nowMs } = props;
  const { t } = useTranslation();
  const { gates } = useSites();
  const { event, command } = visit;
  const gate = gates.find(({ id }) => id === event.gateId);
  const isPendingRefusal = actions.pendingRefusal === event.id;
  const open = (reason: string) => {
    onAsk(null);
    if (!event.gateId) return;
    // After an order whose end nobody saw, the next one is a new decision about the gate, not about the alert.
    const isSpent = command && ["not_confirmed", "unknown", "accepted"].includes(command.status);
    actions.open(event.gateId, isSpent || !isWaiting ? null : event.id, reason);
  };

  return (
    <article className={classes["pane"]} data-testid="in-hand" data-alert-id={event.id}>
      <PaneHead {...props} gateName={gate?.name ?? t("gate.none")} />
      <div className={classes["seen"]}>
        <VisitFrame visit={visit} gateName={gate?.name ?? ""} />
        <div className={classes["answer"]} aria-live="polite">
          {command && <GateAnswer command={command} opened={visit.opened} nowMs={nowMs} />}
          {!command && !isWaiting && <VisitOutcome visit={visit} nowMs={nowMs} />}
          {actions.fault?.of === event.id && <OpeningFaultNote fault={actions.fault} />}
          {isPendingRefusal && (
            <div className={classes["undo"]} role="status">
              {t("refuse.pending")}
              <button type="button" onClick={actions.undoRefusal} data-testid="undo-refusal">
                {t("action.undo")} <Keycap>U</Keycap>
              </button>
            </div>
          )}
        </div>
      </div>
      <div className={classes["evidence"]}>
        {asking === "correct" ? (
          <CorrectPlate visit={visit} onDone={() => onAsk(null)} />
        ) : (
          <PlateEvidence visit={visit} />
        )}
        <KnownFacts visit={visit} nowMs={nowMs} />
      </div>
      {mayAct && (
        <Actions {...props} isPendingRefusal={isPendingRefusal} canOpen={gate !== undefined} />
      )}
      {asking === "open" && (
        <Reasons
          gateName={gate?.name ?? ""}
          plate={visit.plate}
          onChoose={open}
          onClose={() => onAsk(null)}
        />
      )}
      <RegisterDrawers
        visit={visit}
        asking={asking}
        onClose={() => onAsk(null)}
        onOpen={isWaiting && gate ? open : null}
      />
    </article>
  );
}

function PaneHead(props: InHandPaneProps & { gateName: string }) {
  const { visit, isWaiting, gateName, nowMs, onLeave, onRelease } = props;
  const { t } = useTranslation();
  const { user } = useSession();
  const { exact, near } = useTimes();
  const { cameras } = useSites();
  const claims = useDesk("claims");
  const { event } = visit;
  const camera = cameras.find(({ id }) => id === event.cameraId);
  const holder = isWaiting ? holderOf(claims, event.id, nowMs) : null;
  const isMine = holder?.userId === user.id;
  return (
    <header className={classes["head"]}>
      <div className={classes["where"]}>
        <h1>{gateName}</h1>
        {camera && <span>{t(`direction.${camera.direction}`)}</span>}
        {holder && !isMine && (
          <span className={classes["others"]} data-testid="held-by">
            {t("waiting.heldBy", { name: holder.displayName })}
          </span>
        )}
      </div>
      <time
        className={classes["timer"]}
        data-waiting={isWaiting || undefined}
        dateTime={new Date(event.occurredAtMs).toISOString()}
        title={exact(event.occurredAtMs)}
      >
        {isWaiting ? runningTime(nowMs - event.occurredAtMs) : near(event.occurredAtMs, nowMs)}
      </time>
      {isMine && (
        <button type="button" className={classes["back"]} onClick={onRelease} data-testid="release">
          {t("waiting.release")} <Keycap>S</Keycap>
        </button>
      )}
      {!isWaiting && (
        <button type="button" className={classes["back"]} onClick={onLeave}>
          {t("action.back")} <Keycap>Esc</Keycap>
        </button>
      )}
    </header>
  );
}

interface ActionsProps extends InHandPaneProps {
  isPendingRefusal: boolean;
  canOpen: boolean;
}

/** The same ones in the same places, always. */
function Actions(props: ActionsProps) {
  const { visit, isWaiting, actions, onAsk, onTake, isPendingRefusal, canOpen, nowMs } = props;
  const { mayEnrol } = props;
  const { t } = useTranslation();
  const { command } = visit;
  const isSending = actions.sending.has(visit.event.id);
  // An order that ran out without a word must not keep the guard from giving another.
  const isUnderWay =
    command !== null &&
    isWaiting &&
    ["requested", "firing", "accepted"].includes(command.status) &&
    nowMs < command.expiresAtMs + REPORT_SLACK_MS;
  return (
    <footer className={classes["actions"]} data-asking={props.asking ?? undefined}>
      <button
        type="button"
        className={classes["action"]}
        data-tone={isWaiting ? "open" : undefined}
        disabled={!canOpen || isSending || isUnderWay}
        onClick={() => onAsk("open")}
        data-testid="open-button"
      >
        <Keycap>O</Keycap>
        {isSending || isUnderWay
          ? t("open.sending")
          : isWaiting
            ? t("open.action")
            : t("open.again")}
      </button>
      <button
        type="button"
        className={classes["action"]}
        data-tone="refuse"
        disabled={!isWaiting || isPendingRefusal || isUnderWay}
        onClick={() => {
          onTake();
          actions.refuse(visit.event.id);
        }}
        data-testid="refuse-button"
      >
        <Keycap>N</Keycap>
        {t("refuse.action")}
      </button>
      <button
        type="button"
        className={classes["action"]}
        disabled={!isWaiting}
        onClick={() => onAsk("correct")}
        data-testid="correct-button"
      >
        <Keycap>C</Keycap>
        {t("correct.action")}
      </button>
      <button
        type="button"
        className={classes["action"]}
        onClick={() => onAsk("visitor")}
        data-testid="visitor-button"
      >
        <Keycap>V</Keycap>
        {t("visitor.action")}
      </button>
      {mayEnrol && (
        <button
          type="button"
          className={classes["action"]}
          onClick={() => onAsk("enrol")}
          data-testid="enrol-button"
        >
          <Keycap>A</Keycap>
          {t("enrol.action")}
        </button>
      )}
    </footer>
  );
}
