import { useQuery } from "@tanstack/react-query";
import { Navigate, Outlet, useParams } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { openDeskStore } from "../desk/desk-store.ts";
import { WatchProvider } from "../desk/watch.tsx";
import { useSession } from "../session/session.tsx";
import { AccessRemoved } from "./AccessRemoved.tsx";
import { Header } from "./Header.tsx";
import { useMembershipsQuery } from "./memberships.ts";
import { Navigation } from "./Navigation.tsx";
import { PageFault } from "./PageFault.tsx";
import { changePreferences } from "./preferences.ts";
import classes from "./TenantShell.module.css";
import { type Tenant, TenantContext, useDesk } from "./tenant.tsx";
import { useListsInStep } from "./use-lists-in-step.ts";

/** Everything of one tenant: its live desk stays open while its pages change. */
export function TenantShell() {
  const tenantId = useParams({ from: "/t/$tenantId", shouldThrow: false })?.tenantId;
  const { data, user } = useSession();
  const memberships = useQuery(useMembershipsQuery());
  const membership = memberships.data?.find((entry) => entry.tenantId === tenantId);
  const [tenant, setTenant] = useState<Tenant | null>(null);

  useEffect(() => {
    if (!membership) return;
    const closing = new AbortController();
    const tenantData = data.tenant(membership.tenantId);
    const { displayName, role } = membership;
    const me = { userId: user.id, displayName, role };
    const desk = openDeskStore(tenantData, me, closing.signal);
    changePreferences({ lastTenantId: membership.tenantId });
    setTenant({ membership, data: tenantData, desk });
    return () => {
      closing.abort();
      setTenant(null);
    };
  }, [data, user.id, membership]);

  if (memberships.isError) {
    return <PageFault error={memberships.error} reset={() => void memberships.refetch()} />;
  }
  if (tenantId === undefined) return null;
  if (memberships.data && !membership) return <Navigate to="/" replace />;
  if (!tenant) return null;
  return (
    <TenantContext key={tenantId} value={tenant}>
      <Frame />
    </TenantContext>
  );
}

function Frame() {
  const isRemoved = useDesk("connection").kind === "access_removed";
  const page = useMemo(() => <Outlet />, []);
  useListsInStep();
  if (isRemoved) return <AccessRemoved />;
  return (
    <WatchProvider>
      <div className={classes["frame"]}>
        <Header />
        <Navigation />
        <main className={classes["page"]}>{page}</main>
      </div>
    </WatchProvider>
  );
}
