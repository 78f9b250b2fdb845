import fc from "fast-check";
import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import {
  type ControllerState,
  type Delivery,
  GateCommand,
  judgeCommand,
  signedText,
} from "./gate-command.ts";

const GATE_ID = "0199e0a0-0000-7000-8000-00000000000a";
const COMMAND_ID = "0199e0a0-0000-7000-8000-00000000000c";
/** The worker's clock and the controller's monotonic clock at the same moment. */
const WORKER_MS = Date.parse("2026-11-22T12:00:00.000Z");
const NOW_MS = 100_000;

function commandOf(change: Partial<GateCommand> = {}): GateCommand {
  return {
    id: COMMAND_ID,
    gate_id: GATE_ID,
    action: "open",
    issued_at: new Date(WORKER_MS - 20).toISOString(),
    expires_at: new Date(WORKER_MS + 2_980).toISOString(),
    seq: 8,
    actor: "automatic",
    sig: "s".repeat(43),
    ...change,
  };
}

function deliveryOf(change: Partial<GateCommand> = {}, facts: Partial<Delivery> = {}): Delivery {
  return { command: commandOf(change), isSigned: true, isRetained: false, ...facts };
}

function stateOf(change: Partial<ControllerState> = {}): ControllerState {
  return {
    gateId: GATE_ID,
    connectedAtMs: NOW_MS - 10_000,
    clock: { workerMs: WORKER_MS - 5_000, heardAtMs: NOW_MS - 5_000 },
    lastSeq: 7,
    hasSeen: () => false,
    ...change,
  };
}

const at = (offsetMs: number) => new Date(WORKER_MS + offsetMs).toISOString();

