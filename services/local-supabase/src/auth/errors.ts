import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { TokenError } from "../context.ts";
import { isUnfit } from "../errors.ts";

/** Codes of Supabase Auth that are answered here. */
export type AuthErrorCode =
  | "anonymous_provider_disabled"
  | "bad_json"
  | "bad_jwt"
  | "email_exists"
  | "email_not_confirmed"
  | "invalid_credentials"
  | "no_authorization"
  | "not_admin"
  | "otp_disabled"
  | "otp_expired"
  | "over_request_rate_limit"
  | "phone_provider_disabled"
  | "refresh_token_already_used"
  | "refresh_token_not_found"
  | "same_password"
  | "session_expired"
  | "session_not_found"
  | "unexpected_failure"
  | "user_already_exists"
  | "user_banned"
  | "user_not_found"
  | "validation_failed"
  | "weak_password";

/** A request that Auth refuses; the message is for the caller. */
export class AuthError extends Error {
  readonly status: number;
  readonly code: AuthErrorCode;

  constructor(status: number, code: AuthErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AuthError";
    this.status = status;
    this.code = code;
  }
}

/** A request that says something impossible. */
export const invalid = (message: string) => new AuthError(400, "validation_failed", message);

/** An address that somebody has. */
export const emailExists = (cause?: unknown) =>
  new AuthError(422, "email_exists", "A user with this email address has already been registered", {
    cause,
  });

const namedCodesSince = "2024-01-01";

/** Answers in the shape of the API version that the client names: auth-js reads `code`, older ones `error_code`. */
export function sendAuthError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: AuthError,
): FastifyReply {
  const weakness = error.code === "weak_password" ? { weak_password: { reasons: ["length"] } } : {};
  reply.code(error.status);
  if (String(request.headers["x-supabase-api-version"] ?? "") >= namedCodesSince) {
    return reply
      .header("x-supabase-api-version", namedCodesSince)
      .send({ code: error.code, message: error.message, ...weakness });
  }
  return reply.send({
    code: error.status,
    error_code: error.code,
    msg: error.message,
    ...weakness,
  });
}

/** What went wrong, as Auth tells it; anything unexpected tells nothing. */
export function asAuthError(cause: FastifyError | Error): AuthError {
  if (cause instanceof AuthError) return cause;
  if (cause instanceof TokenError) {
    return cause.code === "missing"
      ? new AuthError(401, "no_authorization", "This endpoint requires a valid Bearer token", {
          cause,
        })
      : new AuthError(
          403,
          "bad_jwt",
          `invalid JWT: unable to parse or verify signature, ${cause.message}`,
          { cause },
        );
  }
  if ("validation" in cause && cause.validation) {
    return new AuthError(400, "validation_failed", cause.message, { cause });
  }
  if ("statusCode" in cause && cause.statusCode && cause.statusCode < 500) {
    return new AuthError(
      cause.statusCode,
      "bad_json",
      `Could not read request body: ${cause.message}`,
      { cause },
    );
  }
  if (isUnfit(cause)) {
    const message = "A value in the request cannot be stored";
    return new AuthError(400, "validation_failed", message, { cause });
  }
  return new AuthError(
    500,
    "unexpected_failure",
    "Unexpected failure, please check server logs for more information",
    { cause },
  );
}
