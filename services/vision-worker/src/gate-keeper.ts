import {
  DEFAULT_GATE_RULES,
  type GateEvent,
  type GateKind,
  type GateOutcome,
  type GatePosition,
  type GateState,
  type NewEvent,
  nextGateState,
  unknownGate,
} from "@portero/access";
import { createAlarm, type Log, poll } from "@portero/runtime";
import { v7 as uuidv7 } from "uuid";
import type { Gate, GateOrder } from "./gates/gate.ts";
import type { Journal } from "./journal/journal.ts";
import type { CommandRecord, CommandState, JournalEntry } from "./journal/records.ts";

/** How long a gate has to be seen open after a command was accepted. */
const CONFIRM_WITHIN_MS = 5000;
/** How often time alone may change a gate: while something is expected of it, and while it rests. */
const TICK_MS = 250;
const RESTING_TICK_MS = 1000;
const RESTING: ReadonlySet<GateKind> = new Set(["closed", "unknown"]);

/** What became of a command in the end. `duplicate`: the journal holds one for this sighting already. */
export type OpeningEnd =
  | { kind: "duplicate" }
  | { kind: "opened"; confirmed: boolean }
  | { kind: "not_confirmed" }
  | Exclude<GateOutcome, { kind: "accepted" } | { kind: "duplicate" }>;

/** What is on disk, or on the wire, when `onStep` is called. */
export type OpeningStep = "intent" | "firing" | "pulse" | "accepted" | "done";

export interface GateKeeper {
  gate: Gate;
  state(): GateState;
  /**
   * Opens once: intent on disk, `firing` on disk, one pulse, what became of it on disk (safety G1, G2, G6). `entry` is
   * recorded in the same durable step as the intent. `deadlineMs` is on the monotonic clock (G3).
   * @throws {JournalError} when the step could not be recorded: then nothing was sent
   */
  open(
    entry: JournalEntry & { command: CommandRecord },
    deadlineMs: number,
    signal: AbortSignal,
    onStep?: (step: OpeningStep) => void,
  ): Promise<OpeningEnd>;
  /** Follows the barrier until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface GateKeeperOptions {
  gate: Gate;
  journal: Journal;
  log: Log;
  /** Something was recorded that the cloud should have. */
  onRecorded(): void;
  /** The gate's state changed: tell whoever looks at it. */
  onState(): void;
}

/** Watches over one gate: the only place that moves it. */
export function createGateKeeper(options: GateKeeperOptions): GateKeeper {
  const { gate, journal, log, onRecorded, onState } = options;
  const rules = { ...DEFAULT_GATE_RULES, hasPositionInput: gate.hasPositionInput };
  let state = unknownGate(performance.now());
  const listeners = new Set<() => void>();
  const alarm = createAlarm();
  let commandsUnderWay = 0;
  let heldPosition: GatePosition | undefined;

  function apply(event: GateEvent): void {
    const before = state;
    state = nextGateState(state, event, rules);
    for (const listener of [...listeners]) listener();
    if (state.kind === before.kind) return;
    if (RESTING.has(before.kind)) alarm.ring();
    if (state.kind === "forced_open" || state.kind === "held_open") {
      void recordAlert(state.kind).catch((err) =>
        log.error({ err }, "an alert about the gate was not recorded"),
      );
    }
    onState();
  }

  /** A barrier may be seen to move before its command's answer is here: that is no forced opening. */
  function onPosition(position: GatePosition): void {
    if (commandsUnderWay > 0) heldPosition = position;
    else apply({ kind: "position", position, atMs: performance.now() });
  }

  async function command(order: GateOrder, signal: AbortSignal): Promise<GateOutcome> {
    commandsUnderWay++;
    try {
      const outcome = await gate.command(order, signal);
      // After `unknown` it may move too, and that would be no forced opening either.
      if (["accepted", "duplicate", "unknown"].includes(outcome.kind)) {
        const { id: commandId, action } = order;
        apply({ kind: "accepted", action, commandId, atMs: performance.now() });
      }
      return outcome;
    } finally {
      commandsUnderWay--;
      const position = heldPosition;
      heldPosition = undefined;
      if (position) onPosition(position);
    }
  }

  async function recordAlert(code: "forced_open" | "held_open"): Promise<void> {
    await journal.record({
      events: [
        {
          id: uuidv7(),
          eventType: "alert",
          gateId: gate.id,
          cameraId: null,
          occurredAtMs: Date.now(),
          snapshotPath: null,
          payload: {
            alert_type: code === "forced_open" ? "security" : "warning",
            code: `gate_${code}`,
          },
        },
      ],
    });
    onRecorded();
  }

  /** True when the barrier was seen open in time, false when not, at once when nothing can tell. */
  function confirmation(commandId: string, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const check = () => {
        const isOpen =
          state.commandId === commandId && (state.kind === "open" || state.kind === "held_open");
        if (isOpen) end(true);
        else if (state.kind === "not_confirmed" && state.commandId === commandId) end(false);
      };
      const timer = setTimeout(() => end(false), CONFIRM_WITHIN_MS);
      const onAbort = () => end(false);
      const end = (seen: boolean) => {
        clearTimeout(timer);
        listeners.delete(check);
        signal.removeEventListener("abort", onAbort);
        resolve(seen);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      listeners.add(check);
      check();
    });
  }

  return {
    gate,
    state: () => state,

    async open(entry, deadlineMs, signal, onStep) {
      const { command: intent } = entry;
      const startedMs = performance.now();
      if (!(await journal.record(entry))) return { kind: "duplicate" };
      onStep?.("intent");
      const sendWithinMs = deadlineMs - performance.now();
      const isFiring = sendWithinMs > 0 && (await journal.markFiring(intent.id, Date.now()));
      if (!isFiring) return finish(journal, intent, { kind: "expired" }, onRecorded);

      onStep?.("firing");
      const actor = intent.facts.by ?? "automatic";
      const order = { id: intent.id, action: "open" as const, actor };
      const commanding = command(
        { ...order, sendWithinMs: deadlineMs - performance.now() },
        signal,
      );
      // The vehicle first: what goes to the cloud takes the same processor.
      onRecorded();
      const outcome = await commanding;
      onStep?.("pulse");
      if (outcome.kind !== "accepted" && outcome.kind !== "duplicate") {
        return finish(journal, intent, outcome, onRecorded);
      }
      const acceptedAfterMs = performance.now() - startedMs;
      const note = (state: CommandState, outcome: string) => ({
        commandId: intent.id,
        state,
        outcome,
        atMs: Date.now(),
      });
      await journal.record({ outcome: note("accepted", "accepted") });
      onStep?.("accepted");

      const seenOpen = gate.hasPositionInput && (await confirmation(intent.id, signal));
      const openedAfterMs = performance.now() - startedMs;
      // Told to stop in between: it was accepted, and nobody looked whether it opened.
      const isMissed = gate.hasPositionInput && !seenOpen && !signal.aborted;
      const event = isMissed
        ? failureEvent(intent, "not_confirmed")
        : openedEvent(intent, { acceptedAfterMs, ...(seenOpen ? { openedAfterMs } : {}) });
      await journal.record({
        outcome: note("done", isMissed ? "not_confirmed" : "accepted"),
        events: [event],
      });
      onRecorded();
      onStep?.("done");
      return isMissed ? { kind: "not_confirmed" } : { kind: "opened", confirmed: seenOpen };
    },

    async run(signal) {
      await gate
        .settle()
        .catch((err) =>
          log.error({ err, gateId: gate.id }, "the gate's output could not be brought low"),
        );
      await Promise.all([
        poll((stop) => gate.watch(onPosition, stop), {
          everyMs: 60_000,
          backoff: { baseMs: 1000, maxMs: 10_000 },
          signal,
          onFailure: (err) =>
            log.warn({ err, gateId: gate.id }, "the gate's position cannot be followed"),
        }),
        poll(async () => apply({ kind: "time", atMs: performance.now() }), {
          everyMs: () => (RESTING.has(state.kind) ? RESTING_TICK_MS : TICK_MS),
          wait: alarm.wait,
          backoff: { baseMs: 1000, maxMs: 1000 },
          signal,
          onFailure: () => {},
        }),
      ]);
      await gate.settle();
    },
  };
}

