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
  /** There was one, and its time is over. */
  isErased?: boolean | undefined;
  characters?: readonly PlateCharacter[] | undefined;
  size: "small" | "card" | "hero";
  /** Characters of `plate` that differ from this text are marked. */
  comparedWith?: string | null | undefined;
  /** What a doubtful character might be as well, shown under it; a pointer over it shows it too. */
  showsDoubts?: boolean;
  "data-testid"?: string;
}

/** A plate drawn as one, in capitals of equal width, with what is doubtful in it marked. */
export function Plate(props: PlateProps) {
  const { plate, isErased, characters, size, comparedWith, showsDoubts, ...rest } = props;
  if (!plate) return <NoPlate size={size} isErased={isErased} {...rest} />;
  const isWhole = characters?.map(({ character }) => character).join("") === plate;
  const cells = [...plate].map((letter, place) => {
    const read = isWhole ? characters?.[place] : undefined;
    const isDoubtful = read !== undefined && read.confidence < DOUBT_BELOW;
    const isDifferent = comparedWith != null && comparedWith.charAt(place) !== letter;
    return { letter, doubt: isDoubtful ? read : undefined, isMarked: isDoubtful || isDifferent };
  });
  // Lists hold many plates with nothing to mark: one piece of text is drawn much faster than a cell for each letter.
  const isPlain = size === "small" && !cells.some(({ isMarked }) => isMarked);
  return (
    <span
      className={classes["plate"]}
      role="img"
      aria-label={plate}
      data-size={size}
      data-plain={isPlain || undefined}
      style={{ "--characters": plate.length } as CSSProperties}
      {...rest}
    >
      {isPlain
        ? plate
        : cells.map(({ letter, doubt, isMarked }, place) =>
            doubt && size !== "small" ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a character is its place.
              <DoubtfulCell key={place} read={doubt} size={size} isShown={showsDoubts} />
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a character is its place.
              <span key={place} className={classes["cell"]} data-marked={isMarked || undefined}>
                {letter}
              </span>
            ),
          )}
    </span>
  );
}

function NoPlate({
  size,
  isErased,
  ...rest
}: Pick<PlateProps, "size" | "isErased" | "data-testid">) {
  const { t } = useTranslation();
  return (
    <span className={classes["none"]} data-size={size} {...rest}>
      {isErased ? t("plate.erased") : t("plate.none")}
    </span>
  );
}

interface DoubtfulCellProps {
  read: PlateCharacter;
  size: "card" | "hero";
  isShown: boolean | undefined;
}

function DoubtfulCell({ read, size, isShown }: DoubtfulCellProps) {
  const { t } = useTranslation();
  const label = t("plate.doubt", {
    character: read.character,
    percent: Math.round(read.confidence * 100),
    others: read.alternatives.join(", ") || "—",
  });
  return (
    <span className={classes["cell"]} data-marked title={label}>
      {read.character}
      {size === "hero" && read.alternatives.length > 0 && (
        <span className={classes["others"]} data-shown={isShown || undefined}>
          {read.alternatives.slice(0, 3).join(" ")}
        </span>
      )}
    </span>
  );
}
