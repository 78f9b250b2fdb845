import { StoreError } from "@portero/store";
import { IconPhotoOff } from "@tabler/icons-react";
import { type CSSProperties, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import classes from "./Snapshot.module.css";

const FIRST_RETRY_MS = 400;
const LAST_RETRY_MS = 8_000;
/** A picture may come well after its event; then it counts as lost. */
const PATIENCE_MS = 60_000;

type Picture = { kind: "coming" } | { kind: "here"; url: string } | { kind: "lost" };

/** Looks for the picture until it is there: events come at once, their pictures when they are uploaded. */
function usePicture(path: string | null | undefined): [Picture, () => void] {
  const { data } = useTenant();
  const [picture, setPicture] = useState<Picture>({ kind: "coming" });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` starts it again.
  useEffect(() => {
    if (!path) return setPicture({ kind: "lost" });
    const startedAtMs = Date.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    let waitMs = FIRST_RETRY_MS;
    setPicture({ kind: "coming" });
    const look = async () => {
      try {
        const url = await data.snapshotUrl(path);
        // Shown only when it is decoded: nothing half-drawn, nothing broken.
        const image = new Image();
        image.src = url;
        await image.decode();
        if (!isOver) setPicture({ kind: "here", url });
      } catch (error) {
        if (isOver) return;
        const isRefused = error instanceof StoreError && error.code === "forbidden";
        if (isRefused || Date.now() - startedAtMs > PATIENCE_MS)
          return setPicture({ kind: "lost" });
        timer = setTimeout(look, waitMs);
        waitMs = Math.min(waitMs * 1.7, LAST_RETRY_MS);
      }
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [path, data, attempt]);
  return [picture, () => setAttempt((count) => count + 1)];
}

interface SnapshotProps {
  path: string | null | undefined;
  /** What a person who can't see it should know. */
  alt: string;
  /** `whole` shows all of it, `fill` covers its place. */
  fit: "whole" | "fill";
  isQuiet?: boolean;
  className?: string | undefined;
  imageStyle?: CSSProperties | undefined;
  children?: React.ReactNode;
}

/** A private picture in a place of fixed size: coming, there, or visibly missing. */
export function Snapshot(props: SnapshotProps) {
  const { path, alt, fit, isQuiet, className, imageStyle, children } = props;
  const { t } = useTranslation();
  const [picture, lookAgain] = usePicture(path);
  return (
    <div
      className={`${classes["place"]} ${className ?? ""}`}
      data-picture={picture.kind}
      data-fit={fit}
    >
      {picture.kind === "here" && <img src={picture.url} alt={alt} style={imageStyle} />}
      {picture.kind === "here" && children}
      {picture.kind === "coming" && !isQuiet && (
        <span className={classes["note"]}>{t("picture.coming")}</span>
      )}
      {picture.kind === "lost" && (
        <span className={classes["note"]}>
          <IconPhotoOff size={isQuiet ? 18 : 28} stroke={1.5} aria-hidden="true" />
          {isQuiet ? (
            <span className={classes["hidden"]}>{t("picture.lost")}</span>
          ) : (
            t("picture.lost")
          )}
          {path && !isQuiet && (
            <button type="button" className={classes["retry"]} onClick={lookAgain}>
              {t("picture.again")}
            </button>
          )}
        </span>
      )}
    </div>
  );
}
