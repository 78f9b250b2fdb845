import { type CSSProperties, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../app/tenant.tsx";
import { Keycap } from "../ui/Keycap.tsx";
import { Snapshot } from "../ui/Snapshot.tsx";
import { useKeys } from "./use-keys.ts";
import classes from "./VisitFrame.module.css";
import type { Visit } from "./visits.ts";

/** The best frame, whole; a key brings the plate close. */
export function VisitFrame({ visit, gateName }: { visit: Visit; gateName: string }) {
  const { t } = useTranslation();
  const { exact } = useTimes();
  const [isClose, setIsClose] = useState(false);
  const { event, plate } = visit;
  const { box, frame_width_px: widthPx, frame_height_px: heightPx } = event.payload;
  const toggle = () => setIsClose((now) => !now);
  useKeys((key) => {
    if (key !== "z" || !box) return false;
    toggle();
    return true;
  });

  const share = box && {
    left: box.left_px / widthPx,
    top: box.top_px / heightPx,
    width: box.width_px / widthPx,
    height: box.height_px / heightPx,
  };
  const ratio = widthPx && heightPx ? widthPx / heightPx : 16 / 9;
  const scale = share ? Math.min(5, Math.max(1.6, 0.42 / share.width)) : 1;
  const origin = share
    ? `${(share.left + share.width / 2) * 100}% ${(share.top + share.height / 2) * 100}%`
    : "50% 50%";
  return (
    <figure className={classes["frame"]}>
      <div className={classes["stage"]}>
        <div
          className={classes["picture"]}
          style={
            {
              "--ratio": ratio,
              aspectRatio: ratio,
              transformOrigin: origin,
              transform: isClose ? `scale(${scale})` : undefined,
            } as CSSProperties
          }
        >
          <Snapshot
            className={classes["snapshot"]}
            path={event.snapshotPath}
            fit="whole"
            alt={t("picture.alt", { plate: plate ?? t("plate.none"), gate: gateName })}
          >
            {share && !isClose && (
              <span
                className={classes["box"]}
                aria-hidden="true"
                style={{
                  left: `${(share.left - 0.006) * 100}%`,
                  top: `${(share.top - 0.008) * 100}%`,
                  width: `${(share.width + 0.012) * 100}%`,
                  height: `${(share.height + 0.016) * 100}%`,
                }}
              />
            )}
          </Snapshot>
        </div>
      </div>
      <figcaption className={classes["caption"]}>
        <span>{exact(event.occurredAtMs)}</span>
        {event.isLate && <span className={classes["late"]}>{t("event.late")}</span>}
        {box && (
          <button
            type="button"
            className={classes["close"]}
            aria-pressed={isClose}
            onClick={toggle}
          >
            {isClose ? t("picture.whole") : t("picture.close")} <Keycap>Z</Keycap>
          </button>
        )}
      </figcaption>
    </figure>
  );
}
