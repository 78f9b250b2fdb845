import type { RealtimeEvent } from "@portero/access";
import { describe, expect, it } from "vitest";
import { eventOf } from "./desk-fixtures.ts";
import { latestHandover } from "./handover.ts";

const given = (id: string) => eventOf(id, "shift_handed_over", { note: id });
const taken = (of: string) => eventOf(`t-${of}`, "shift_taken_over", { handover_event_id: of });
const other = eventOf("x", "vehicle_left");
const [monday, ofMonday, tuesday] = [given("monday"), taken("monday"), given("tuesday")];

describe("the hand-over that counts", () => {
  it.each<[string, RealtimeEvent[], string | null, string | null]>([
    ["is none before the first", [other], null, null],
    ["waits for somebody", [monday, other], "monday", null],
    ["was taken", [monday, ofMonday], "monday", "t-monday"],
    ["is the newest, whatever the order", [tuesday, ofMonday, monday], "tuesday", null],
    ["is the same when told twice", [monday, ofMonday, monday], "monday", "t-monday"],
  ])("%s", (_name, events, event, taking) => {
    const latest = latestHandover(events);
    expect([latest?.event.id ?? null, latest?.taken?.id ?? null]).toEqual([event, taking]);
  });
});
