import type { GateAction, GatePosition } from "@portero/access";
import type { ActuatorResult } from "@portero/gate-mqtt";

/** The barrier as the controller needs it, real or simulated. */
export interface BarrierPort {
  /** Raises the output of `action` and returns once it is up; it falls by itself. Throws when nobody can say. */
  actuate(action: GateAction): Promise<ActuatorResult>;
  /**
   * Brings all outputs down, then watches the position until the signal aborts, and brings them down again.
   * `onPosition` is called with every reading.
   */
  run(onPosition: (position: GatePosition) => void, signal: AbortSignal): Promise<void>;
}
