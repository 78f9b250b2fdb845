import { useTranslation } from "react-i18next";
import { DOUBT_BELOW, Plate } from "../ui/Plate.tsx";
import { Snapshot } from "../ui/Snapshot.tsx";
import classes from "./PlateEvidence.module.css";
import type { Visit } from "./visits.ts";

/** The crop beside the text, of one height, so that the eye compares. */
export function PlateEvidence({ visit }: { visit: Visit }) {
  const { t } = useTranslation();
  const { event, plate, correction } = visit;
  const { characters, confidence, frames } = event.payload;
  const doubtful = correction ? [] : characters.filter((read) => read.confidence < DOUBT_BELOW);
  return (
    <div className={classes["evidence"]}>
      <Snapshot
        className={classes["crop"]}
        path={event.payload.plate_snapshot_path}
        alt={t("picture.crop")}
        fit="whole"
        isQuiet
      />
      <div className={classes["read"]}>
        <Plate
          plate={plate}
          characters={correction ? undefined : characters}
          size="hero"
          data-testid="plate-text"
        />
        <p className={classes["note"]}>
          {correction
            ? t("plate.corrected", {
                name: correction.payload.by_name ?? "",
                read: event.payload.plate ?? "—",
              })
            : frames.length > 0 &&
              t("plate.reads", { count: frames.length, percent: Math.round(confidence * 100) })}
          {doubtful.map(({ character, alternatives }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: in the order of the plate.
            <span key={index} className={classes["doubt"]}>
              {[character, ...alternatives.slice(0, 2)].join(` ${t("plate.or")} `)}
            </span>
          ))}
        </p>
      </div>
    </div>
  );
}
