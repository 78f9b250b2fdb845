import { SIGHTING_EVENTS } from "@portero/access";
import { until } from "@portero/testing";
import { expect } from "vitest";
import { type Desk, PATIENCE_MS } from "./desk.ts";
import type { World } from "./world.ts";

/** What tells of a vehicle; everything else about it is told in the same row of the screen. */
const SIGHTINGS: readonly string[] = SIGHTING_EVENTS;

interface EventRow {
  id: string;
  event_type: string;
  payload: { sighting_id?: string; alert_event_id?: string };
}

/** Waits until the screen shows every event of the table and no other (E3). */
export async function shownEqualsTable({ query }: World, desk: Desk): Promise<void> {
  const { page, account } = desk;
  const size = page.viewportSize();
  // The feed draws the rows that fit: make room for all of them.
  await page.setViewportSize({ width: size?.width ?? 1440, height: 6_000 });
  const inTable = async () => {
    const events = await query<EventRow>(
      "select id, event_type, payload from realtime_events where tenant_id = $1",
      [account.tenantId],
    );
    const sightings = events.filter(({ event_type }) => SIGHTINGS.includes(event_type));
    const known = new Set(sightings.flatMap(({ id, payload }) => [id, payload.sighting_id]));
    const isTold = ({ payload }: EventRow) =>
      known.has(payload.alert_event_id ?? "") || known.has(payload.sighting_id ?? "");
    return events
      .filter((event) => sightings.includes(event) || !isTold(event))
      .map(({ id }) => id)
      .sort();
  };
  const onScreen = async () => {
    const rows = await page.getByTestId("feed-row").all();
    return (await Promise.all(rows.map((row) => row.getAttribute("data-event-id")))).sort();
  };
  const isSame = async () => (await inTable()).join() === (await onScreen()).join();
  await until("the screen shows what the table holds", isSame, PATIENCE_MS).catch(async () => {
    expect(await onScreen()).toEqual(await inTable());
  });
  if (size) await page.setViewportSize(size);
}
