import { StoreError } from "@portero/store";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { faultWords } from "../ui/fault-words.ts";
import classes from "./OpeningFaultNote.module.css";
import type { OpeningFault } from "./use-guard-actions.ts";

/** The decision did not arrive: said where it was made, with the way to say it again. */
export function OpeningFaultNote({ fault }: { fault: OpeningFault }) {
  const { t } = useTranslation();
  const { error } = fault;
  const isTaken = error instanceof StoreError && error.code === "conflict";
  return (
    <div className={classes["note"]} role="alert" data-testid="opening-fault">
      <IconAlertTriangle size={20} aria-hidden="true" />
      <span>{isTaken ? t("open.taken") : t("open.notSent", { why: faultWords(error, t) })}</span>
      {!isTaken && (
        <button type="button" onClick={fault.retry}>
          {t("action.retry")}
        </button>
      )}
    </div>
  );
}
