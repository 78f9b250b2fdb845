import type { Camera } from "@portero/store";
import { IconVideo, IconVideoOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useDesk, useTimes } from "../app/tenant.tsx";
import { ago } from "../ui/times.ts";
import { cameraView, isPictureFresh } from "./gate-status.ts";
import classes from "./LiveTile.module.css";
import { useLivePicture } from "./use-live-picture.ts";

/** A camera's clock is told where it is wrong by more than this (safety E7). */
const SKEW_MS = 2_000;

/**
 * One camera as it is now: a small live picture with its age, grey once it is old. Unknown never looks like quiet
 * (safety O1).
 */
export function LiveTile(props: { camera: Camera; nowMs: number; "data-testid": string }) {
  const { camera, nowMs, ...rest } = props;
  const { t, i18n } = useTranslation();
  const { clock, exact } = useTimes();
  const statuses = useDesk("statuses");
  const view = cameraView(statuses, camera.id, nowMs);
  const { kind, lastFrameAtMs } = view;
  const status = "status" in view ? view.status : undefined;
  const pictureAt = status?.picture_at ?? null;
  const pictureAtMs = pictureAt === null ? null : Date.parse(pictureAt);
  const url = useLivePicture(camera.id, pictureAt);
  const skewMs = status?.clock_skew_ms ?? 0;
  const isLive = kind === "live";
  const isFresh = isLive && isPictureFresh(pictureAtMs, nowMs);
  const Icon = isLive || kind === "stale" ? IconVideo : IconVideoOff;
  // Without a picture on the screen the age is that of the last frame which the site could decode.
  const shownAtMs = url === null ? lastFrameAtMs : (pictureAtMs ?? lastFrameAtMs);
  return (
    <li
      className={classes["tile"]}
      data-kind={kind}
      data-picture={url === null ? "none" : isFresh ? "fresh" : "old"}
      data-camera-id={camera.id}
      {...rest}
    >
      <div className={classes["picture"]}>
        {url !== null && <img src={url} alt={t("camera.live", { camera: camera.name })} />}
        {url === null && (
          <span className={classes["waiting"]}>
            <Icon size={26} stroke={1.5} aria-hidden="true" />
            {isLive && t("camera.coming")}
          </span>
        )}
        {shownAtMs !== null && (
          <span className={classes["age"]} title={exact(shownAtMs)}>
            {ago(nowMs - shownAtMs, i18n.language)}
          </span>
        )}
      </div>
      <div className={classes["words"]}>
        <span className={classes["name"]}>{camera.name}</span>
        <span className={classes["state"]}>
          {isLive
            ? status?.lane === "vehicle"
              ? t("camera.vehicle")
              : t("camera.free")
            : lastFrameAtMs === null
              ? t(`camera.state.${kind}`)
              : t(`camera.stateSince.${kind}`, { time: clock(lastFrameAtMs) })}
          {Math.abs(skewMs) > SKEW_MS && (
            <span className={classes["skew"]}>
              {t("camera.skew", { seconds: Math.round(skewMs / 1000) })}
            </span>
          )}
        </span>
      </div>
    </li>
  );
}
