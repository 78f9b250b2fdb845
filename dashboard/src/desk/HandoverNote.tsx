import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSites, useTenant, useTimes } from "../app/tenant.tsx";
import { useSession } from "../session/session.tsx";
import { faultWords } from "../ui/fault-words.ts";
import classes from "./HandoverNote.module.css";
import { useHandover } from "./use-handover.ts";

/** After it was taken over, the note stays for the first part of the shift. */
const SHOWN_MS = 2 * 3_600_000;
/** Nobody took it for so long: the shift went on without. */
const FORGOTTEN_MS = 16 * 3_600_000;

/** What the last shift leaves to this one, until somebody has taken it over and read it. */
export function HandoverNote({ mayAct, nowMs }: { mayAct: boolean; nowMs: number }) {
  const { t } = useTranslation();
  const { data } = useTenant();
  const { user } = useSession();
  const { gates } = useSites();
  const { near, exact } = useTimes();
  const handover = useHandover();
  const [hiddenId, setHiddenId] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  if (!handover || handover.event.id === hiddenId) return null;
  const { event, taken } = handover;
  const ageMs = nowMs - (taken ?? event).occurredAtMs;
  if (ageMs > (taken ? SHOWN_MS : FORGOTTEN_MS)) return null;
  const { note, waiting, gates: modes, by, by_name: byName } = event.payload;

  const take = async () => {
    setIsBusy(true);
    setError(null);
    await data.takeOver(event.id).catch(setError);
    setIsBusy(false);
  };
  return (
    <section
      className={classes["note"]}
      data-open={!taken || undefined}
      aria-label={t("shift.label")}
      data-testid="handover"
    >
      <p className={classes["who"]} title={exact(event.occurredAtMs)}>
        {taken
          ? t("shift.taken", { from: byName ?? "—", name: taken.payload.by_name ?? "—" })
          : t("shift.from", { name: byName ?? "—", when: near(event.occurredAtMs, nowMs) })}
      </p>
      {note !== "" && <p className={classes["text"]}>{note}</p>}
      {waiting > 0 && <p>{t("shift.waiting", { count: waiting })}</p>}
      {modes.map(({ gate_id: id, mode }) => (
        <p key={id}>
          {gates.find((gate) => gate.id === id)?.name}: {t(`gate.mode.${mode as "lockdown"}`)}
        </p>
      ))}
      {error !== null && <p role="alert">{faultWords(error, t)}</p>}
      {mayAct && !taken && by !== user.id && (
        <button type="button" onClick={() => void take()} disabled={isBusy} data-testid="take-over">
          {t("shift.take")}
        </button>
      )}
      {!taken && by === user.id && <p className={classes["small"]}>{t("shift.yours")}</p>}
      {taken && (
        <button type="button" onClick={() => setHiddenId(event.id)}>
          {t("shift.hide")}
        </button>
      )}
    </section>
  );
}
