/** What kept a device from answering; each code asks for a different reaction. */
export type IsapiErrorCode =
  /** The credentials are wrong, or were wrong twice: nothing is sent until a person changes them. */
  | "unauthorized"
  /** The device has locked the account for a while. */
  | "locked_out"
  /** No connection could be made. */
  | "unreachable"
  /** The address policy of this deployment forbids the address (X4). */
  | "address_refused"
  | "timeout"
  /** The device asks to come back later. */
  | "busy"
  | "device_error"
  /** The device does not offer this. */
  | "unsupported"
  | "low_privilege"
  /** The answer ended early or does not mean what it must. */
  | "bad_content"
  | "too_large"
  | "not_jpeg"
  /** The answer is no HTTP, no digest, no multipart or a redirect. */
  | "protocol"
  /** A gate command needed the device; ask again. */
  | "preempted"
  /** A gate command waited until it was too old to be sent. */
  | "expired"
  /** The options given make no device. */
  | "bad_options";

interface IsapiErrorDetails {
  cause?: unknown;
  /** The request may have reached the device. */
  sent?: boolean;
  subStatus?: string;
  retryAfterMs?: number;
}

/** The failure of a request to a device. The message never holds a secret. */
export class IsapiError extends Error {
  override readonly name = "IsapiError";
  readonly code: IsapiErrorCode;
  /** False when the request certainly never left: nothing happened at the device (G8). */
  readonly sent: boolean;
  /** The device's own word for the reason, e.g. `lowPrivilege`. */
  readonly subStatus: string | null;
  /** How long the device asks to be left alone, where it says so. */
  readonly retryAfterMs: number | null;

  constructor(code: IsapiErrorCode, message: string, details: IsapiErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.sent = details.sent ?? false;
    this.subStatus = details.subStatus ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}
