/** Codes that stand before the message in an answer to a join, as Supabase documents them. */
export type RealtimeErrorCode =
  | "InvalidJWTToken"
  | "JwtSignatureError"
  | "MalformedJWT"
  | "PostgresChangesSubscribeTimeout"
  | "RealtimeDisabledForConfiguration"
  | "UnableToConnectToProject"
  | "UnableToReplayMessages"
  | "UnableToSetPolicies"
  | "UnknownErrorOnChannel";

/** What keeps a client from its channel; the message is for the client. */
export class RealtimeError extends Error {
  readonly code: RealtimeErrorCode;

  constructor(code: RealtimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RealtimeError";
    this.code = code;
  }
}
