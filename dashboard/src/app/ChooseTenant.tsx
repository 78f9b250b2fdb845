import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSession } from "../session/session.tsx";
import { useMembershipsQuery } from "./memberships.ts";
import { PageFault } from "./PageFault.tsx";
import { preferences } from "./preferences.ts";
import classes from "./StartFault.module.css";

/** Leads to the tenant of last time, or to the first one. */
export function ChooseTenant() {
  const { t } = useTranslation();
  const { logOut } = useSession();
  const memberships = useQuery(useMembershipsQuery());
  if (memberships.isError) {
    return <PageFault error={memberships.error} reset={() => void memberships.refetch()} />;
  }
  if (!memberships.data) return null;
  const { lastTenantId } = preferences();
  const chosen =
    memberships.data.find(({ tenantId }) => tenantId === lastTenantId) ?? memberships.data[0];
  if (chosen) return <Navigate to="/t/$tenantId" params={{ tenantId: chosen.tenantId }} replace />;
  return (
    <main className={classes["page"]}>
      <h1>{t("tenant.none")}</h1>
      <p>{t("tenant.noneLead")}</p>
      <button type="button" onClick={logOut}>
        {t("session.logOut")}
      </button>
    </main>
  );
}
