import { Button, SegmentedControl } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { faultWords } from "../ui/fault-words.ts";
import { ImportColumns } from "./ImportColumns.tsx";
import { ImportLines } from "./ImportLines.tsx";
import classes from "./ImportPage.module.css";
import type { ReadSummary, ShownLines } from "./import-worker.ts";
import type { LinesOf, Planned } from "./use-import.ts";

/** What the list would do, line by line and in sum, before anything is saved. */
export function ImportPlanned(props: {
  planned: Planned;
  error: unknown;
  isBusy: boolean;
  linesOf: LinesOf;
  onColumns(columns: ReadSummary["columns"]): void;
  onCarryOut(): void;
  onRefused(): void;
  onAnew(): void;
}) {
  const { planned, error, isBusy } = props;
  const { read, plan, version } = planned;
  const { t } = useTranslation();
  const [shown, setShown] = useState<ShownLines>("all");
  return (
    <>
      {error !== null && (
        <p className={classes["fault"]} role="alert" data-testid="import-fault">
          {faultWords(error, t)} {t("import.comparedAgain")}
        </p>
      )}
      <ImportColumns read={read} isBusy={isBusy} onChange={props.onColumns} />
      <div className={classes["tools"]}>
        <SegmentedControl
          aria-label={t("import.shown")}
          value={shown}
          onChange={setShown}
          data={[
            { value: "all", label: t("import.all", { count: plan.all }) },
            { value: "refused", label: t("import.onlyRefused", { count: plan.refused }) },
            { value: "changes", label: t("import.onlyChanges", { count: plan.changes }) },
          ]}
          data-testid="import-shown"
        />
        {plan.refused > 0 && (
          <Button
            variant="default"
            leftSection={<IconDownload size={17} />}
            onClick={props.onRefused}
            data-testid="import-refused"
          >
            {t("import.downloadRefused")}
          </Button>
        )}
      </div>
      {plan[shown] === 0 ? (
        <p className={classes["none"]}>{t("import.noLines")}</p>
      ) : (
        <ImportLines
          key={`${shown} ${version}`}
          shown={shown}
          count={plan[shown]}
          linesOf={props.linesOf}
        />
      )}
      <div className={classes["foot"]}>
        <p role="status" data-testid="import-summary">
          {t("import.summary", {
            units: plan.newUnits,
            residents: plan.newResidents,
            vehicles: plan.newVehicles,
            changes: plan.changed,
          })}
          {plan.refused > 0 && ` ${t("import.leftOut", { count: plan.refused })}`}
        </p>
        <Button variant="default" onClick={props.onAnew} disabled={isBusy}>
          {t("import.anew")}
        </Button>
        <Button
          onClick={props.onCarryOut}
          loading={isBusy}
          disabled={plan.changes === 0}
          data-testid="import-carry-out"
        >
          {t("import.carryOut", { count: plan.changes })}
        </Button>
      </div>
    </>
  );
}
