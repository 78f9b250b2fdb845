import type { RealtimeEvent } from "@portero/access";
import type { GateCommand } from "@portero/store";
import { describe, expect, it } from "vitest";
import { commandOf, eventOf, NOW_MS, sighting } from "./desk-fixtures.ts";
import { storyOf } from "./visits.ts";
import { answerOf, WAITING_LIMIT_MS, waitingVisits } from "./waiting.ts";

const unknown = eventOf("a1", "unknown_vehicle", sighting("s1"));
const denied = eventOf("a2", "access_denied", sighting("s2"));
const withoutPlate = eventOf("a3", "vehicle_without_plate", sighting("s3", null));
const late = { ...unknown, isLate: true } as RealtimeEvent;
const forAlert = (status: GateCommand["status"]) => commandOf("c1", { alertEventId: "a1", status });

describe("what waits", () => {
  it.each<[string, RealtimeEvent[], GateCommand[], string[]]>([
    ["an unknown vehicle waits", [unknown], [], ["a1"]],
    ["a denied one waits", [denied], [], ["a2"]],
    ["one without a plate waits", [withoutPlate], [], ["a3"]],
    ["a resident does not", [eventOf("r", "resident_arrived", sighting("s"))], [], []],
    ["a backlog that came late never waits", [late], [], []],
    ["the longest wait comes first", [unknown, denied], [], ["a1", "a2"]],
    [
      "a guard's opening ends it",
      [unknown, eventOf("o", "gate_opened", { alert_event_id: "a1" })],
      [],
      [],
    ],
    [
      "an opening by the gate itself ends it",
      [unknown, eventOf("o", "gate_opened", { sighting_id: "s1" })],
      [],
      [],
    ],
    [
      "another vehicle's opening does not",
      [unknown, eventOf("o", "gate_opened", { sighting_id: "s9" })],
      [],
      ["a1"],
    ],
    [
      "a refusal ends it",
      [unknown, eventOf("n", "entry_refused", { alert_event_id: "a1" })],
      [],
      [],
    ],
    ["leaving ends it", [unknown, eventOf("l", "vehicle_left", { alert_event_id: "a1" })], [], []],
    [
      "a correction does not",
      [unknown, eventOf("p", "plate_corrected", { alert_event_id: "a1", plate: "X1" })],
      [],
      ["a1"],
    ],
    [
      "a failed command does not",
      [unknown, eventOf("f", "gate_command_failed", { alert_event_id: "a1" })],
      [],
      ["a1"],
    ],
    ["a command that opened ends it", [unknown], [forAlert("opened")], []],
    ["a command under way does not", [unknown], [forAlert("accepted")], ["a1"]],
    ["a command that nobody saw open does not", [unknown], [forAlert("not_confirmed")], ["a1"]],
    ["a rejected command does not", [unknown], [forAlert("rejected")], ["a1"]],
    [
      "a manual opening of the gate does not",
      [unknown],
      [commandOf("c", { status: "opened" })],
      ["a1"],
    ],
  ])("%s", (_name, events, commands, ids) => {
    const waiting = waitingVisits(storyOf(events, commands), NOW_MS);
    expect(waiting.map(({ event }) => event.id)).toEqual(ids);
  });

  it.each([
    [WAITING_LIMIT_MS, 1],
    [WAITING_LIMIT_MS + 1, 0],
  ])("after %i ms of silence, %i wait", (waitedMs, count) => {
    const story = storyOf([unknown], []);
    expect(waitingVisits(story, unknown.occurredAtMs + waitedMs)).toHaveLength(count);
  });
});

describe("how a visit ended", () => {
  const answer = (events: RealtimeEvent[], commands: GateCommand[] = []) => {
    const visit = storyOf(events, commands).visits.get("a1");
    return visit && answerOf(visit, NOW_MS);
  };

  it("says who opened and why", () => {
    const opened = eventOf("o", "gate_opened", {
      alert_event_id: "a1",
      by_name: "Ana",
      reason: "delivery",
      cause: "guard",
    });
    expect(answer([unknown, opened])).toEqual({
      kind: "opened",
      byName: "Ana",
      reason: "delivery",
      isAutomatic: false,
    });
  });

  it("knows the guard from the command while the event is still on its way", () => {
    expect(answer([unknown], [forAlert("opened")])).toMatchObject({
      kind: "opened",
      byName: "Ana",
    });
  });

  it("believes an opening over an earlier refusal", () => {
    const refused = eventOf("n", "entry_refused", { alert_event_id: "a1" });
    const opened = eventOf("o", "gate_opened", { alert_event_id: "a1" });
    expect(answer([unknown, refused, opened])?.kind).toBe("opened");
  });
});

describe("the story", () => {
  it("tells each vehicle once, with what followed, newest first", () => {
    const events = [
      unknown,
      eventOf("o", "gate_opened", { alert_event_id: "a1" }),
      denied,
      eventOf("m", "gate_opened", { command_id: "elsewhere" }),
    ];
    expect(storyOf(events, []).items.map(({ id }) => id)).toEqual(["m", "a2", "a1"]);
  });

  it("shows the plate that the guard read", () => {
    const corrected = eventOf("p", "plate_corrected", { alert_event_id: "a1", plate: "ABC128" });
    expect(storyOf([unknown, corrected], []).visits.get("a1")?.plate).toBe("ABC128");
  });

  it("keeps the newest of two commands", () => {
    const first = commandOf("c1", { alertEventId: "a1", status: "expired" });
    const second = commandOf("c2", { alertEventId: "a1", requestedAtMs: NOW_MS });
    expect(storyOf([unknown], [second, first]).visits.get("a1")?.command?.id).toBe("c2");
  });
});