describe("judgeCommand (G3, G4, G5)", () => {
  it.each<[string, Delivery, ControllerState, string]>([
    ["accepts a fresh signed command for this gate", deliveryOf(), stateOf(), "accept"],
    [
      "accepts until the last millisecond",
      deliveryOf({ issued_at: at(-2_999), expires_at: at(1) }),
      stateOf(),
      "accept",
    ],
    [
      "refuses from the moment it expires",
      deliveryOf({ issued_at: at(-3_000), expires_at: at(0) }),
      stateOf(),
      "expired",
    ],
    ["refuses a bad signature", deliveryOf({}, { isSigned: false }), stateOf(), "bad_signature"],
    [
      "says bad signature before anything else",
      deliveryOf({ gate_id: COMMAND_ID }, { isSigned: false, isRetained: true }),
      stateOf({ clock: undefined, hasSeen: () => true }),
      "bad_signature",
    ],
    [
      "refuses another gate's command",
      deliveryOf({ gate_id: COMMAND_ID }),
      stateOf(),
      "wrong_gate",
    ],
    [
      "refuses what the broker retained",
      deliveryOf({}, { isRetained: true }),
      stateOf(),
      "retained",
    ],
    ["refuses an id it has seen", deliveryOf(), stateOf({ hasSeen: () => true }), "id_seen"],
    ["refuses a seq it has reached", deliveryOf({ seq: 7 }), stateOf(), "seq_not_newer"],
    ["refuses an older seq", deliveryOf({ seq: 0 }), stateOf(), "seq_not_newer"],
    [
      "refuses within two seconds of connecting",
      deliveryOf(),
      stateOf({ connectedAtMs: NOW_MS - 1_999 }),
      "just_connected",
    ],
    [
      "accepts two seconds after connecting",
      deliveryOf(),
      stateOf({ connectedAtMs: NOW_MS - 2_000 }),
      "accept",
    ],
    [
      "refuses before it knows the time",
      deliveryOf(),
      stateOf({ clock: undefined }),
      "clock_unknown",
    ],
    [
      "trusts a clock for sixty seconds",
      deliveryOf(),
      stateOf({ clock: { workerMs: WORKER_MS - 60_000, heardAtMs: NOW_MS - 60_000 } }),
      "accept",
    ],
    [
      "and no longer",
      deliveryOf(),
      stateOf({ clock: { workerMs: WORKER_MS - 60_001, heardAtMs: NOW_MS - 60_001 } }),
      "clock_unknown",
    ],
    [
      "refuses a command that gives itself more than three seconds",
      deliveryOf({ expires_at: at(2_981) }),
      stateOf(),
      "lives_too_long",
    ],
    [
      "refuses a command from the future",
      deliveryOf({ issued_at: at(1_000), expires_at: at(3_000) }),
      stateOf(),
      "from_the_future",
    ],
    [
      "refuses a day that no calendar has",
      deliveryOf({ issued_at: "2026-13-45T00:00:00Z" }),
      stateOf(),
      "lives_too_long",
    ],
  ])("%s", (_name, delivery, state, expected) => {
    const judged = judgeCommand(delivery, state, NOW_MS);
    expect(judged.kind === "accept" ? "accept" : judged.reason).toBe(expected);
  });

  it("never accepts at or after the expiry, however the command was delayed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 0, max: 55_000 }),
        (lifeMs, delayMs) => {
          const delivery = deliveryOf({ issued_at: at(0), expires_at: at(lifeMs) });
          const judged = judgeCommand(delivery, stateOf(), NOW_MS + delayMs);
          expect(judged.kind === "accept").toBe(delayMs < lifeMs);
        },
      ),
    );
  });

  it("accepts only when every condition holds", () => {
    // Mostly as it should be, so that each condition is often the only one that fails.
    const mostly = <T>(good: T, other: fc.Arbitrary<T>) =>
      fc.oneof({ arbitrary: fc.constant(good), weight: 6 }, { arbitrary: other, weight: 1 });
    const conditions = {
      isSigned: mostly(true, fc.boolean()),
      isRetained: mostly(false, fc.boolean()),
      isSeen: mostly(false, fc.boolean()),
      isMine: mostly(true, fc.boolean()),
      seq: mostly(8, fc.integer({ min: 0, max: 20 })),
      lastSeq: mostly(7, fc.integer({ min: 0, max: 20 })),
      connectedForMs: mostly(2_000, fc.integer({ min: 0, max: 5_000 })),
      clockAgeMs: mostly(
        5_000,
        fc.option(fc.integer({ min: -1_000, max: 120_000 }), { nil: undefined }),
      ),
      issuedMs: mostly(0, fc.integer({ min: -10_000, max: 3_000 })),
      lifeMs: mostly(3_000, fc.integer({ min: -1_000, max: 6_000 })),
    };
    fc.assert(
      fc.property(fc.record(conditions), (c) => {
        const delivery = deliveryOf(
          {
            gate_id: c.isMine ? GATE_ID : COMMAND_ID,
            seq: c.seq,
            issued_at: at(c.issuedMs),
            expires_at: at(c.issuedMs + c.lifeMs),
          },
          { isSigned: c.isSigned, isRetained: c.isRetained },
        );
        const state = stateOf({
          connectedAtMs: NOW_MS - c.connectedForMs,
          lastSeq: c.lastSeq,
          hasSeen: () => c.isSeen,
          clock:
            c.clockAgeMs === undefined
              ? undefined
              : { workerMs: WORKER_MS - c.clockAgeMs, heardAtMs: NOW_MS - c.clockAgeMs },
        });
        const mayOpen =
          c.isSigned &&
          !c.isRetained &&
          !c.isSeen &&
          c.isMine &&
          c.seq > c.lastSeq &&
          c.connectedForMs >= 2_000 &&
          c.clockAgeMs !== undefined &&
          c.clockAgeMs >= 0 &&
          c.clockAgeMs <= 60_000 &&
          c.issuedMs <= 100 &&
          c.lifeMs <= 3_000 &&
          c.issuedMs + c.lifeMs > 0;
        expect(judgeCommand(delivery, state, NOW_MS).kind === "accept").toBe(mayOpen);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("signedText", () => {
  it("changes with every field of a command but its signature", () => {
    const whole = signedText.command(commandOf());
    const other: GateCommand = {
      id: GATE_ID,
      gate_id: COMMAND_ID,
      action: "close",
      issued_at: at(1),
      expires_at: at(2),
      seq: 9,
      actor: "guard",
      sig: "t".repeat(43),
    };
    for (const key of Object.keys(other) as (keyof GateCommand)[]) {
      const changed = signedText.command({ ...commandOf(), [key]: other[key] });
      expect(changed === whole, key).toBe(key === "sig");
    }
  });
});

describe("GateCommand", () => {
  it.each<[string, object, boolean]>([
    ["a whole command", {}, true],
    ["a field more", { force: true }, false],
    ["an id with wildcards", { id: "#" }, false],
    ["a local time", { issued_at: "2026-11-22T12:00:00" }, false],
    ["an offset", { expires_at: "2026-11-22T12:00:00+01:00" }, false],
    ["another action", { action: "lock" }, false],
    ["a seq that is no integer", { seq: 1.5 }, false],
    ["a seq beyond exact numbers", { seq: 2 ** 53 }, false],
    ["no signature", { sig: "" }, false],
  ])("judges %s", (_name, change, isGood) => {
    expect(Value.Check(GateCommand, { ...commandOf(), ...change })).toBe(isGood);
  });
});
