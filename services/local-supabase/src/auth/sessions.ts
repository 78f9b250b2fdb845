import { randomBytes, randomUUID } from "node:crypto";
import type { Database } from "../transaction.ts";
import { AuthError } from "./errors.ts";
import type { Issuer } from "./tokens.ts";
import { findUser, toUserJson, type User } from "./users.ts";

const accessTokenLifeS = 3600;
/** Within it a token may come twice: two tabs, or an answer that got lost. */
const reuseIntervalMs = 10_000;

export interface Client {
  userAgent: string | undefined;
  ip: string;
}

/** What the token endpoints answer. */
export interface Grant {
  access_token: string;
  token_type: "bearer";
  expires_in: number;
  expires_at: number;
  refresh_token: string;
  user: object;
}

/** Signs access tokens of `issuer` for sessions in `db`, naming `issuerUrl` in them. */
export interface Signing {
  issuer: Issuer;
  issuerUrl: string;
}

/** A new session for a user who has just proved who they are. @throws {AuthError} `user_banned` */
export async function startSession(
  db: Database,
  user: User,
  method: "password" | "otp",
  client: Client,
  signing: Signing,
): Promise<Grant> {
  refuseBanned(user);
  const sessionId = randomUUID();
  const refreshToken = newRefreshToken();
  await db.query(
    `with session as (
       insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent, ip)
       values ($1, $2::uuid, now(), now(), 'aal1', $3, $4) returning id
     ), amr as (
       insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
       select gen_random_uuid(), id, now(), now(), $5 from session
     )
     insert into auth.refresh_tokens (token, user_id, revoked, created_at, updated_at, session_id)
     select $6, $2::uuid::text, false, clock_timestamp(), clock_timestamp(), id from session`,
    [sessionId, user.id, client.userAgent ?? null, client.ip, method, refreshToken],
  );
  await db.query("update auth.users set last_sign_in_at = now() where id = $1", [user.id]);
  const fresh = { ...user, last_sign_in_at: new Date() };
  const amr = [{ method, timestamp: Math.floor(Date.now() / 1000) }];
  return grant(fresh, { sessionId, refreshToken, amr }, signing);
}

/**
 * Exchanges a refresh token for the next one. A used token is answered again within ten seconds, or as long as its
 * successor has not been used (the client can't have received it); later it is a sign of theft and ends the family.
 */
export async function refreshSession(
  db: Database,
  token: string,
  signing: Signing,
): Promise<Grant | AuthError> {
  // One after another per session: the second of two at once must see that the first has used the token.
  await db.query(
    "select from auth.sessions where id = (select session_id from auth.refresh_tokens where token = $1) for update",
    [token],
  );
  const found = await db.query<RefreshTokenRow>(
    `select t.id, t.token, t.revoked, t.updated_at, t.user_id, t.session_id, s.not_after
     from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id where t.token = $1`,
    [token],
  );
  const known = found.rows[0];
  const user = known && (await findUser(db, known.user_id));
  if (!known || !user) {
    return new AuthError(
      400,
      "refresh_token_not_found",
      "Invalid Refresh Token: Refresh Token Not Found",
    );
  }
  refuseBanned(user);
  if (known.not_after && known.not_after <= new Date()) {
    return new AuthError(400, "session_expired", "Invalid Refresh Token: Session Expired");
  }
  const next = known.revoked ? await successorOf(db, known) : await rotate(db, known);
  if (next === undefined) {
    await db.query(
      "update auth.refresh_tokens set revoked = true, updated_at = clock_timestamp() where session_id = $1",
      [known.session_id],
    );
    return new AuthError(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used");
  }
  await db.query(
    "update auth.sessions set refreshed_at = now() at time zone 'utc', updated_at = now() where id = $1",
    [known.session_id],
  );
  const amr = await db.query(
    `select authentication_method as method, extract(epoch from created_at)::int as timestamp
     from auth.mfa_amr_claims where session_id = $1`,
    [known.session_id],
  );
  return grant(user, { sessionId: known.session_id, refreshToken: next, amr: amr.rows }, signing);
}

interface RefreshTokenRow {
  id: string;
  token: string;
  revoked: boolean;
  updated_at: Date;
  user_id: string;
  session_id: string;
  not_after: Date | null;
}

async function rotate(db: Database, used: RefreshTokenRow): Promise<string> {
  const next = newRefreshToken();
  await db.query(
    "update auth.refresh_tokens set revoked = true, updated_at = clock_timestamp() where id = $1",
    [used.id],
  );
  await db.query(
    `insert into auth.refresh_tokens (token, parent, user_id, revoked, created_at, updated_at, session_id)
     values ($1, $2, $3, false, clock_timestamp(), clock_timestamp(), $4)`,
    [next, used.token, used.user_id, used.session_id],
  );
  return next;
}

async function successorOf(db: Database, used: RefreshTokenRow): Promise<string | undefined> {
  const { rows } = await db.query<{ token: string; parent: string }>(
    "select token, parent from auth.refresh_tokens where session_id = $1 and not revoked order by id desc limit 1",
    [used.session_id],
  );
  const isRecent = Date.now() - used.updated_at.getTime() <= reuseIntervalMs;
  return rows[0] && (rows[0].parent === used.token || isRecent) ? rows[0].token : undefined;
}

export type LogoutScope = "global" | "local" | "others";

export async function endSessions(
  db: Database,
  userId: string,
  sessionId: string | undefined,
  scope: LogoutScope,
): Promise<void> {
  await db.query(
    `delete from auth.sessions where user_id = $1
       and case $3 when 'local' then id = $2 when 'others' then id is distinct from $2 else true end`,
    [userId, sessionId ?? null, scope],
  );
}

export async function hasSession(db: Database, sessionId: string): Promise<boolean> {
  return (
    (await db.query("select from auth.sessions where id::text = $1", [sessionId])).rowCount === 1
  );
}

/** @throws {AuthError} `user_banned` */
function refuseBanned(user: User): void {
  if (user.banned_until && user.banned_until > new Date()) {
    throw new AuthError(400, "user_banned", "User is banned");
  }
}

async function grant(
  user: User,
  session: { sessionId: string; refreshToken: string; amr: object[] },
  { issuer, issuerUrl }: Signing,
): Promise<Grant> {
  const expiresAtS = Math.floor(Date.now() / 1000) + accessTokenLifeS;
  const accessToken = await issuer.sign({
    iss: issuerUrl,
    sub: user.id,
    aud: user.aud,
    exp: expiresAtS,
    email: user.email ?? "",
    phone: user.phone ?? "",
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    role: user.role,
    aal: "aal1",
    amr: session.amr,
    session_id: session.sessionId,
    is_anonymous: user.is_anonymous,
  });
  return {
    access_token: accessToken,
    token_type: "bearer",
    expires_in: accessTokenLifeS,
    expires_at: expiresAtS,
    refresh_token: session.refreshToken,
    user: toUserJson(user),
  };
}

const newRefreshToken = () => randomBytes(15).toString("base64url");
