import { useTranslation } from "react-i18next";
import classes from "./StartFault.module.css";

/** The pages are there but not what they need to know: said to whoever opened them, with what helps the installer. */
export function StartFault({ detail }: { detail: string }) {
  const { t } = useTranslation();
  return (
    <main className={classes["page"]}>
      <h1>{t("start.title")}</h1>
      <p>{t("start.lead")}</p>
      <button type="button" onClick={() => location.reload()}>
        {t("action.retry")}
      </button>
      <code>{detail}</code>
    </main>
  );
}
