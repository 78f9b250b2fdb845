import type { GatePosition } from "@portero/access";
import { type BrokerAddress, createShellyRelay, type GateError } from "@portero/gate-mqtt";
import { poll } from "@portero/runtime";
import type { BarrierPort } from "./barrier-port.ts";
import { positionOf } from "./end-switches.ts";

/** A barrier whose opener is a Shelly relay, second generation or later. */
export interface ShellyBarrierOptions {
  broker: BrokerAddress;
  /** The device's topic prefix. */
  device: string;
  switchId: number;
  /** The input that is on while the arm is down. */
  closedInputId?: number;
  /** The input that is on while the arm is up. */
  openInputId?: number;
  pulseMs: number;
  onFailure: (error: GateError, waitMs: number) => void;
}

const LOOK_EVERY_MS = 100;

/** The relay's device ends the pulse itself, so nothing here has to outlive this process. */
export function createShellyBarrier(options: ShellyBarrierOptions): BarrierPort {
  const { broker, device, switchId, closedInputId, openInputId, pulseMs, onFailure } = options;
  let inputs: ReadonlyMap<number, boolean> = new Map();
  const inputIds = [closedInputId, openInputId].filter((id) => id !== undefined);
  const relay = createShellyRelay({
    broker,
    device,
    switchId,
    inputIds,
    onInputs: (states) => {
      inputs = states;
    },
    onFailure,
  });
  const read = (id: number | undefined) => (id === undefined ? undefined : inputs.get(id));

  function position(): GatePosition {
    // An input that is not heard is not an input that is not there.
    if (inputIds.some((id) => !inputs.has(id))) return "unknown";
    return positionOf(read(closedInputId), read(openInputId));
  }

  return {
    async actuate(action) {
      return action === "open" ? await relay.pulse(pulseMs) : "unsupported";
    },
    async run(onPosition, signal) {
      const looking = poll(async () => onPosition(position()), {
        everyMs: LOOK_EVERY_MS,
        backoff: { baseMs: 1_000, maxMs: 5_000 },
        signal,
        onFailure: () => {},
      });
      await Promise.all([looking, relay.run(signal)]);
    },
  };
}
