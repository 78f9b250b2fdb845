import type { FastifyRequest } from "fastify";
import type pg from "pg";
import type { Claims, Tokens } from "../context.ts";
import { callerOf } from "../gateway.ts";
import { AuthError, invalid } from "./errors.ts";
import { type Client, hasSession } from "./sessions.ts";
import { findUser, type User } from "./users.ts";

export interface SignedIn {
  user: User;
  claims: Claims;
}

/** Who holds the bearer token, if both the account and the session still exist. @throws {AuthError | TokenError} */
export async function requireUser(
  request: FastifyRequest,
  tokens: Tokens,
  db: pg.Pool,
): Promise<SignedIn> {
  if (!request.headers.authorization) {
    throw new AuthError(401, "no_authorization", "This endpoint requires a valid Bearer token");
  }
  const claims = await callerOf(request, tokens);
  if (!claims.sub) throw new AuthError(403, "bad_jwt", "invalid claim: missing sub claim");
  const user = await findUser(db, claims.sub);
  if (!user)
    throw new AuthError(403, "user_not_found", "User from sub claim in JWT does not exist");
  if (claims.session_id !== undefined && !(await hasSession(db, claims.session_id))) {
    throw new AuthError(
      403,
      "session_not_found",
      "Session from session_id claim in JWT does not exist",
    );
  }
  return { user, claims };
}

/** @throws {AuthError | TokenError} unless the caller holds the secret key */
export async function requireService(request: FastifyRequest, tokens: Tokens): Promise<void> {
  const { role } = await callerOf(request, tokens);
  if (role !== "service_role" && role !== "supabase_admin") {
    throw new AuthError(403, "not_admin", "User not allowed");
  }
}

export const clientOf = (request: FastifyRequest): Client => ({
  userAgent: request.headers["user-agent"]?.slice(0, 500),
  ip: request.ip,
});

/** The address in the form in which it is stored and compared. @throws {AuthError} `validation_failed` */
export function normalAddress(email: unknown): string {
  const address = typeof email === "string" ? email.trim().toLowerCase() : "";
  if (address.length > 255 || !/^[^\s@<>"']+@[^\s@<>"']+$/.test(address)) {
    throw invalid("Unable to validate email address: invalid format");
  }
  return address;
}

/** Whom a request is about, for counting. */
export function addressIn(request: FastifyRequest): string {
  const { email } = (request.body ?? {}) as { email?: unknown };
  return typeof email === "string" ? email.trim().toLowerCase() : "";
}

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/** Where a mailed link may lead: to the site or to this machine, never to a place that the request made up. */
export function safeRedirect(wanted: unknown, siteUrl: string): string {
  if (typeof wanted !== "string" || !URL.canParse(wanted)) return siteUrl;
  const { origin, protocol, hostname } = new URL(wanted);
  const isWeb = protocol === "http:" || protocol === "https:";
  return isWeb && (origin === new URL(siteUrl).origin || loopbackNames.includes(hostname))
    ? wanted
    : siteUrl;
}
