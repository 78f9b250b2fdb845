import type { Camera } from "@portero/store";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { useDesk, useSites, useTimes } from "../app/tenant.tsx";
import { cameraView } from "../desk/gate-status.ts";
import { Snapshot } from "../ui/Snapshot.tsx";
import classes from "./SitePage.module.css";

/** One camera as it is now: what it last showed, how old that is, and what is wrong with it. */
export function CameraCard({ camera, children }: { camera: Camera; children: ReactNode }) {
  const { t } = useTranslation();
  const { near, exact, language } = useTimes();
  const oneDigit = new Intl.NumberFormat(language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: "negative",
  });
  const nowMs = useNowMs();
  const { gates } = useSites();
  const view = cameraView(useDesk("statuses"), camera.id, nowMs);
  const reported = "status" in view ? view.status : undefined;
  return (
    <li data-kind={view.kind} data-testid="camera">
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
          <dd>{reported?.fps == null ? "—" : `${oneDigit.format(reported.fps)}/s`}</dd>
          <dt>{t("site.skew")}</dt>
          <dd data-wrong={Math.abs(reported?.clock_skew_ms ?? 0) > 2_000 || undefined}>
            {reported?.clock_skew_ms == null
              ? "—"
              : `${oneDigit.format(reported.clock_skew_ms / 1000)} s`}
          </dd>
          <dt>{t("site.lane")}</dt>
          <dd>
            {t(`direction.${camera.direction}`)} ·{" "}
            {gates.find(({ id }) => id === camera.gateId)?.name ?? t("gate.none")}
          </dd>
          <dt>{t("site.address")}</dt>
          <dd>{camera.baseUrl}</dd>
        </dl>
        {view.kind === "unauthorized" && (
          <p className={classes["detail"]}>{t("setup.needsPassword")}</p>
        )}
        {reported?.detail && view.kind !== "live" && view.kind !== "unauthorized" && (
          <p className={classes["detail"]}>{reported.detail}</p>
        )}
        {children}
      </div>
    </li>
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
