import { useFocusTrap } from "@mantine/hooks";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Keycap } from "../ui/Keycap.tsx";
import { Plate } from "../ui/Plate.tsx";
import classes from "./Reasons.module.css";
import { REASONS, type Reason } from "./reasons.ts";
import { useKeys } from "./use-keys.ts";

interface ReasonsProps {
  gateName: string;
  plate?: string | null;
  /** Asked from elsewhere than the vehicle in hand: stands over the page. */
  isApart?: boolean;
  onChoose(reason: string): void;
  onClose(): void;
}

/** Why the gate is opened: one key or one click, and it is. */
export function Reasons(props: ReasonsProps) {
  const { gateName, plate, isApart, onChoose, onClose } = props;
  const { t } = useTranslation();
  const trap = useFocusTrap();
  const [isOther, setIsOther] = useState(false);
  const [text, setText] = useState("");
  const choose = (reason: Reason) => (reason === "other" ? setIsOther(true) : onChoose(reason));
  const chooseBy = (key: string): boolean => {
    const reason = isOther ? undefined : REASONS[Number(key) - 1];
    if (reason) choose(reason);
    return reason !== undefined;
  };
  // A quick hand presses the reason before the sheet has the focus.
  useKeys(chooseBy);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      return isOther ? setIsOther(false) : onClose();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (chooseBy(event.key)) event.preventDefault();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const reason = text.trim().slice(0, 200);
    if (reason) onChoose(reason);
  };
  return (
    <div
      ref={trap}
      data-apart={isApart || undefined}
      role="dialog"
      aria-modal="true"
      aria-labelledby="reasons-title"
      className={classes["sheet"]}
      onKeyDown={onKeyDown}
      data-testid="reasons"
    >
      <header className={classes["head"]}>
        <h2 id="reasons-title">{t("open.title", { gate: gateName })}</h2>
        {plate && <Plate plate={plate} size="small" />}
        <button type="button" className={classes["cancel"]} onClick={onClose}>
          {t("action.cancel")} <Keycap>Esc</Keycap>
        </button>
      </header>
      {isOther ? (
        <form className={classes["other"]} onSubmit={submit}>
          <label htmlFor="other-reason">{t("open.otherLabel")}</label>
          <input
            id="other-reason"
            data-autofocus
            maxLength={200}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            data-testid="other-reason"
          />
          <button type="submit" disabled={text.trim() === ""}>
            {t("open.confirm")}
          </button>
        </form>
      ) : (
        <ul className={classes["list"]}>
          {REASONS.map((reason, index) => (
            <li key={reason}>
              <button
                type="button"
                onClick={() => choose(reason)}
                data-autofocus={index === 0 || undefined}
                data-testid={`reason-${index + 1}`}
              >
                <Keycap>{index + 1}</Keycap>
                {t(`reason.${reason}`)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
