import type { Gate, GateStatus } from "@portero/store";
import { IconLock, IconLockOpen } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { lazyPart } from "../app/part.ts";
import { useDesk, useSites, useTimes } from "../app/tenant.tsx";
import { GateAnswer } from "./GateAnswer.tsx";
import { GateArm } from "./GateArm.tsx";
import classes from "./Gates.module.css";
import { freshGateStatus } from "./gate-status.ts";
import { OpeningFaultNote } from "./OpeningFaultNote.tsx";
import { Reasons } from "./Reasons.tsx";
import type { GuardActions } from "./use-guard-actions.ts";
import type { EventOf } from "./visits.ts";

const GateModeDialog = lazyPart(() => import("./GateModeDialog.tsx"), "GateModeDialog");

interface GatesProps {
  actions: GuardActions;
  mayAct: boolean;
  nowMs: number;
}

/** Each gate as it is now, and the way to open it without a vehicle in hand: always with a reason. */
export function Gates({ actions, mayAct, nowMs }: GatesProps) {
  const { t } = useTranslation();
  const { gates } = useSites();
  return (
    <section className={classes["gates"]} aria-label={t("gate.label")}>
      <h2>{t("gate.title")}</h2>
      {gates.length === 0 && <p className={classes["none"]}>{t("gate.noneYet")}</p>}
      <ul>
        {gates.map((gate) => (
          <GateRow key={gate.id} gate={gate} actions={actions} mayAct={mayAct} nowMs={nowMs} />
        ))}
      </ul>
    </section>
  );
}

/** An opening without a vehicle stays on its gate's row this long. */
const SHOWN_MS = 20_000;

function GateRow({ gate, actions, mayAct, nowMs }: GatesProps & { gate: Gate }) {
  const { t } = useTranslation();
  const { near, exact } = useTimes();
  const statuses = useDesk("statuses");
  const commands = useDesk("commands");
  const events = useDesk("events");
  const [isAsking, setIsAsking] = useState(false);
  const [isChangingMode, setIsChangingMode] = useState(false);
  const modeChange = events.findLast(
    (event): event is EventOf<"gate_mode_changed"> =>
      event.eventType === "gate_mode_changed" && event.gateId === gate.id,
  );
  // The event is here before the list of gates is read again.
  const mode = (modeChange?.payload.mode as Gate["mode"] | undefined) ?? gate.mode;
  const isLocked = mode === "lockdown";
  const lockLabel = isLocked
    ? t("gate.release", { gate: gate.name })
    : t("gate.lock", { gate: gate.name });
  const status: GateStatus | undefined = freshGateStatus(statuses, gate.id, nowMs);
  const state = status?.state ?? "unknown";
  const sinceMs = status?.since ? Date.parse(status.since) : null;
  const recent = [...commands.values()].findLast(
    ({ gateId, alertEventId, requestedAtMs }) =>
      gateId === gate.id && alertEventId === null && nowMs - requestedAtMs < SHOWN_MS,
  );
  const opened = events.findLast(
    (event) => event.eventType === "gate_opened" && event.payload.command_id === recent?.id,
  );
  return (
    <li className={classes["gate"]} data-testid="gate-row" data-gate-id={gate.id}>
      <div className={classes["row"]} data-state={state}>
        <GateArm state={state} />
        <div className={classes["words"]}>
          <span className={classes["name"]}>
            {gate.name}
            {mode !== "normal" && (
              <span
                className={classes["mode"]}
                data-mode={mode}
                title={modeChange?.payload.reason}
                data-testid="gate-mode"
              >
                {t(`gate.mode.${mode}`)}
              </span>
            )}
          </span>
          <span
            className={classes["state"]}
            data-testid="gate-state"
            data-state={state}
            title={sinceMs === null ? undefined : exact(sinceMs)}
          >
            {t(`gate.state.${state}`)}
            {sinceMs !== null && state !== "unknown" && (
              <span className={classes["since"]}> · {near(sinceMs, nowMs)}</span>
            )}
          </span>
        </div>
        {mayAct && (
          <button
            type="button"
            className={classes["lock"]}
            aria-label={lockLabel}
            title={lockLabel}
            onClick={() => setIsChangingMode(true)}
            data-testid="gate-lock"
          >
            {isLocked ? (
              <IconLockOpen size={18} stroke={1.7} aria-hidden="true" />
            ) : (
              <IconLock size={18} stroke={1.7} aria-hidden="true" />
            )}
          </button>
        )}
        {mayAct && (
          <button
            type="button"
            className={classes["open"]}
            disabled={actions.sending.has(gate.id)}
            onClick={() => setIsAsking(true)}
            aria-label={t("gate.openNamed", { gate: gate.name })}
            data-testid="gate-open"
          >
            {t("gate.open")}
          </button>
        )}
      </div>
      {recent && (
        <GateAnswer
          command={recent}
          opened={opened?.eventType === "gate_opened" ? opened : null}
          nowMs={nowMs}
        />
      )}
      {isAsking && (
        <Reasons
          isApart
          gateName={gate.name}
          onClose={() => setIsAsking(false)}
          onChoose={(reason) => {
            setIsAsking(false);
            actions.open(gate.id, null, reason);
          }}
        />
      )}
      <Suspense>
        {isChangingMode && (
          <GateModeDialog
            gate={gate}
            isLocked={isLocked}
            onClose={() => setIsChangingMode(false)}
          />
        )}
      </Suspense>
      {actions.fault?.of === gate.id && <OpeningFaultNote fault={actions.fault} />}
    </li>
  );
}
