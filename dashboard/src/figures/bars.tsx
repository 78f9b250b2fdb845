import { useTranslation } from "react-i18next";
import classes from "./bars.module.css";
import type { DayFigures } from "./figures.ts";

/** Columns by day in three parts; the same numbers stand in a table for whoever reads instead of looking. */
export function DayColumns({ days, language }: { days: readonly DayFigures[]; language: string }) {
  const { t } = useTranslation();
  const highest = Math.max(1, ...days.map((day) => day.automatic + day.manual + day.turnedAway));
  const name = new Intl.DateTimeFormat(language, {
    weekday: days.length > 10 ? undefined : "short",
    day: "numeric",
    timeZone: "UTC",
  });
  const nameOf = (day: string) => name.format(Date.parse(`${day}T12:00Z`));
  const parts = ["automatic", "manual", "turnedAway"] as const;
  return (
    <>
      <ul className={classes["legend"]} aria-hidden="true">
        {parts.map((part) => (
          <li key={part} data-part={part}>
            {t(`figures.part.${part}`)}
          </li>
        ))}
      </ul>
      <div className={classes["columns"]} aria-hidden="true">
        {days.map((day) => {
          const sum = day.automatic + day.manual + day.turnedAway;
          return (
            <div key={day.day} className={classes["column"]}>
              <div className={classes["area"]}>
                <span className={classes["sum"]}>{sum || ""}</span>
                <div className={classes["stack"]} style={{ height: `${(sum / highest) * 100}%` }}>
                  {parts.map((part) => (
                    <i key={part} data-part={part} style={{ flexGrow: day[part] }} />
                  ))}
                </div>
              </div>
              <span className={classes["name"]}>{nameOf(day.day)}</span>
            </div>
          );
        })}
      </div>
      {/* A table alone grows past its width, and the page with it. */}
      <div className={classes["hidden"]}>
        <table>
          <caption>{t("figures.perDay")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("history.day")}</th>
              {parts.map((part) => (
                <th key={part} scope="col">
                  {t(`figures.part.${part}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day.day}>
                <th scope="row">{nameOf(day.day)}</th>
                {parts.map((part) => (
                  <td key={part}>{day[part]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

export function HourColumns({ hours }: { hours: readonly number[] }) {
  const { t } = useTranslation();
  const highest = Math.max(1, ...hours);
  return (
    <ol className={classes["columns"]} data-thin aria-label={t("figures.perHour")}>
      {hours.map((count, hour) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place.
        <li key={hour} className={classes["column"]} title={`${hour}:00 · ${count}`}>
          <span className={classes["hidden"]}>{`${hour}:00: ${count}`}</span>
          <div className={classes["area"]}>
            <div className={classes["stack"]} style={{ height: `${(count / highest) * 100}%` }}>
              <i data-part="automatic" style={{ flexGrow: 1 }} />
            </div>
          </div>
          <span className={classes["name"]} aria-hidden="true">
            {hour % 3 === 0 ? hour : ""}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Names with a bar and its value each. */
export function NamedBars(props: {
  caption: string;
  rows: readonly { name: string; share: number; value: string }[];
}) {
  const { t } = useTranslation();
  if (props.rows.length === 0) return <p>{t("figures.none")}</p>;
  return (
    <table className={classes["bars"]}>
      <caption className={classes["hidden"]}>{props.caption}</caption>
      <tbody>
        {props.rows.map(({ name, share, value }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <i style={{ width: `${share * 100}%` }} aria-hidden="true" />
            </td>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
