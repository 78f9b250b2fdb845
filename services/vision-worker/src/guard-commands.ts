import type { Log } from "@portero/runtime";
import type { CommandStatus, EdgeStore, RequestedCommand } from "@portero/store";
import { v7 as uuidv7 } from "uuid";
import type { GateKeeper, OpeningEnd } from "./gate-keeper.ts";
import type { Journal } from "./journal/journal.ts";
import type { ServerClock } from "./server-clock.ts";

export interface GuardCommands {
  /** Executes a guard's command once, however often it is told. */
  execute(command: RequestedCommand, signal: AbortSignal): void;
  /** Commands under way; wait for them before the journal closes. */
  settled(): Promise<void>;
}

/**
 * Executes what guards ask for, under the same rules as the worker's own openings (safety G3, G10): on disk before
 * the pulse, never after its expiry on the database's clock, once.
 */
export function createGuardCommands(options: {
  keeperOf(gateId: string): GateKeeper | undefined;
  journal: Journal;
  cloud: Pick<EdgeStore, "reportCommand">;
  clock: ServerClock;
  log: Log;
}): GuardCommands {
  const { keeperOf, journal, cloud, clock, log } = options;
  const running = new Map<string, Promise<void>>();

  async function report(
    id: string,
    status: CommandStatus,
    detail: string | null,
    signal: AbortSignal,
  ) {
    await cloud
      .reportCommand(id, status, detail, signal)
      .catch((err) =>
        log.warn(
          { err, commandId: id, status },
          "the guard could not be told how the command went",
        ),
      );
  }

  async function carryOut(command: RequestedCommand, signal: AbortSignal): Promise<void> {
    let mayHaveFired = false;
    try {
      if (await journal.hasCommand(command.id)) return;
      const keeper = keeperOf(command.gateId);
      if (!keeper || command.action !== "open") {
        return await report(command.id, "rejected", "this site cannot do that", signal);
      }
      const remainingMs = clock.remainingMs(command.expiresAtMs);
      if (remainingMs === null || remainingMs <= 0) {
        return await report(command.id, "expired", null, signal);
      }
      const nowMs = Date.now();
      // The steps are reported one after the other, so that none overtakes another.
      let reports = Promise.resolve();
      const end = await keeper.open(
        {
          command: {
            id: command.id,
            decisionId: null,
            gateId: command.gateId,
            cause: "guard",
            plate: null,
            facts: {
              cameraId: null,
              by: command.requestedBy,
              byName: command.requestedByName,
              reason: command.reason,
              ...(command.alertEventId ? { alertEventId: command.alertEventId } : {}),
            },
            issuedAtMs: nowMs,
            expiresAtMs: Math.floor(nowMs + remainingMs),
          },
        },
        performance.now() + remainingMs,
        signal,
        (step) => {
          if (step === "firing") mayHaveFired = true;
          if (step === "firing")
            reports = reports.then(() => report(command.id, "firing", null, signal));
          if (step === "accepted")
            reports = reports.then(() => report(command.id, "accepted", null, signal));
        },
      );
      await reports;
      const last = statusOf(end);
      if (last) await report(command.id, last.status, last.detail, signal);
    } catch (err) {
      // The journal could not be written: before the pulse that keeps the gate closed, after it nobody can say.
      log.error({ err, commandId: command.id, mayHaveFired }, "a guard's command was not recorded");
      const outcome = mayHaveFired ? "unknown" : "rejected";
      await report(command.id, outcome, "the site cannot record what it does", signal);
      await recordNothingLost(command, outcome, journal, log);
    }
  }

  return {
    execute(command, signal) {
      if (running.has(command.id) || command.status !== "requested") return;
      const work = carryOut(command, signal).finally(() => running.delete(command.id));
      running.set(command.id, work);
    },
    settled: async () => {
      await Promise.all(running.values());
    },
  };
}

function statusOf(end: OpeningEnd): { status: CommandStatus; detail: string | null } | null {
  switch (end.kind) {
    case "duplicate":
      // The register admitted the same vehicle in the meantime: what the guard asked for is under way.
      return { status: "accepted", detail: null };
    case "opened":
      return end.confirmed ? { status: "opened", detail: null } : null;
    case "not_confirmed":
    case "expired":
      return { status: end.kind, detail: null };
    case "rejected":
      return { status: "rejected", detail: end.reason };
    case "unreachable":
    case "unknown":
      return { status: end.kind, detail: end.detail };
  }
}

/** An event about the failure, if the journal takes one again. */
async function recordNothingLost(
  command: RequestedCommand,
  outcome: "unknown" | "rejected",
  journal: Journal,
  log: Log,
): Promise<void> {
  await journal
    .record({
      events: [
        {
          id: uuidv7(),
          eventType: "gate_command_failed",
          gateId: command.gateId,
          cameraId: null,
          occurredAtMs: Date.now(),
          snapshotPath: null,
          payload: {
            command_id: command.id,
            cause: "guard",
            outcome,
            detail: "the site could not record it",
            by: command.requestedBy,
            by_name: command.requestedByName,
            ...(command.alertEventId ? { alert_event_id: command.alertEventId } : {}),
          },
        },
      ],
    })
    .catch((err) => log.error({ err }, "the failure could not be recorded either"));
}
