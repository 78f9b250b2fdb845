import { useTranslation } from "react-i18next";
import { useTimes } from "../app/tenant.tsx";
import type { SightingEvent } from "../desk/visits.ts";
import { DOUBT_BELOW } from "../ui/Plate.tsx";
import classes from "./EventPage.module.css";

/** How the plate was read: each character's certainty, each frame's vote, and the texts that lost. */
export function ReadEvidence({ event }: { event: SightingEvent }) {
  const { t } = useTranslation();
  const { exact } = useTimes();
  const { characters, frames, candidates, confidence } = event.payload;
  if (characters.length === 0 && frames.length === 0) return null;
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return (
    <section className={classes["card"]}>
      <h2>{t("detail.reading", { percent: Math.round(confidence * 100) })}</h2>
      <ol className={classes["characters"]}>
        {characters.map((read, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a character is its place.
          <li key={place} data-doubt={read.confidence < DOUBT_BELOW || undefined}>
            <b>{read.character}</b>
            <span className={classes["bar"]}>
              <i style={{ height: `${read.confidence * 100}%` }} />
            </span>
            <span>{percent(read.confidence)}</span>
            <small>{read.alternatives.slice(0, 3).join(" ")}</small>
          </li>
        ))}
      </ol>
      <div className={classes["columns"]}>
        <table className={classes["table"]}>
          <caption>{t("detail.frames", { count: frames.length })}</caption>
          <tbody>
            {frames.map((frame) => (
              <tr key={frame.hash + frame.captured_at}>
                <td>{exact(Date.parse(frame.captured_at))}</td>
                <td className={classes["mono"]}>{frame.text || "—"}</td>
                <td>{percent(frame.confidence)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {candidates.length > 0 && (
          <table className={classes["table"]}>
            <caption>{t("detail.candidates")}</caption>
            <tbody>
              {candidates.slice(0, 6).map((candidate) => (
                <tr key={candidate.plate}>
                  <td className={classes["mono"]}>{candidate.plate}</td>
                  <td>{candidate.score.toFixed(2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
