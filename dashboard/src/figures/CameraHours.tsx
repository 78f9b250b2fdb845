import { useTranslation } from "react-i18next";
import classes from "./bars.module.css";

/** Below this mean a camera may want cleaning or light; above the other it reads as it should. */
const POOR_BELOW = 0.8;
const GOOD_FROM = 0.92;

/** How surely each camera reads, hour by hour: a number in each field, its ground tells at a glance. */
export function CameraHours({
  cameras,
}: {
  cameras: readonly { name: string; byHour: readonly (number | null)[] }[];
}) {
  const { t } = useTranslation();
  return (
    <table className={classes["hours"]}>
      <caption className={classes["hidden"]}>{t("figures.byHour")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("figures.camera")}</th>
          {Array.from({ length: 24 }, (_, hour) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place.
            <th key={hour} scope="col">
              {hour}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {cameras.map(({ name, byHour }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {byHour.map((mean, hour) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place.
              <td key={hour} data-grade={gradeOf(mean)}>
                {mean === null ? "" : Math.round(mean * 100)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function gradeOf(mean: number | null): "none" | "poor" | "fair" | "good" {
  if (mean === null) return "none";
  if (mean < POOR_BELOW) return "poor";
  return mean < GOOD_FROM ? "fair" : "good";
}