type Ended = Exclude<GateOutcome, { kind: "accepted" } | { kind: "duplicate" }>;

/** Writes down how a command ended that opened nothing, or of which nobody knows. */
async function finish(
  journal: Journal,
  command: CommandRecord,
  outcome: Ended,
  onRecorded: () => void,
): Promise<Ended> {
  const state: CommandState =
    outcome.kind === "expired" || outcome.kind === "unknown" ? outcome.kind : "done";
  await journal.record({
    outcome: { commandId: command.id, state, outcome: outcome.kind, atMs: Date.now() },
    events: [
      failureEvent(
        command,
        outcome.kind,
        "detail" in outcome ? outcome.detail : "reason" in outcome ? outcome.reason : undefined,
      ),
    ],
  });
  onRecorded();
  return outcome;
}

function factsOf(command: CommandRecord) {
  const { sightingId, alertEventId, by, byName } = command.facts;
  return {
    command_id: command.id,
    cause: command.cause,
    plate: command.plate,
    ...(sightingId ? { sighting_id: sightingId } : {}),
    ...(alertEventId ? { alert_event_id: alertEventId } : {}),
    ...(by ? { by } : {}),
    ...(byName ? { by_name: byName } : {}),
  };
}

/** The event of an accepted command; confirmed when the barrier was seen open. */
export function openedEvent(
  command: CommandRecord,
  { acceptedAfterMs, openedAfterMs }: { acceptedAfterMs?: number; openedAfterMs?: number },
): NewEvent {
  return {
    id: uuidv7(),
    eventType: "gate_opened",
    gateId: command.gateId,
    cameraId: command.facts.cameraId,
    occurredAtMs: Date.now(),
    snapshotPath: null,
    payload: {
      ...factsOf(command),
      confirmed: openedAfterMs !== undefined,
      ...(command.facts.reason ? { reason: command.facts.reason } : {}),
      ...(acceptedAfterMs === undefined ? {} : { accepted_after_ms: Math.round(acceptedAfterMs) }),
      ...(openedAfterMs === undefined ? {} : { opened_after_ms: Math.round(openedAfterMs) }),
    },
  };
}

/** The event of a command that did not open, or of which nobody can say whether it did. */
export function failureEvent(
  command: CommandRecord,
  outcome: "rejected" | "unreachable" | "expired" | "unknown" | "not_confirmed",
  detail?: string,
): NewEvent {
  return {
    id: uuidv7(),
    eventType: "gate_command_failed",
    gateId: command.gateId,
    cameraId: command.facts.cameraId,
    occurredAtMs: Date.now(),
    snapshotPath: null,
    payload: { ...factsOf(command), outcome, ...(detail ? { detail: detail.slice(0, 300) } : {}) },
  };
}
