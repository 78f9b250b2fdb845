/** Claims of a verified access token or of an API key, as Postgres sees them in `request.jwt.claims`. */
export interface Claims {
  role: string;
  sub?: string;
  exp?: number;
  session_id?: string;
  [claim: string]: unknown;
}

export type TokenErrorCode = "expired" | "invalid" | "missing";

/** A token or key that must not be trusted. The message never contains the token. */
export class TokenError extends Error {
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TokenError";
    this.code = code;
  }
}

/** What REST, realtime and storage need from the installation's keys. Implemented in `auth/`. */
export interface Tokens {
  /** Claims of a signed access token (ES256 with a known `kid`, or the legacy HS256 secret). @throws {TokenError} */
  verify(token: string): Promise<Claims>;
  /** Claims of an `sb_publishable_…` / `sb_secret_…` key or a legacy anon/service JWT. @throws {TokenError} */
  verifyKey(apiKey: string): Promise<Claims>;
}
