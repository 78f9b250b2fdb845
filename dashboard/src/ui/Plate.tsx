import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Plate.module.css";

export interface PlateCharacter {
  character: string;
  confidence: number;
  alternatives: readonly string[];
}

/** Below this probability a character is marked: the guard should compare it with the picture. */
export const DOUBT_BELOW = 0.9;

interface PlateProps {
  plate: string | null;
  characters?: readonly PlateCharacter[] | undefined;
  size: "small" | "card" | "hero";
  /** Characters of `plate` that differ from this text are marked. */
  comparedWith?: string | null | undefined;
  /** What a doubtful character might be as well, shown under it; a pointer over it shows it too. */
  showsDoubts?: boolean;
  "data-testid"?: string;
}

/** A plate drawn as one, in capitals of equal width, with what is doubtful in it marked. */
export function Plate({ plate, characters, size, comparedWith, showsDoubts, ...rest }: PlateProps) {
  const { t } = useTranslation();
  if (!plate) {
    return (
      <span className={classes["none"]} data-size={size} {...rest}>
        {t("plate.none")}
      </span>
    );
  }
  const isWhole = characters?.map(({ character }) => character).join("") === plate;
  return (
    <span
      className={classes["plate"]}
      role="img"
      aria-label={plate}
      data-size={size}
      style={{ "--characters": plate.length } as CSSProperties}
      {...rest}
    >
      {[...plate].map((letter, place) => {
        const read = isWhole ? characters?.[place] : undefined;
        const isDoubtful = read !== undefined && read.confidence < DOUBT_BELOW;
        const isDifferent = comparedWith != null && comparedWith.charAt(place) !== letter;
        // biome-ignore lint/suspicious/noArrayIndexKey: a character is its place.
        const cell = <Cell key={place} letter={letter} isMarked={isDoubtful || isDifferent} />;
        if (!isDoubtful || size === "small") return cell;
        const label = t("plate.doubt", {
          character: letter,
          percent: Math.round(read.confidence * 100),
          others: read.alternatives.join(", ") || "—",
        });
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a character is its place.
          <span key={place} className={classes["cell"]} data-marked title={label}>
            {letter}
            {size === "hero" && read.alternatives.length > 0 && (
              <span className={classes["others"]} data-shown={showsDoubts || undefined}>
                {read.alternatives.slice(0, 3).join(" ")}
              </span>
            )}
          </span>
        );
      })}
    </span>
  );
}

function Cell({ letter, isMarked }: { letter: string; isMarked: boolean }) {
  return (
    <span className={classes["cell"]} data-marked={isMarked || undefined}>
      {letter}
    </span>
  );
}
