export {
  type Barrier,
  type BarrierInput,
  type BarrierPhase,
  barrierAt,
  changeBarrier,
  createBarrier,
} from "./barrier.ts";
export {
  type CameraOptions,
  type CameraSimulator,
  type RunningCamera,
  type SimulatorOptions,
  startCameraSimulator,
} from "./camera-simulator.ts";
export type { Fault } from "./fault.ts";
export type { LaneEvent } from "./lane.ts";
export type { HistoryEntry } from "./simulated-camera.ts";
export { SimulatorError } from "./simulator-error.ts";
export type { Visit } from "./visit.ts";
