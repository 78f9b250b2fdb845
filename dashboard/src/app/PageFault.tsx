import { useTranslation } from "react-i18next";
import { faultWords } from "../ui/fault-words.ts";
import classes from "./StartFault.module.css";

/** A page that could not be shown: why, and the way on. It stands inside the main part of whatever frames it. */
export function PageFault({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  return (
    <section className={classes["page"]}>
      <h1>{t("fault.page")}</h1>
      <p>{faultWords(error, t)}</p>
      <button type="button" onClick={reset}>
        {t("action.retry")}
      </button>
    </section>
  );
}
