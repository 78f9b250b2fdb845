import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../session/session.tsx";
import classes from "./StartFault.module.css";
import { useTenant } from "./tenant.tsx";

/** The membership ended while the desk was open: nothing of the tenant stays on the screen or in memory. */
export function AccessRemoved() {
  const { t } = useTranslation();
  const { membership } = useTenant();
  const { logOut } = useSession();
  const queries = useQueryClient();
  useEffect(() => {
    queries.removeQueries({ queryKey: [membership.tenantId] });
  }, [queries, membership.tenantId]);
  return (
    <main className={classes["page"]} data-testid="access-removed">
      <h1>{t("tenant.removed", { tenant: membership.tenantName })}</h1>
      <p>{t("tenant.removedLead")}</p>
      <button type="button" onClick={logOut}>
        {t("session.logOut")}
      </button>
    </main>
  );
}
