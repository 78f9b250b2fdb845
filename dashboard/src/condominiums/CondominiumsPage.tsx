import type { Membership } from "@portero/store";
import { IconArrowRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { useMembershipsQuery } from "../app/memberships.ts";
import { PageFault } from "../app/PageFault.tsx";
import { type DeskStore, openDeskStore } from "../desk/desk-store.ts";
import { useSession } from "../session/session.tsx";
import { Page } from "../ui/Page.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { runningTime } from "../ui/times.ts";
import classes from "./CondominiumsPage.module.css";
import { overviewOf } from "./overview.ts";
import { useDeskState } from "./use-desk-state.ts";

/** Every condominium where this person works, side by side and live. Whoever looks is on duty in none of them. */
export function CondominiumsPage() {
  const { t } = useTranslation();
  const memberships = useQuery(useMembershipsQuery());
  const { logOut } = useSession();
  useEffect(() => {
    document.title = `${t("condominiums.title")} · Portero`;
  }, [t]);
  if (memberships.isError) {
    return <PageFault error={memberships.error} reset={() => void memberships.refetch()} />;
  }
  return (
    <main className={classes["main"]}>
      <Page
        title={t("condominiums.title")}
        lead={t("condominiums.lead")}
        actions={
          <button type="button" className={classes["logOut"]} onClick={logOut}>
            {t("session.logOut")}
          </button>
        }
      >
        <ScrollRegion className={classes["list"]} label={t("condominiums.title")}>
          {memberships.data?.map((membership) => (
            <Condominium key={membership.tenantId} membership={membership} />
          ))}
        </ScrollRegion>
      </Page>
    </main>
  );
}

function Condominium({ membership }: { membership: Membership }) {
  const { t } = useTranslation();
  const { data } = useSession();
  const { tenantId, tenantName, role } = membership;
  const [desk, setDesk] = useState<DeskStore | null>(null);
  useEffect(() => {
    const closing = new AbortController();
    setDesk(openDeskStore(data.tenant(tenantId), null, closing.signal));
    return () => closing.abort();
  }, [data, tenantId]);
  return (
    <article className={classes["condominium"]} data-testid="condominium">
      <header>
        <h2>
          <Link to="/t/$tenantId" params={{ tenantId }}>
            {tenantName}
            <IconArrowRight size={18} aria-hidden="true" />
          </Link>
        </h2>
        <small>{t(`role.${role}`)}</small>
      </header>
      {desk && <Now desk={desk} tenantId={tenantId} />}
    </article>
  );
}

function Now({ desk, tenantId }: { desk: DeskStore; tenantId: string }) {
  const { t } = useTranslation();
  const { data } = useSession();
  const nowMs = useNowMs();
  const state = useDeskState(desk);
  const sites = useQuery({
    queryKey: [tenantId, "sites"],
    queryFn: ({ signal }) => data.tenant(tenantId).sites(signal),
    staleTime: 60_000,
  });
  const { connection } = state;
  if (connection.kind === "access_removed" || connection.kind === "signed_out") {
    return <p className={classes["away"]}>{t(`connection.${connection.kind}`)}</p>;
  }
  if (!state.isLoaded || !sites.data) return <p>{t("table.loading")}</p>;
  const now = overviewOf(state, sites.data, nowMs);
  const isLive = connection.kind === "live";
  return (
    <>
      {!isLive && <p className={classes["away"]}>{t(`connection.${connection.kind}`)}</p>}
      <dl>
        <div data-tone={now.waiting > 0 ? "waiting" : "quiet"}>
          <dt>{t("condominiums.waiting")}</dt>
          <dd>
            <strong>{now.waiting}</strong>
            {now.waitingSinceMs !== null && <span>{runningTime(nowMs - now.waitingSinceMs)}</span>}
          </dd>
        </div>
        <div data-tone={now.silentCameras.length > 0 ? "fault" : "quiet"}>
          <dt>{t("condominiums.cameras")}</dt>
          <dd>
            <strong>{now.silentCameras.length}</strong>
            <span>{now.silentCameras.join(", ") || t("condominiums.allWell")}</span>
          </dd>
        </div>
        <div data-tone={now.faultyGates.length > 0 ? "fault" : "quiet"}>
          <dt>{t("condominiums.gates")}</dt>
          <dd>
            <strong>{now.faultyGates.length}</strong>
            <span>{now.faultyGates.join(", ") || t("condominiums.allWell")}</span>
          </dd>
        </div>
        <div data-tone={now.onDuty?.length === 0 ? "waiting" : "quiet"}>
          <dt>{t("condominiums.onDuty")}</dt>
          <dd>
            <strong>{now.onDuty?.length ?? "?"}</strong>
            <span>
              {now.onDuty === null
                ? t("duty.unknown")
                : now.onDuty.join(", ") || t("condominiums.nobody")}
            </span>
          </dd>
        </div>
      </dl>
    </>
  );
}
