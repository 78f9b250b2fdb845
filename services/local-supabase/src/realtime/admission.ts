import type pg from "pg";
import { type Claims, TokenError, type Tokens } from "../context.ts";
import { checkWish, parseBinding } from "./bindings.ts";
import { RealtimeError } from "./errors.ts";
import { replayMessages } from "./messages.ts";
import { readPermissions } from "./policies.ts";
import type { ChangeFeed } from "./postgres-changes.ts";
import type { ChannelState, Grant } from "./turn.ts";

interface AdmissionContext {
  pool: pg.Pool;
  tokens: Tokens;
  changes: ChangeFeed;
}

/**
 * Finds out what a token, or else the connection's API key, gives its bearer on a channel.
 * @throws {RealtimeError}
 */
export async function admit(
  { pool, tokens, changes }: AdmissionContext,
  { name, config, pending }: ChannelState,
  token: string | undefined,
  keyClaims: Claims,
): Promise<Grant> {
  const claims = token === undefined ? keyClaims : await verify(tokens, token);
  if (typeof claims.role !== "string" || (token !== undefined && typeof claims.exp !== "number")) {
    throw new RealtimeError("InvalidJWTToken", "Fields `role` and `exp` are required in JWT");
  }
  const read = config.isPrivate ? await readPermissions(pool, name, claims) : undefined;
  const mayRead = !read || read.broadcast || read.presence;
  const wishes = mayRead ? await wishesOf(pool, config.bindings, claims) : [];
  const isJoin = pending === "join";
  if (isJoin && config.changesTimeoutMs !== undefined && config.bindings.length > 0) {
    if (wishes instanceof RealtimeError) throw wishes;
    await untilReady(changes, config.changesTimeoutMs);
  }
  const isReplayed = isJoin && read?.broadcast === true;
  const { replay } = config;
  const replayed =
    isReplayed && typeof replay === "object" ? await replayMessages(pool, name, replay) : [];
  const expiresAtMs = claims.exp === undefined ? undefined : claims.exp * 1000;
  return { token, claims, expiresAtMs, read, replayed, wishes };
}

async function verify(tokens: Tokens, token: string): Promise<Claims> {
  try {
    return await tokens.verify(token);
  } catch (cause) {
    if (!(cause instanceof TokenError)) throw cause;
    if (cause.code === "expired") {
      throw new RealtimeError("InvalidJWTToken", `Token has expired${secondsAgo(token)}`, {
        cause,
      });
    }
    if (token.split(".").length !== 3) {
      const text = "The token provided is not a valid JWT";
      throw new RealtimeError("MalformedJWT", text, { cause });
    }
    const text = "Failed to validate JWT signature";
    throw new RealtimeError("JwtSignatureError", text, { cause });
  }
}

/** Told only of tokens whose signature was right. */
function secondsAgo(token: string): string {
  const { exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  return ` ${Math.max(0, Math.floor(Date.now() / 1000 - exp))} seconds ago`;
}

async function wishesOf(
  pool: pg.Pool,
  bindings: ChannelState["config"]["bindings"],
  claims: Claims,
): Promise<Grant["wishes"]> {
  try {
    const wishes = bindings.map(({ id, params }) => ({ id, wish: parseBinding(params) }));
    for (const { wish } of wishes) await checkWish(pool, wish, claims);
    return wishes;
  } catch (error) {
    if (error instanceof RealtimeError) return error;
    throw error;
  }
}

async function untilReady(changes: ChangeFeed, timeoutMs: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const text = `Timed out after ${timeoutMs}ms waiting for the postgres_changes subscription`;
    late.reject(new RealtimeError("PostgresChangesSubscribeTimeout", text));
  }, timeoutMs);
  try {
    await Promise.race([changes.ready(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
