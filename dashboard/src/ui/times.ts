const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(
  language: string,
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${JSON.stringify(options)}`;
  let known = formatters.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat(language, { timeZone, ...options });
    formatters.set(key, known);
  }
  return known;
}

const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** "14:02" in the tenant's zone. */
export function clockTime(ms: number, language: string, timeZone: string): string {
  return formatter(language, timeZone, TIME).format(ms);
}

/** "dom 22 nov, 14:02:11": exact enough to argue about. */
export function exactTime(ms: number, language: string, timeZone: string): string {
  return formatter(language, timeZone, {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...TIME,
    second: "2-digit",
  }).format(ms);
}

/** "22 nov 2026, 14:02" */
export function dateTime(ms: number, language: string, timeZone: string): string {
  return formatter(language, timeZone, { dateStyle: "medium", timeStyle: "short" }).format(ms);
}

/** "domingo, 22 de noviembre" */
export function dayName(ms: number, language: string, timeZone: string): string {
  return formatter(language, timeZone, { weekday: "long", day: "numeric", month: "long" }).format(
    ms,
  );
}

/** No zone changes its day within a quarter of an hour, so that thousands of events need few answers. */
const QUARTER_MS = 900_000;
const MOST_DAYS_KEPT = 10_000;
const days = new Map<string, string>();

/** The day as "2026-11-22" in the tenant's zone, to compare and group by. */
export function dayKey(ms: number, timeZone: string): string {
  const key = `${timeZone} ${Math.floor(ms / QUARTER_MS)}`;
  let day = days.get(key);
  if (day === undefined) {
    day = formatter("en-CA", timeZone, { dateStyle: "short" }).format(ms);
    if (days.size >= MOST_DAYS_KEPT) days.clear();
    days.set(key, day);
  }
  return day;
}

/** "0:14", "12:03", "1:02:40": for a running clock. */
export function runningTime(elapsedMs: number): string {
  const s = Math.max(0, Math.floor(elapsedMs / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** "hace 2 s", "hace 5 min", "hace 3 h": in the language's own short form. */
export function ago(elapsedMs: number, language: string): string {
  const relative = new Intl.RelativeTimeFormat(language, { style: "short", numeric: "auto" });
  const s = Math.max(0, Math.floor(elapsedMs / 1000));
  if (s < 60) return relative.format(-s, "second");
  if (s < 3600) return relative.format(-Math.floor(s / 60), "minute");
  if (s < 48 * 3600) return relative.format(-Math.floor(s / 3600), "hour");
  return relative.format(-Math.floor(s / 86_400), "day");
}

/** Relative within the last hour, then the time of day, and with the day once that is another one. */
export function nearTime(ms: number, nowMs: number, language: string, timeZone: string): string {
  if (nowMs - ms < 3_600_000) return ago(nowMs - ms, language);
  const isToday = dayKey(ms, timeZone) === dayKey(nowMs, timeZone);
  return isToday ? clockTime(ms, language, timeZone) : dateTime(ms, language, timeZone);
}
