import { Button } from "@mantine/core";
import type { ImportCounts } from "@portero/store";
import { IconCircleCheck, IconDownload } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import classes from "./ImportPage.module.css";

/** What the import did, and what is left to mend. */
export function ImportDone(props: {
  counts: ImportCounts;
  refused: number;
  onRefused(): void;
  onAnew(): void;
}) {
  const { counts, refused, onRefused, onAnew } = props;
  const { t } = useTranslation();
  const { tenantId } = useTenant().membership;
  return (
    <section className={classes["done"]} role="status" data-testid="import-done">
      <h2>
        <IconCircleCheck size={24} aria-hidden="true" />
        {t("import.done")}
      </h2>
      <p>{t("import.counts", { ...counts })}</p>
      {refused > 0 && (
        <>
          <p>{t("import.leftOut", { count: refused })}</p>
          <Button
            variant="default"
            leftSection={<IconDownload size={17} />}
            onClick={onRefused}
            data-testid="import-refused"
          >
            {t("import.downloadRefused")}
          </Button>
        </>
      )}
      <div className={classes["foot"]}>
        <Link to="/t/$tenantId/houses" params={{ tenantId }}>
          {t("import.toHouses")}
        </Link>
        <Button variant="default" onClick={onAnew}>
          {t("import.anew")}
        </Button>
      </div>
    </section>
  );
}
