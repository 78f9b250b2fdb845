import { IconVideo, IconVideoOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useDesk, useSites, useTimes } from "../app/tenant.tsx";
import classes from "./Cameras.module.css";
import { cameraView } from "./gate-status.ts";

/** Whether each camera sees: the age of its last frame, counted on; unknown never looks like quiet (safety O1). */
export function Cameras({ nowMs }: { nowMs: number }) {
  const { t } = useTranslation();
  const { near, clock, exact } = useTimes();
  const { cameras } = useSites();
  const statuses = useDesk("statuses");
  return (
    <section className={classes["cameras"]} aria-label={t("camera.label")}>
      <h2>{t("camera.title")}</h2>
      {cameras.length === 0 && <p className={classes["none"]}>{t("camera.noneYet")}</p>}
      <ul>
        {cameras.map((camera) => {
          const view = cameraView(statuses, camera.id, nowMs);
          const { kind, lastFrameAtMs } = view;
          const status = "status" in view ? view.status : undefined;
          const skewMs = status?.clock_skew_ms ?? 0;
          const Icon = kind === "live" || kind === "stale" ? IconVideo : IconVideoOff;
          return (
            <li
              key={camera.id}
              data-kind={kind}
              data-testid="camera-row"
              data-camera-id={camera.id}
            >
              <Icon size={20} stroke={1.7} aria-hidden="true" />
              <span className={classes["name"]}>{camera.name}</span>
              <span className={classes["state"]}>
                {kind === "live"
                  ? status?.lane === "vehicle"
                    ? t("camera.vehicle")
                    : t("camera.free")
                  : lastFrameAtMs === null
                    ? t(`camera.state.${kind}`)
                    : t(`camera.stateSince.${kind}`, { time: clock(lastFrameAtMs) })}
                {Math.abs(skewMs) > 2_000 && (
                  <span className={classes["skew"]}>
                    {t("camera.skew", { seconds: Math.round(skewMs / 1000) })}
                  </span>
                )}
              </span>
              <span
                className={classes["age"]}
                title={lastFrameAtMs === null ? undefined : exact(lastFrameAtMs)}
              >
                {lastFrameAtMs === null ? "—" : near(lastFrameAtMs, nowMs)}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
