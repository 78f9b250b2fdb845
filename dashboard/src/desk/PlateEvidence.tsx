import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Keycap } from "../ui/Keycap.tsx";
import { DOUBT_BELOW, Plate } from "../ui/Plate.tsx";
import { Snapshot } from "../ui/Snapshot.tsx";
import classes from "./PlateEvidence.module.css";
import { useKeys } from "./use-keys.ts";
import type { Visit } from "./visits.ts";

/** The crop beside the text, of one height, so that the eye compares. */
export function PlateEvidence({ visit }: { visit: Visit }) {
  const { t } = useTranslation();
  const [showsDoubts, setShowsDoubts] = useState(false);
  const { event, plate, correction } = visit;
  const { characters, confidence, frames } = event.payload;
  const doubtful = correction ? [] : characters.filter((read) => read.confidence < DOUBT_BELOW);
  const toggle = () => setShowsDoubts((now) => !now);
  useKeys((key) => {
    if (key !== "d" || doubtful.length === 0) return false;
    toggle();
    return true;
  });
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
          isErased={event.payload.erased}
          characters={correction ? undefined : characters}
          size="hero"
          showsDoubts={showsDoubts}
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
          {doubtful.length > 0 && (
            <button
              type="button"
              className={classes["doubt"]}
              aria-pressed={showsDoubts}
              onClick={toggle}
              data-testid="doubts"
            >
              {doubtful
                .map(({ character, alternatives }) =>
                  [character, ...alternatives.slice(0, 2)].join(` ${t("plate.or")} `),
                )
                .join(", ")}{" "}
              <Keycap>D</Keycap>
            </button>
          )}
        </p>
      </div>
    </div>
  );
}
