import type { AuditEntry } from "@portero/store";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../app/tenant.tsx";
import { fieldWords } from "../ui/field-words.ts";
import { exactTime } from "../ui/times.ts";
import { changedFields } from "./changed-fields.ts";
import classes from "./RecordPage.module.css";
import { nameOf, subjectWords } from "./record-words.ts";

/** One line of the record: who did what to what, and which fields changed how. */
export function RecordEntry({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const { language, timeZone } = useTimes();
  const name = nameOf(entry, t);
  const fields = changedFields(entry);
  return (
    <li className={classes["entry"]} data-action={entry.action}>
      <time dateTime={new Date(entry.atMs).toISOString()}>
        {exactTime(entry.atMs, language, timeZone)}
      </time>
      <div className={classes["what"]}>
        <p>
          <strong>{entry.actorName ?? t("record.system")}</strong>{" "}
          {t(`record.action.${entry.action}`)} {subjectWords(entry, t)}
          {name !== undefined && (
            <strong>
              {" "}
              <bdi>{name}</bdi>
            </strong>
          )}
          {entry.erasedAtMs !== null && (
            <span className={classes["erased"]}>
              {" "}
              {t("record.erased", { date: exactTime(entry.erasedAtMs, language, timeZone) })}
            </span>
          )}
        </p>
        {entry.action === "update" && fields.length > 0 && (
          <dl className={classes["fields"]}>
            {fields.map(({ field, before, after }) => (
              <Fragment key={field}>
                <dt>{fieldWords(field, t)}</dt>
                <dd>
                  <del>{before}</del> → <ins>{after}</ins>
                </dd>
              </Fragment>
            ))}
          </dl>
        )}
      </div>
    </li>
  );
}
