import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Card.module.css";
import { faultWords } from "./fault-words.ts";

interface SaveFooterProps {
  /** What kept it from being saved; null where nothing did. */
  error: unknown;
  isBusy: boolean;
  mayEdit: boolean;
  maySave: boolean;
  /** What is said once it is saved, until something is changed again. */
  saved: string | null;
  testId: string;
  children?: ReactNode;
}

/** The end of a form that stands on its page: what went wrong, the way to save, and that it is saved. */
export function SaveFooter(props: SaveFooterProps) {
  const { error, isBusy, mayEdit, maySave, saved, testId, children } = props;
  const { t } = useTranslation();
  return (
    <>
      {error !== null && (
        <p className={classes["fault"]} role="alert">
          {faultWords(error, t)}
        </p>
      )}
      {mayEdit && (
        <footer>
          <Button type="submit" loading={isBusy} disabled={!maySave} data-testid={`${testId}-save`}>
            {t("action.save")}
          </Button>
          {children}
          {saved !== null && (
            <span role="status" data-testid={`${testId}-saved`}>
              {saved}
            </span>
          )}
        </footer>
      )}
    </>
  );
}
