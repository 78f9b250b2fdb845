/** What keeps the simulator from starting, or a lane from being drawn. */
export type SimulatorErrorCode = "no_pictures" | "port_in_use" | "cannot_draw";

/** The simulator cannot do what it was asked. */
export class SimulatorError extends Error {
  override readonly name = "SimulatorError";
  readonly code: SimulatorErrorCode;

  constructor(code: SimulatorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
