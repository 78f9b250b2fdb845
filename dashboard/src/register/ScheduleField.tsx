import { Chip, Switch, TextInput } from "@mantine/core";
import type { Schedule } from "@portero/access";
import { useTranslation } from "react-i18next";
import classes from "./register.module.css";

const DAYS = ["1", "2", "3", "4", "5", "6", "7"] as const;
/** A Monday, to name the days from. */
const MONDAY_MS = Date.UTC(2026, 0, 5);

export function dayLetter(day: number, language: string): string {
  const name = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  return name.format(MONDAY_MS + (day - 1) * 86_400_000).replace(".", "");
}

/** Without a day nothing would ever be valid. */
export function isScheduleValid(schedule: Schedule | null): boolean {
  return schedule?.days === undefined || schedule.days.length > 0;
}

/** Always, or on certain days between two times of day. */
export function ScheduleField(props: {
  value: Schedule | null;
  onChange(schedule: Schedule | null): void;
}) {
  const { value, onChange } = props;
  const { t, i18n } = useTranslation();
  const days = (value?.days ?? [1, 2, 3, 4, 5, 6, 7]).map(String);
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0, display: "grid", gap: "0.625rem" }}>
      <legend style={{ padding: 0, fontWeight: 500, fontSize: "0.875rem" }}>
        {t("schedule.label")}
      </legend>
      <Switch
        label={t("schedule.limited")}
        checked={value !== null}
        onChange={(event) =>
          onChange(
            event.currentTarget.checked
              ? { days: [1, 2, 3, 4, 5, 6], from: "07:00", until: "18:00" }
              : null,
          )
        }
      />
      {value && (
        <>
          <Chip.Group
            multiple
            value={days}
            onChange={(chosen) => onChange({ ...value, days: chosen.map(Number).sort() })}
          >
            <div className={classes["days"]}>
              {DAYS.map((day) => (
                <Chip key={day} value={day} size="sm" radius="md" icon={null}>
                  {dayLetter(Number(day), i18n.language)}
                </Chip>
              ))}
            </div>
          </Chip.Group>
          {!isScheduleValid(value) && (
            <span style={{ color: "var(--refused)", fontSize: "0.8125rem" }}>
              {t("schedule.noDay")}
            </span>
          )}
          <div className={classes["pair"]}>
            <TextInput
              label={t("schedule.from")}
              type="time"
              value={value.from ?? "00:00"}
              onChange={(event) => onChange({ ...value, from: event.currentTarget.value })}
            />
            <TextInput
              label={t("schedule.until")}
              type="time"
              value={value.until ?? "23:59"}
              onChange={(event) => onChange({ ...value, until: event.currentTarget.value })}
            />
          </div>
        </>
      )}
    </fieldset>
  );
}
