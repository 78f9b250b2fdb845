import type { SiteLists } from "@portero/store";
import type { DeskState } from "../desk/desk-store.ts";
import { cameraView, freshGateStatus } from "../desk/gate-status.ts";
import { storyOf } from "../desk/visits.ts";
import { waitingVisits } from "../desk/waiting.ts";

/** What an operator of several condominiums has to know of one. */
export interface Overview {
  /** Vehicles that wait for a guard, and since when the longest one does; Unix ms. */
  waiting: number;
  waitingSinceMs: number | null;
  /** By name: those that give no picture, and those of which nobody knows. */
  silentCameras: string[];
  faultyGates: string[];
  /** Guards with a screen open, by name; null where nobody can say. */
  onDuty: string[] | null;
}

const AT_FAULT = ["forced_open", "held_open", "not_confirmed", "unknown"];

/** The same truth as each condominium's own desk tells. */
export function overviewOf(
  state: Pick<DeskState, "events" | "commands" | "statuses" | "onDuty">,
  { cameras, gates }: Pick<SiteLists, "cameras" | "gates">,
  nowMs: number,
): Overview {
  const { events, commands, statuses, onDuty } = state;
  const waiting = waitingVisits(storyOf(events, commands.values()), nowMs);
  const isSilent = (id: string) => cameraView(statuses, id, nowMs).kind !== "live";
  return {
    waiting: waiting.length,
    waitingSinceMs: waiting[0]?.event.occurredAtMs ?? null,
    silentCameras: cameras
      .filter(({ id, active }) => active && isSilent(id))
      .map(({ name }) => name),
    faultyGates: gates
      .filter(({ id }) =>
        AT_FAULT.includes(freshGateStatus(statuses, id, nowMs)?.state ?? "unknown"),
      )
      .map(({ name }) => name),
    onDuty:
      onDuty?.filter(({ role }) => role === "guard").map((person) => person.displayName) ?? null,
  };
}
