import { describe, expect, it } from "vitest";
import { eventOf, NOW_MS, sighting } from "../desk/desk-fixtures.ts";
import { historyRows } from "./history-rows.ts";

const DAY_MS = 86_400_000;

const told = (rows: ReturnType<typeof historyRows>) =>
  rows.map((row) => (row.kind === "day" ? "day" : row.item.id));

describe("the history's lines", () => {
  const older = eventOf("older", "unknown_vehicle", sighting("s1"), {
    occurredAtMs: NOW_MS - DAY_MS,
  });
  const newer = eventOf("newer", "resident_arrived", sighting("s2"));
  const opened = eventOf("opened", "gate_opened", { alert_event_id: "older" });

  it("tell each vehicle once, newest first, under its day", () => {
    expect(told(historyRows([[opened, newer, older]], null, "UTC"))).toEqual([
      "day",
      "newer",
      "day",
      "older",
    ]);
  });

  it("take an event that several pages bring for one", () => {
    const rows = historyRows(
      [
        [opened, newer],
        [opened, older],
      ],
      null,
      "UTC",
    );
    expect(told(rows)).toEqual(["day", "newer", "day", "older"]);
    expect(rows.at(-1)).toMatchObject({ item: { visit: { opened: { id: "opened" } } } });
  });

  it("stay the same ones when a further page comes", () => {
    const first = [newer];
    const [, before] = historyRows([first], null, "UTC");
    const [, after] = historyRows([first, [opened, older]], null, "UTC");
    expect(before?.kind === "item" && before.item).toBe(after?.kind === "item" && after.item);
  });

  it("hide what was not looked for", () => {
    expect(told(historyRows([[opened, newer, older]], "residents", "UTC"))).toEqual([
      "day",
      "newer",
    ]);
  });
});
