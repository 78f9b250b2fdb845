import type { WorkerStatus } from "@portero/store";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { sitesQuery, useDesk, useSites, useTenant, useTimes } from "../app/tenant.tsx";
import { GateArm } from "../desk/GateArm.tsx";
import { cameraView, freshGateStatus } from "../desk/gate-status.ts";
import { Page } from "../ui/Page.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { Snapshot } from "../ui/Snapshot.tsx";
import classes from "./SitePage.module.css";

/** Each site with its gates and cameras as they are now. */
export function SitePage() {
  const { t } = useTranslation();
  const { isPending } = useQuery(sitesQuery(useTenant()));
  const { sites } = useSites();
  return (
    <Page title={t("site.title")} lead={t("site.lead")}>
      <ScrollRegion className={classes["sites"]} label={t("site.title")}>
        {sites.length === 0 && (
          <p className={classes["none"]}>{isPending ? t("table.loading") : t("site.none")}</p>
        )}
        {sites.map((site) => (
          <SiteSection key={site.id} siteId={site.id} name={site.name} />
        ))}
      </ScrollRegion>
    </Page>
  );
}

function SiteSection({ siteId, name }: { siteId: string; name: string }) {
  const { t } = useTranslation();
  const { near, exact } = useTimes();
  const nowMs = useNowMs();
  const { gates, cameras } = useSites();
  const statuses = useDesk("statuses");
  const status = statuses.get(siteId);
  const isSilent = !status || nowMs - status.reportedAtMs > 10_000;
  const worker: WorkerStatus = status?.worker ?? {};
  return (
    <section className={classes["site"]}>
      <header className={classes["head"]} data-silent={isSilent || undefined}>
        <h2>{name}</h2>
        <p>
          {status
            ? isSilent
              ? t("site.silentSince", { when: near(status.reportedAtMs, nowMs) })
              : t("site.reported", { when: near(status.reportedAtMs, nowMs) })
            : t("site.neverReported")}
        </p>
        {!isSilent && (
          <dl className={classes["worker"]}>
            <dt>{t("site.backlog")}</dt>
            <dd>
              {t("site.backlogOf", {
                events: worker.backlog_events ?? 0,
                pictures: worker.backlog_snapshots ?? 0,
              })}
            </dd>
            <dt>{t("site.register")}</dt>
            <dd>
              {worker.register_age_ms == null ? "—" : near(nowMs - worker.register_age_ms, nowMs)}
            </dd>
          </dl>
        )}
      </header>
      <ul className={classes["gates"]}>
        {gates
          .filter((gate) => gate.siteId === siteId)
          .map((gate) => {
            const state = freshGateStatus(statuses, gate.id, nowMs)?.state ?? "unknown";
            return (
              <li key={gate.id} data-state={state}>
                <GateArm state={state} />
                <div>
                  <strong>{gate.name}</strong>
                  <span>
                    {t(`gate.state.${state}`)} · {t(`gate.mode.${gate.mode}`)} ·{" "}
                    {t(`site.actuator.${gate.actuator.kind}` as "site.actuator.mqtt")}
                  </span>
                </div>
              </li>
            );
          })}
      </ul>
      <ul className={classes["cameras"]}>
        {cameras
          .filter((camera) => camera.siteId === siteId)
          .map((camera) => {
            const view = cameraView(statuses, camera.id, nowMs);
            const reported = "status" in view ? view.status : undefined;
            return (
              <li key={camera.id} data-kind={view.kind}>
                <LatestPicture cameraId={camera.id} name={camera.name} />
                <div className={classes["camera"]}>
                  <strong>{camera.name}</strong>
                  <span className={classes["state"]}>
                    {view.kind === "live" ? t("site.sees") : t(`camera.state.${view.kind}`)}
                  </span>
                  <dl className={classes["facts"]}>
                    <dt>{t("site.lastFrame")}</dt>
                    <dd title={view.lastFrameAtMs === null ? undefined : exact(view.lastFrameAtMs)}>
                      {view.lastFrameAtMs === null ? "—" : near(view.lastFrameAtMs, nowMs)}
                    </dd>
                    <dt>{t("site.rate")}</dt>
                    <dd>{reported?.fps == null ? "—" : `${reported.fps.toFixed(1)}/s`}</dd>
                    <dt>{t("site.skew")}</dt>
                    <dd data-wrong={Math.abs(reported?.clock_skew_ms ?? 0) > 2_000 || undefined}>
                      {reported?.clock_skew_ms == null
                        ? "—"
                        : `${(reported.clock_skew_ms / 1000).toFixed(1)} s`}
                    </dd>
                    <dt>{t("site.lane")}</dt>
                    <dd>
                      {t(`direction.${camera.direction}`)} ·{" "}
                      {gates.find(({ id }) => id === camera.gateId)?.name ?? t("gate.none")}
                    </dd>
                    <dt>{t("site.address")}</dt>
                    <dd>{camera.baseUrl}</dd>
                  </dl>
                  {reported?.detail && view.kind !== "live" && (
                    <p className={classes["detail"]}>{reported.detail}</p>
                  )}
                </div>
              </li>
            );
          })}
      </ul>
    </section>
  );
}

/** What the camera last showed with a vehicle; it says when, for it is not live. */
function LatestPicture({ cameraId, name }: { cameraId: string; name: string }) {
  const { t } = useTranslation();
  const { near } = useTimes();
  const nowMs = useNowMs();
  const events = useDesk("events");
  const last = events.findLast(
    (event) => event.cameraId === cameraId && event.snapshotPath !== null,
  );
  return (
    <figure className={classes["picture"]}>
      <Snapshot
        className={classes["snapshot"]}
        path={last?.snapshotPath}
        alt={t("site.pictureOf", { camera: name })}
        fit="fill"
        isQuiet
      />
      {last && (
        <figcaption>{t("site.pictureFrom", { when: near(last.occurredAtMs, nowMs) })}</figcaption>
      )}
    </figure>
  );
}
