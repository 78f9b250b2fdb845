import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { EditConflict } from "./edit-conflict.ts";
import { fieldWords } from "./field-words.ts";
import classes from "./SidePanel.module.css";

/** What somebody else changed in the meantime, field by field, and what saving now would do. */
export function ConflictNote({ conflict }: { conflict: EditConflict }) {
  const { t } = useTranslation();
  const who = conflict.who ?? t("conflict.somebody");
  return (
    <div className={classes["conflict"]} role="alert" data-testid="edit-conflict">
      <p>{conflict.isRemoved ? t("conflict.removed", { who }) : t("conflict.changed", { who })}</p>
      {conflict.fields.length > 0 && (
        <dl>
          {conflict.fields.map(({ field, before, now, typed }) => (
            <Fragment key={field}>
              <dt>{fieldWords(field, t)}</dt>
              <dd>
                <del>{before}</del> → <ins>{now}</ins>
                {typed !== null && <small>{t("conflict.typed", { typed })}</small>}
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
      <p>{conflict.isRemoved ? t("conflict.saveAgain") : t("conflict.saveMine")}</p>
    </div>
  );
}
