import { Button } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ConflictNote } from "./ConflictNote.tsx";
import { EditConflict } from "./edit-conflict.ts";
import { faultWords } from "./fault-words.ts";
import { SideDrawer } from "./SideDrawer.tsx";
import classes from "./SidePanel.module.css";
import { useAttempt } from "./use-attempt.ts";

interface SidePanelProps {
  title: string;
  onClose(): void;
  children: ReactNode;
  /** Saves what was typed; what it throws is said in place and nothing typed is lost. */
  onSave?: (() => Promise<void>) | undefined;
  /** False keeps the form open and shows what is wrong in it. */
  isValid?: boolean;
  /** Named, because what is destroyed is asked about. */
  removal?: { label: string; question: string; onRemove(): Promise<void> } | undefined;
}

/** Edits one entry beside the list, which keeps its place. */
export function SidePanel(props: SidePanelProps) {
  const { title, onClose, children, onSave, isValid = true, removal } = props;
  const { t } = useTranslation();
  const { busy, error, attempt } = useAttempt<"save" | "remove">();
  const [isSure, setIsSure] = useState(false);

  const end = async (what: "save" | "remove", action: () => Promise<void>) => {
    if (await attempt(what, action)) onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (onSave && isValid) void end("save", onSave);
  };

  return (
    <SideDrawer title={title} onClose={onClose}>
      <form onSubmit={submit} className={classes["form"]} noValidate>
        {children}
        {error instanceof EditConflict && <ConflictNote conflict={error} />}
        {error !== null && !(error instanceof EditConflict) && (
          <p className={classes["fault"]} role="alert">
            {faultWords(error, t)}
          </p>
        )}
        {isSure && removal && (
          <div className={classes["sure"]} role="alert">
            <p>{removal.question}</p>
            <Button
              color="red.9"
              loading={busy === "remove"}
              onClick={() => void end("remove", removal.onRemove)}
              data-testid="confirm-remove"
            >
              {removal.label}
            </Button>
            <Button variant="default" onClick={() => setIsSure(false)}>
              {t("action.cancel")}
            </Button>
          </div>
        )}
        {(onSave || removal) && !isSure && (
          <footer className={classes["foot"]}>
            {removal && (
              <Button
                variant="subtle"
                color="red"
                className={classes["remove"] ?? ""}
                onClick={() => setIsSure(true)}
                data-testid="remove"
              >
                {removal.label}
              </Button>
            )}
            <Button variant="default" onClick={onClose}>
              {t("action.cancel")}
            </Button>
            {onSave && (
              <Button
                type="submit"
                loading={busy === "save"}
                disabled={busy !== null}
                data-testid="save"
              >
                {t("action.save")}
              </Button>
            )}
          </footer>
        )}
      </form>
    </SideDrawer>
  );
}
