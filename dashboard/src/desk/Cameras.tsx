import { useTranslation } from "react-i18next";
import { useSites } from "../app/tenant.tsx";
import classes from "./Cameras.module.css";
import { LiveTile } from "./LiveTile.tsx";

/** What each camera sees now. */
export function Cameras({ nowMs }: { nowMs: number }) {
  const { t } = useTranslation();
  const { cameras } = useSites();
  return (
    <section className={classes["cameras"]} aria-label={t("camera.label")}>
      <h2>{t("camera.title")}</h2>
      {cameras.length === 0 && <p className={classes["none"]}>{t("camera.noneYet")}</p>}
      <ul>
        {cameras.map((camera) => (
          <LiveTile key={camera.id} camera={camera} nowMs={nowMs} data-testid="camera-row" />
        ))}
      </ul>
    </section>
  );
}
