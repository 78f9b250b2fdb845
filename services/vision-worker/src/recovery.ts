import type { Log } from "@portero/runtime";
import { leftEvent } from "./evidence.ts";
import { failureEvent, openedEvent } from "./gate-keeper.ts";
import type { Journal } from "./journal/journal.ts";

/**
 * Closes what a crash left open, before anything else runs. A command that was about to fire may have fired: it
 * becomes `unknown`, is shown to the guard, and is never fired again by itself (safety G6). An intent never left:
 * it expires, and the vehicle that still stands there makes a new sighting. An accepted one opened, as far as known.
 */
export async function recover(journal: Journal, log: Log): Promise<void> {
  for (const { state, ...command } of await journal.interrupted()) {
    const end = ENDS[state];
    log.warn(
      { commandId: command.id, state, end },
      "a gate command was interrupted by the last stop",
    );
    await journal.record({
      outcome: {
        commandId: command.id,
        state: end,
        outcome: end === "done" ? "accepted" : "interrupted",
        atMs: Date.now(),
      },
      events: [
        end === "done"
          ? openedEvent(command, {})
          : failureEvent(command, end, "the worker was stopped in between"),
      ],
    });
  }
}

/**
 * Ends the alerts of vehicles that this box no longer follows, after a restart or a change of its cameras. One that
 * still stands there is seen and told anew.
 */
export async function closeLostAlerts(journal: Journal): Promise<void> {
  const lost = await journal.openAlerts();
  if (lost.length === 0) return;
  await journal.record({ events: lost.map((alert) => leftEvent(alert, Date.now())) });
}

const ENDS = { intent: "expired", firing: "unknown", accepted: "done" } as const;
