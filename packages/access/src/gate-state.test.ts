import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_GATE_RULES,
  type GateEvent,
  type GateKind,
  type GateState,
  nextGateState,
  unknownGate,
} from "./gate-state.ts";

const NOW_MS = 1_000_000;
const SECOND_MS = 1_000;

const events: Record<string, GateEvent> = {
  open_accepted: { kind: "accepted", action: "open", commandId: "new", atMs: NOW_MS },
  close_accepted: { kind: "accepted", action: "close", commandId: "new", atMs: NOW_MS },
  seen_closed: { kind: "position", position: "closed", atMs: NOW_MS },
  seen_moving: { kind: "position", position: "moving", atMs: NOW_MS },
  seen_open: { kind: "position", position: "open", atMs: NOW_MS },
  lost: { kind: "position", position: "unknown", atMs: NOW_MS },
  after_1_s: { kind: "time", atMs: NOW_MS },
  after_5_s: { kind: "time", atMs: NOW_MS + 4 * SECOND_MS },
  after_30_s: { kind: "time", atMs: NOW_MS + 29 * SECOND_MS },
  after_60_s: { kind: "time", atMs: NOW_MS + 59 * SECOND_MS },
};

/** Each state as it is one second after it began. */
function stateOf(kind: GateKind, change: Partial<GateState> = {}): GateState {
  const position = kind === "closed" ? "closed" : "unknown";
  const sinceMs = NOW_MS - SECOND_MS;
  return { kind, sinceMs, commandId: "old", position, hasMoved: false, ...change };
}

const rows: Record<string, GateState> = {
  unknown: stateOf("unknown"),
  closed: stateOf("closed"),
  opening: stateOf("opening"),
  "opening (moved)": stateOf("opening", { hasMoved: true }),
  open: stateOf("open"),
  closing: stateOf("closing"),
  held_open: stateOf("held_open"),
  forced_open: stateOf("forced_open"),
  not_confirmed: stateOf("not_confirmed"),
  "not_confirmed (closed)": stateOf("not_confirmed", { position: "closed" }),
};

/** Every state × every event. A dot stands for "stays". */
const TRANSITIONS = `
  state                  | open_accepted | close_accepted | seen_closed | seen_moving | seen_open   | lost    | after_1_s | after_5_s     | after_30_s    | after_60_s
  unknown                | opening       | .              | closed      | .           | open        | .       | .         | .             | .             | .
  closed                 | opening       | .              | .           | forced_open | forced_open | unknown | .         | .             | .             | .
  opening                | .             | .              | .           | .           | open        | .       | .         | not_confirmed | not_confirmed | not_confirmed
  opening (moved)        | .             | .              | closed      | .           | open        | .       | .         | .             | .             | held_open
  open                   | .             | closing        | closed      | closing     | .           | unknown | .         | .             | .             | held_open
  closing                | opening       | .              | closed      | .           | open        | unknown | .         | .             | .             | held_open
  held_open              | .             | closing        | closed      | .           | .           | unknown | .         | .             | .             | .
  forced_open            | open          | closing        | closed      | .           | .           | unknown | .         | .             | .             | .
  not_confirmed          | opening       | .              | .           | opening     | open        | unknown | .         | .             | unknown       | unknown
  not_confirmed (closed) | opening       | .              | .           | opening     | open        | unknown | .         | .             | closed        | closed
`;

const [header = [], ...body] = TRANSITIONS.trim()
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()));
const cases = body.flatMap(([row = "", ...cells]) =>
  cells.map((cell, index) => [row, header[index + 1] ?? "", cell] as const),
);

describe("nextGateState", () => {
  it("has a row for every state and a column for every event", () => {
    expect(body.map(([row]) => row)).toEqual(Object.keys(rows));
    expect(header.slice(1)).toEqual(Object.keys(events));
  });

  it.each(cases)("%s, %s → %s", (row, name, cell) => {
    const state = rows[row];
    const event = events[name];
    if (!state || !event) throw new Error("no such row or column");
    expect(nextGateState(state, event).kind).toBe(cell === "." ? state.kind : cell);
  });

  it.each<[string, GateState, GateEvent | undefined, Partial<GateState>]>([
    [
      "opening carries its command",
      rows["closed"] as GateState,
      events["open_accepted"],
      { commandId: "new", sinceMs: NOW_MS },
    ],
    [
      "a second command starts the wait anew",
      rows["opening"] as GateState,
      events["open_accepted"],
      { commandId: "new", sinceMs: NOW_MS },
    ],
    [
      "open keeps the command that opened it",
      rows["opening"] as GateState,
      events["seen_open"],
      { commandId: "old", position: "open" },
    ],
    [
      "a second vehicle starts the passage anew",
      rows["open"] as GateState,
      events["open_accepted"],
      { commandId: "new", sinceMs: NOW_MS },
    ],
    [
      "closed forgets the command",
      rows["open"] as GateState,
      events["seen_closed"],
      { commandId: null, position: "closed" },
    ],
    [
      "forced open has no command",
      stateOf("closed", { commandId: null }),
      events["seen_open"],
      { commandId: null },
    ],
    [
      "movement is remembered",
      rows["opening"] as GateState,
      events["seen_moving"],
      { hasMoved: true, sinceMs: NOW_MS - SECOND_MS },
    ],
    [
      "a new command forgets earlier movement",
      stateOf("closing", { hasMoved: true }),
      events["open_accepted"],
      { hasMoved: false },
    ],
  ])("%s", (_name, state, event, expected) => {
    if (!event) throw new Error("no such event");
    expect(nextGateState(state, event)).toMatchObject(expected);
  });

  it("confirms and misses nothing where there is no position input", () => {
    const rules = { ...DEFAULT_GATE_RULES, hasPositionInput: false };
    const before = unknownGate(0);
    const accepted = nextGateState(
      before,
      { kind: "accepted", action: "open", commandId: "c", atMs: 1 },
      rules,
    );
    expect(nextGateState(accepted, { kind: "time", atMs: 60_000 }, rules)).toBe(before);
  });

  it("never calls a gate held open that is meant to stay open", () => {
    const rules = { ...DEFAULT_GATE_RULES, heldOpenAfterMs: Number.POSITIVE_INFINITY };
    const event: GateEvent = { kind: "time", atMs: NOW_MS * 1_000 };
    expect(nextGateState(stateOf("open"), event, rules).kind).toBe("open");
  });

  const anyEvent = fc.oneof(
    fc.record({
      kind: fc.constant("accepted" as const),
      action: fc.constantFrom("open" as const, "close" as const),
      commandId: fc.uuid(),
    }),
    fc.record({
      kind: fc.constant("position" as const),
      position: fc.constantFrom(
        "closed" as const,
        "open" as const,
        "moving" as const,
        "unknown" as const,
      ),
    }),
    fc.record({ kind: fc.constant("time" as const) }),
  );

  it("is never shown closed while its input last said otherwise, nor open while it said closed", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 40_000 }))), (steps) => {
        let state = unknownGate(0);
        let atMs = 0;
        for (const [event, waitMs] of steps) {
          atMs += waitMs;
          state = nextGateState(state, { ...event, atMs });
          if (state.kind === "closed") expect(state.position).toBe("closed");
          if (state.position === "closed") {
            expect(["closed", "opening", "not_confirmed"]).toContain(state.kind);
          }
          if (event.kind === "position") expect(state.position).toBe(event.position);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
