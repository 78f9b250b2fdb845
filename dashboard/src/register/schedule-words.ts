import type { Schedule } from "@portero/access";
import { useTranslation } from "react-i18next";
import { dayLetter } from "./ScheduleField.tsx";

/** "lun–sáb 07:00–18:00"; "siempre" for none. */
export function useScheduleWords(): (schedule: Schedule | null) => string {
  const { t, i18n } = useTranslation();
  return (schedule) => {
    if (!schedule) return t("schedule.always");
    const days = schedule.days ?? [];
    const names = days.map((day) => dayLetter(day, i18n.language));
    const isRun =
      days.length > 2 && days.every((day, at) => at === 0 || day === (days[at - 1] ?? 0) + 1);
    const which = isRun ? `${names[0]}–${names.at(-1)}` : names.join(", ");
    const hours =
      schedule.from || schedule.until
        ? `${schedule.from ?? "00:00"}–${schedule.until ?? "24:00"}`
        : "";
    return (
      [days.length === 7 ? "" : which, hours].filter(Boolean).join(" ") || t("schedule.always")
    );
  };
}
