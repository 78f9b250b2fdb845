import type { GateAction, GateOutcome, GatePosition } from "@portero/access";

/** A gate as the worker moves it, whatever its actuator. */
export interface Gate {
  id: string;
  name: string;
  /** False when nothing tells where the barrier is: then an accepted command is all that can be known. */
  hasPositionInput: boolean;
  /** Sends one command, once. `actor` is `automatic` or the guard's user id. */
  command(order: GateOrder, signal: AbortSignal): Promise<GateOutcome>;
  /** Reports the barrier's position as it changes, and `unknown` when it cannot be told, until the signal aborts. */
  watch(onPosition: (position: GatePosition) => void, signal: AbortSignal): Promise<void>;
  /** Outputs surely off (G11). */
  settle(): Promise<void>;
}

export interface GateOrder {
  id: string;
  action: GateAction;
  actor: string;
  /** The command must be on the wire within this time from now (G3). */
  sendWithinMs: number;
}
