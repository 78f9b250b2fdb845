import type { RealtimeEvent } from "@portero/access";
import type { GateCommandStatus, GateStatus } from "@portero/store";
import { describe, expect, it } from "vitest";
import { commandOf, eventOf, GATE, NOW_MS } from "./desk-fixtures.ts";
import { CONFIRM_LIMIT_MS, gateProgress } from "./gate-progress.ts";

type Opened = Extract<RealtimeEvent, { eventType: "gate_opened" }>;

const gate = (state: GateStatus["state"], ageMs = 0): GateStatus => ({
  id: GATE,
  state,
  since: new Date(NOW_MS - ageMs).toISOString(),
});
const openedEvent = (confirmed: boolean) => eventOf("o", "gate_opened", { confirmed }) as Opened;
const EARLIER_MS = 60_000;

describe("the gate's answer", () => {
  it.each<[GateCommandStatus, GateStatus | undefined, Opened | null, string, string | null]>([
    ["requested", undefined, null, "asked", null],
    ["firing", gate("closed", EARLIER_MS), null, "asked", null],
    ["accepted", gate("closed", EARLIER_MS), null, "accepted", null],
    ["accepted", gate("opening"), null, "moving", null],
    ["accepted", gate("open"), null, "open", null],
    ["requested", gate("open", EARLIER_MS), null, "asked", null],
    ["opened", gate("open"), null, "open", null],
    ["opened", gate("closing"), null, "open", null],
    ["opened", gate("closed"), null, "closed", null],
    ["opened", gate("closed", EARLIER_MS), null, "open", null],
    ["accepted", gate("unknown"), openedEvent(false), "accepted", null],
    ["accepted", undefined, openedEvent(true), "open", null],
    ["not_confirmed", gate("closed"), null, "accepted", "not_confirmed"],
    ["unknown", gate("closed"), null, "accepted", "unknown"],
    ["rejected", gate("closed"), null, "asked", "rejected"],
    ["expired", gate("closed"), null, "asked", "expired"],
    ["unreachable", gate("closed"), null, "asked", "unreachable"],
  ])("%s with the gate %o is at %s", (status, state, opened, step, trouble) => {
    const progress = gateProgress(commandOf("c", { status }), state, opened, NOW_MS);
    expect(progress).toMatchObject({ step, trouble });
  });

  it("is calm about a gate that can't be seen to open", () => {
    const progress = gateProgress(
      commandOf("c", { status: "accepted" }),
      gate("unknown"),
      openedEvent(false),
      NOW_MS,
    );
    expect(progress).toMatchObject({ isUnseen: true, isDone: true, trouble: null });
  });

  it.each([
    [CONFIRM_LIMIT_MS, null],
    [CONFIRM_LIMIT_MS + 1, "not_confirmed"],
  ])("after %i ms without movement says %s", (afterMs, trouble) => {
    const command = commandOf("c", { status: "accepted", requestedAtMs: NOW_MS - afterMs });
    expect(gateProgress(command, gate("closed", EARLIER_MS), null, NOW_MS).trouble).toBe(trouble);
  });

  it("says so when nobody has taken the order in its time", () => {
    const command = commandOf("c", { expiresAtMs: NOW_MS - 3_000 });
    expect(gateProgress(command, undefined, null, NOW_MS)).toMatchObject({
      trouble: "expired",
      isDone: true,
    });
  });
});
