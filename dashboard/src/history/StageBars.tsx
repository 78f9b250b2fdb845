import { useTranslation } from "react-i18next";
import { useStageName } from "../desk/use-stage-name.ts";
import classes from "./EventPage.module.css";

/** Where the time went, each stage by its milliseconds. */
export function StageBars({ timings }: { timings: Record<string, number> }) {
  const { t } = useTranslation();
  const stageName = useStageName();
  const stages = Object.entries(timings);
  if (stages.length === 0) return null;
  const parts = stages.filter(([name]) => !name.includes("_"));
  const longestMs = Math.max(1, ...parts.map(([, ms]) => ms));
  return (
    <section className={classes["card"]}>
      <h2>{t("outcome.stages")}</h2>
      <dl className={classes["stages"]}>
        {stages.map(([name, ms]) => (
          <div key={name} data-sum={name.includes("_") || undefined}>
            <dt>{stageName(name)}</dt>
            <dd>
              {!name.includes("_") && <i style={{ width: `${(ms / longestMs) * 100}%` }} />}
              <span>{ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
