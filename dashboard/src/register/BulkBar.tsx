import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../ui/FormDialog.tsx";
import classes from "./register.module.css";

/** One change that many entries can be given at once. */
export interface BulkChange {
  key: string;
  label: string;
  /** What it does to whom. */
  about(names: string): string;
  /** Where something has to be said first. */
  field?: ReactNode;
  isValid?: boolean;
  /** It cannot be undone. */
  isFinal?: boolean;
  apply(): Promise<unknown>;
}

const MOST_NAMED = 12;

/** Changes the entries that were ticked, all the same way; each change is asked about and names them. */
export function BulkBar(props: {
  names: readonly string[];
  changes: readonly BulkChange[];
  onDone(): void;
}) {
  const { names, changes, onDone } = props;
  const { t } = useTranslation();
  const [askedKey, setAskedKey] = useState<string | null>(null);
  const asked = changes.find(({ key }) => key === askedKey);
  const named = names.slice(0, MOST_NAMED).join(", ") + (names.length > MOST_NAMED ? "…" : "");
  return (
    <div className={classes["bulk"]} data-testid="bulk">
      <strong>{t("bulk.chosen", { count: names.length })}</strong>
      {changes.map(({ key, label, isFinal }) => (
        <Button
          key={key}
          size="compact-md"
          variant="default"
          className={(isFinal && classes["final"]) || ""}
          onClick={() => setAskedKey(key)}
          data-testid={`bulk-${key}`}
        >
          {label}
        </Button>
      ))}
      <Button size="compact-md" variant="subtle" onClick={onDone}>
        {t("bulk.none")}
      </Button>
      {asked && (
        <FormDialog
          title={asked.label}
          onClose={() => setAskedKey(null)}
          onSubmit={async () => {
            await asked.apply();
            onDone();
          }}
          submitLabel={t("bulk.apply", { count: names.length })}
          {...(asked.isFinal && { submitColor: "red.9" })}
          isValid={asked.isValid ?? true}
          testId="bulk"
        >
          <p>{asked.about(named)}</p>
          {asked.field}
        </FormDialog>
      )}
    </div>
  );
}
