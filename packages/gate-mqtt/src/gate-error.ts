/** Why a gate's connection is not there. */
export type GateErrorCode =
  /** No broker answers at this address, or it went away. */
  | "unreachable"
  /** The broker knows neither this user nor this password. */
  | "refused"
  /** The broker does not let this user subscribe to its gate. */
  | "not_authorized"
  /** A relay was told something and does not answer: nobody can say whether it did it. */
  | "no_answer"
  /** The signing key is too short to sign anything with. */
  | "invalid_key";

/** What keeps a gate from being reached over MQTT. Never carries a password or a key. */
export class GateError extends Error {
  override readonly name = "GateError";
  readonly code: GateErrorCode;

  constructor(code: GateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
