import { setTimeout as sleep } from "node:timers/promises";
import type { GateOutcome } from "@portero/access";
import type { GateCommandResult, IsapiDevice } from "@portero/isapi";
import type { Log } from "@portero/runtime";
import type { Actuator } from "@portero/store";
import { followTravel, UNKNOWN_TRAVEL } from "./barrier-travel.ts";
import type { Gate, GateOrder } from "./gate.ts";

/** At a start or a stop nobody waits longer for a relay that does not answer. */
const SETTLE_FOR_MS = 2000;
const RESTING_POLL_MS = 1000;
const MOVING_POLL_MS = 200;
/** How long after a command the position is asked for often. */
const WATCH_CLOSELY_MS = 10_000;

type IsapiActuator = Exclude<Actuator, { kind: "mqtt" }>;

/** A gate that hangs on a Hikvision device: its relay, its barrier control, or a door controller. */
export function createIsapiGate(
  gate: { id: string; name: string },
  actuator: IsapiActuator,
  device: IsapiDevice,
  log: Log,
): Gate {
  const hasPositionInput = actuator.kind === "isapi_barrier";
  const releases = new Set<Promise<unknown>>();
  let closelyUntilMs = 0;

  async function send(
    { action, sendWithinMs }: GateOrder,
    signal: AbortSignal,
  ): Promise<GateCommandResult> {
    switch (actuator.kind) {
      case "isapi_barrier":
        return device.commandBarrier(actuator.channel, action, { sendWithinMs }, signal);
      case "isapi_door":
        return device.commandDoor(actuator.door, action, { sendWithinMs }, signal);
      case "isapi_relay": {
        if (action === "close") return { kind: "rejected", subStatus: "a relay only opens" };
        const { result, released } = await device.pulseRelay(
          actuator.output,
          { sendWithinMs },
          signal,
        );
        const release = released.then((end) => {
          if (end.kind === "uncertain")
            log.error({ gateId: gate.id, detail: end.detail }, "the relay may still be on");
          releases.delete(release);
        });
        releases.add(release);
        return result;
      }
    }
  }

  return {
    id: gate.id,
    name: gate.name,
    hasPositionInput,

    async command(order, signal) {
      closelyUntilMs = performance.now() + WATCH_CLOSELY_MS;
      return outcomeOf(await send(order, signal));
    },

    async watch(onPosition, signal) {
      if (!hasPositionInput) return;
      let travel = UNKNOWN_TRAVEL;
      while (!signal.aborted) {
        const seen = await device.barrierPosition(actuator.channel, signal).catch(() => null);
        if (signal.aborted) return;
        const nowMs = performance.now();
        const isCommanded = nowMs < closelyUntilMs;
        const next = followTravel(travel, seen, nowMs, isCommanded);
        travel = next.travel;
        if (next.position) onPosition(next.position);
        const isClose = isCommanded || next.position === "moving";
        await sleep(isClose ? MOVING_POLL_MS : RESTING_POLL_MS, undefined, { signal }).catch(
          () => {},
        );
      }
    },

    async settle() {
      if (actuator.kind === "isapi_relay")
        await device.releaseRelay(actuator.output, SETTLE_FOR_MS);
      await Promise.all(releases);
    },
  };
}

function outcomeOf(result: GateCommandResult): GateOutcome {
  switch (result.kind) {
    case "accepted":
      return result;
    case "rejected":
      return { kind: "rejected", reason: result.subStatus };
    case "unreachable":
      return result.code === "expired"
        ? { kind: "expired" }
        : { kind: "unreachable", detail: result.detail };
    case "unknown":
      return { kind: "unknown", detail: result.detail };
  }
}
