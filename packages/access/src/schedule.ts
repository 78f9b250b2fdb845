import type { Schedule } from "./register.ts";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Day (1 = Monday) and minute of the day of `nowMs` in an IANA time zone. */
function localTime(nowMs: number, timeZone: string): { day: number; minute: number } {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    formatters.set(timeZone, formatter);
  }
  const parts = Object.fromEntries(
    formatter.formatToParts(nowMs).map((part) => [part.type, part.value]),
  );
  return {
    day: WEEKDAYS.indexOf(parts["weekday"] ?? "") + 1,
    minute: Number(parts["hour"]) * 60 + Number(parts["minute"]),
  };
}

const minutesOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
};

/** Whether `nowMs` lies in the schedule. A span over midnight belongs to the day on which it began. */
export function isWithinSchedule(
  schedule: Schedule | null,
  nowMs: number,
  timeZone: string,
): boolean {
  if (!schedule) return true;
  const { day, minute } = localTime(nowMs, timeZone);
  const from = schedule.from ? minutesOf(schedule.from) : 0;
  const until = schedule.until ? minutesOf(schedule.until) : 24 * 60;
  const isOn = (weekday: number) => !schedule.days || schedule.days.includes(weekday);
  if (from <= until) return isOn(day) && minute >= from && minute < until;
  const yesterday = day === 1 ? 7 : day - 1;
  return (minute >= from && isOn(day)) || (minute < until && isOn(yesterday));
}
