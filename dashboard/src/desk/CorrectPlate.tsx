import { normalizePlate } from "@portero/access";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRegister, useTenant } from "../app/tenant.tsx";
import { faultWords } from "../ui/fault-words.ts";
import { DOUBT_BELOW, type PlateCharacter } from "../ui/Plate.tsx";
import { Snapshot } from "../ui/Snapshot.tsx";
import classes from "./CorrectPlate.module.css";
import { knowledgeOf } from "./known.ts";
import type { Visit } from "./visits.ts";

/** Where the camera was unsure, and what may stand there. */
function doubtsOf(
  characters: readonly PlateCharacter[],
): { place: number; choices: readonly string[] }[] {
  return characters.flatMap(({ character, confidence, alternatives }, place) =>
    confidence < DOUBT_BELOW && alternatives.length > 0
      ? [{ place, choices: [character, ...alternatives.slice(0, 2)] }]
      : [],
  );
}

/** The guard types what they read, beside the crop; the register answers while they type. */
export function CorrectPlate({ visit, onDone }: { visit: Visit; onDone(): void }) {
  const { t } = useTranslation();
  const { data } = useTenant();
  const register = useRegister();
  const { event } = visit;
  const [written, setWritten] = useState(visit.plate ?? "");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const plate = normalizePlate(written);
  const known = knowledgeOf(plate ?? null, register, Date.now());

  const submit = async (submitted: FormEvent) => {
    submitted.preventDefault();
    if (!plate) return;
    if (plate === visit.plate) return onDone();
    setIsBusy(true);
    try {
      await data.correctPlate(event.id, plate);
      onDone();
    } catch (cause) {
      setError(cause);
      setIsBusy(false);
    }
  };
  const doubts = visit.correction ? [] : doubtsOf(event.payload.characters);
  const onKeyDown = (pressed: KeyboardEvent) => {
    if (pressed.key !== "Escape") return;
    pressed.stopPropagation();
    onDone();
  };

  const isWrong = written.trim().length > 1 && !plate;
  return (
    <form className={classes["form"]} onSubmit={submit} onKeyDown={onKeyDown}>
      <Snapshot
        className={classes["crop"]}
        path={event.payload.plate_snapshot_path ?? event.snapshotPath}
        alt={t("picture.crop")}
        fit="whole"
        isQuiet
      />
      <div className={classes["field"]}>
        <label htmlFor="correct-plate">{t("correct.label")}</label>
        <input
          id="correct-plate"
          className={classes["input"]}
          value={written}
          onChange={(changed) => setWritten(changed.currentTarget.value.toUpperCase())}
          onFocus={(focused) => focused.currentTarget.select()}
          // biome-ignore lint/a11y/noAutofocus: the guard has just asked for this field.
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={14}
          aria-invalid={isWrong}
          aria-describedby="correct-note"
          data-testid="correct-input"
        />
        {doubts.length > 0 && (
          <div className={classes["doubts"]}>
            {doubts.map(({ place, choices }) =>
              choices.map((character) => (
                <button
                  key={`${place}${character}`}
                  type="button"
                  aria-pressed={written.charAt(place) === character}
                  onClick={() =>
                    setWritten(written.slice(0, place) + character + written.slice(place + 1))
                  }
                >
                  {written.slice(0, place)}
                  <b>{character}</b>
                  {written.slice(place + 1)}
                </button>
              )),
            )}
          </div>
        )}
        <p id="correct-note" className={classes["note"]} data-wrong={isWrong || undefined}>
          {error
            ? faultWords(error, t)
            : isWrong
              ? t("plate.invalid")
              : known.vehicle
                ? t("known.enrolled", {
                    unit: known.vehicle.unit?.name ?? "—",
                    resident: known.vehicle.resident?.fullName ?? "—",
                  })
                : t("correct.note")}
        </p>
        <div className={classes["buttons"]}>
          <button type="submit" data-main disabled={!plate || isBusy} data-testid="correct-save">
            {t("action.save")}
          </button>
          <button type="button" onClick={onDone}>
            {t("action.cancel")}
          </button>
        </div>
      </div>
    </form>
  );
}
