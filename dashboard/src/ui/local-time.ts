/** How far a zone's clocks are ahead of UTC at a moment. */
function zoneOffsetMs(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(ms);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    of("year"),
    of("month") - 1,
    of("day"),
    of("hour"),
    of("minute"),
    of("second"),
  );
  return shown - Math.floor(ms / 1000) * 1000;
}

/** A moment as an `<input type="datetime-local">` wants it, in the tenant's zone; "" for none. */
export function localInput(ms: number | null, timeZone: string): string {
  if (ms === null) return "";
  return new Date(ms + zoneOffsetMs(ms, timeZone)).toISOString().slice(0, 16);
}

/** The moment that such an input names in the tenant's zone, wherever the computer stands; NaN for no date. */
export function localInputMs(value: string, timeZone: string): number {
  const asUtcMs = Date.parse(`${value}:00Z`);
  if (Number.isNaN(asUtcMs)) return Number.NaN;
  const guessMs = asUtcMs - zoneOffsetMs(asUtcMs, timeZone);
  return asUtcMs - zoneOffsetMs(guessMs, timeZone);
}
