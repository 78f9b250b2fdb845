import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Database } from "../transaction.ts";
import { AuthError, emailExists } from "./errors.ts";
import { hashPassword } from "./passwords.ts";

/** A row of `auth.users` with its identities, as far as it is read here. */
export interface User {
  id: string;
  aud: string;
  role: string;
  email: string | null;
  phone: string | null;
  encrypted_password: string | null;
  email_confirmed_at: Date | null;
  invited_at: Date | null;
  confirmation_sent_at: Date | null;
  recovery_sent_at: Date | null;
  confirmed_at: Date | null;
  last_sign_in_at: Date | null;
  banned_until: Date | null;
  raw_app_meta_data: Record<string, unknown> | null;
  raw_user_meta_data: Record<string, unknown> | null;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
  is_anonymous: boolean;
  identities: object[];
}

const selectUser = `
  select u.*, coalesce((
    select jsonb_agg(jsonb_build_object(
      'identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id, 'identity_data', i.identity_data,
      'provider', i.provider, 'last_sign_in_at', i.last_sign_in_at, 'created_at', i.created_at,
      'updated_at', i.updated_at, 'email', i.email))
    from auth.identities i where i.user_id = u.id), '[]') as identities
  from auth.users u`;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export async function findUser(db: Database, id: string): Promise<User | undefined> {
  if (!uuid.test(id)) return undefined;
  return (await db.query<User>(`${selectUser} where u.id = $1 and u.deleted_at is null`, [id]))
    .rows[0];
}

export async function findUserByEmail(db: Database, email: string): Promise<User | undefined> {
  const sql = `${selectUser} where u.email = $1 and not u.is_sso_user and u.deleted_at is null`;
  return (await db.query<User>(sql, [email])).rows[0];
}

/** One page, newest first, and how many there are in all. */
export async function listUsers(
  db: Database,
  page: number,
  perPage: number,
): Promise<{ users: User[]; total: number }> {
  const { rows } = await db.query<User & { total: string }>(
    `select listed.*, count(*) over () as total from (${selectUser} where u.deleted_at is null) listed
     order by created_at desc, id limit $1 offset $2`,
    [perPage, (page - 1) * perPage],
  );
  return { users: rows, total: Number(rows[0]?.total ?? 0) };
}

/** What sign-up, invitation and the admin API may set. */
export interface UserChanges {
  id?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  password?: string | undefined;
  passwordHash?: string | undefined;
  role?: string | undefined;
  userMetadata?: Record<string, unknown> | undefined;
  appMetadata?: Record<string, unknown> | undefined;
  isConfirmed?: boolean | undefined;
  isInvited?: boolean | undefined;
  /** Null lifts a ban. */
  bannedUntil?: Date | null | undefined;
}

/** @throws {AuthError} `weak_password`, `email_exists` */
export async function createUser(
  db: Database,
  changes: UserChanges & { email: string },
): Promise<User> {
  const id = changes.id ?? randomUUID();
  const hash =
    changes.password === undefined
      ? changes.passwordHash
      : await hashPassword(db, changes.password);
  const identity = {
    sub: id,
    email: changes.email,
    email_verified: changes.isConfirmed ?? false,
    phone_verified: false,
  };
  const app = { provider: "email", providers: ["email"], ...changes.appMetadata };
  await db
    .query(
      `insert into auth.users (instance_id, id, aud, role, email, phone, encrypted_password, email_confirmed_at, invited_at,
         banned_until, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
       values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', $2, $3, $4, $5, case when $6 then now() end,
         case when $7 then now() end, $8, $9, $10, now(), now())`,
      [
        id,
        changes.role ?? "authenticated",
        changes.email,
        changes.phone ?? null,
        hash ?? "",
        changes.isConfirmed ?? false,
        changes.isInvited ?? false,
        changes.bannedUntil ?? null,
        app,
        changes.userMetadata ?? {},
      ],
    )
    .catch(refuseDuplicate);
  await db.query(
    `insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
     values ($1::uuid::text, $1::uuid, $2, 'email', now(), now(), now())`,
    [id, identity],
  );
  return reload(db, id);
}

/** Metadata is merged, a key set to null is removed. @throws {AuthError} `weak_password`, `email_exists` */
export async function updateUser(db: Database, user: User, changes: UserChanges): Promise<User> {
  const hash =
    changes.password === undefined
      ? changes.passwordHash
      : await hashPassword(db, changes.password);
  await db
    .query(
      `update auth.users set
         email = coalesce($2, email), phone = coalesce($3, phone), encrypted_password = coalesce($4, encrypted_password),
         role = coalesce($5, role), raw_user_meta_data = $6, raw_app_meta_data = $7,
         email_confirmed_at = case when $8 then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
         banned_until = case when $9 then $10 else banned_until end, updated_at = now()
       where id = $1`,
      [
        user.id,
        changes.email ?? null,
        changes.phone ?? null,
        hash ?? null,
        changes.role ?? null,
        merged(user.raw_user_meta_data, changes.userMetadata),
        merged(user.raw_app_meta_data, changes.appMetadata),
        changes.isConfirmed ?? false,
        changes.bannedUntil !== undefined,
        changes.bannedUntil ?? null,
      ],
    )
    .catch(refuseDuplicate);
  if (changes.email !== undefined) {
    await db.query(
      `update auth.identities set identity_data = identity_data || jsonb_build_object('email', $2::text), updated_at = now()
       where user_id = $1 and provider = 'email'`,
      [user.id, changes.email],
    );
  }
  return reload(db, user.id);
}

/** Soft deletion keeps the row for references, without anything that identifies the person. */
export async function deleteUser(db: Database, id: string, isSoft: boolean): Promise<void> {
  if (!isSoft) {
    await db.query("delete from auth.users where id = $1", [id]);
    return;
  }
  await db.query("delete from auth.sessions where user_id = $1", [id]);
  await db.query("delete from auth.identities where user_id = $1", [id]);
  await db.query("delete from auth.one_time_tokens where user_id = $1", [id]);
  await db.query(
    `update auth.users set deleted_at = now(), email = encode(sha256(convert_to(id::text || email, 'UTF8')), 'hex'),
       phone = null, encrypted_password = '', raw_user_meta_data = '{}', raw_app_meta_data = '{}' where id = $1`,
    [id],
  );
}

async function reload(db: Database, id: string): Promise<User> {
  const user = await findUser(db, id);
  if (!user) throw new AuthError(404, "user_not_found", "User not found");
  return user;
}

function merged(
  stored: Record<string, unknown> | null,
  changes: Record<string, unknown> | undefined,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({ ...stored, ...changes }).filter(([, value]) => value !== null),
  );
}

function refuseDuplicate(cause: pg.DatabaseError): never {
  if (cause.code !== "23505") throw cause;
  throw emailExists(cause);
}

/** A user as the API shows it. */
export function toUserJson(user: User): object {
  const shown = {
    id: user.id,
    aud: user.aud,
    role: user.role,
    email: user.email ?? "",
    email_confirmed_at: user.email_confirmed_at,
    invited_at: user.invited_at,
    phone: user.phone ?? "",
    confirmation_sent_at: user.confirmation_sent_at,
    confirmed_at: user.confirmed_at,
    recovery_sent_at: user.recovery_sent_at,
    last_sign_in_at: user.last_sign_in_at,
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    identities: user.identities,
    created_at: user.created_at,
    updated_at: user.updated_at,
    banned_until: user.banned_until,
    deleted_at: user.deleted_at,
    is_anonymous: user.is_anonymous,
  };
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== null));
}
