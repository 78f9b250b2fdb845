import { createHash, randomInt, randomUUID } from "node:crypto";
import type { Database } from "../transaction.ts";
import type { User } from "./users.ts";

/** What a mailed link or code is for, in Supabase's words. */
export type Purpose = "signup" | "invite" | "recovery" | "magiclink" | "email";

const lifeS = 3600;
const keptMails = 200;
/** Kinds of stored tokens that a purpose accepts. */
const kinds: Record<Purpose, string[]> = {
  signup: ["confirmation_token"],
  invite: ["confirmation_token"],
  recovery: ["recovery_token"],
  magiclink: ["recovery_token", "confirmation_token"],
  email: ["recovery_token", "confirmation_token"],
};
const subjects: Record<Purpose, string> = {
  signup: "Confirm your address",
  invite: "You have been invited",
  recovery: "Reset your password",
  magiclink: "Your link to log in",
  email: "Your link to log in",
};

/** A code to type and the hash that a link carries; either logs in once, within an hour. */
export interface OneTime {
  otp: string;
  tokenHash: string;
  link: string;
}

/** Makes a code for the user, voiding an earlier one of its kind. `authUrl` ends with `/auth/v1`. */
export async function issueOneTime(
  db: Database,
  user: User,
  purpose: Purpose,
  redirectTo: string,
  authUrl: string,
): Promise<OneTime> {
  const otp = String(randomInt(1_000_000)).padStart(6, "0");
  const address = user.email ?? "";
  const tokenHash = hashOtp(address, otp);
  const kind = kinds[purpose][0];
  await db.query(
    `insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to, created_at, updated_at)
     values ($1, $2, $3::auth.one_time_token_type, $4, $5, now() at time zone 'utc', now() at time zone 'utc')
     on conflict (user_id, token_type) do update set token_hash = excluded.token_hash,
       relates_to = excluded.relates_to, created_at = excluded.created_at, updated_at = excluded.updated_at`,
    [randomUUID(), user.id, kind, tokenHash, address],
  );
  const sentAt = kind === "recovery_token" ? "recovery_sent_at" : "confirmation_sent_at";
  await db.query(`update auth.users set ${sentAt} = now() where id = $1`, [user.id]);
  const query = new URLSearchParams({ token: tokenHash, type: purpose, redirect_to: redirectTo });
  return { otp, tokenHash, link: `${authUrl}/verify?${query}` };
}

/** The user whom the code or hash stands for, which is void from now on; nothing when it is wrong or too old. */
export async function redeemOneTime(
  db: Database,
  tokenHash: string,
  purpose: Purpose,
): Promise<string | undefined> {
  const { rows } = await db.query<{ user_id: string }>(
    `delete from auth.one_time_tokens
     where token_hash = $1 and token_type::text = any($2)
     returning case when created_at > now() at time zone 'utc' - make_interval(secs => $3) then user_id end as user_id`,
    [tokenHash, kinds[purpose], lifeS],
  );
  return rows[0]?.user_id ?? undefined;
}

export const hashOtp = (address: string, otp: string) =>
  createHash("sha224")
    .update(address + otp)
    .digest("hex");

/** Puts the mail where the mail page shows it: nothing leaves the machine. */
export async function sendMail(
  db: Database,
  recipient: string,
  purpose: Purpose,
  { link, otp }: OneTime,
): Promise<void> {
  await db.query(
    "insert into _local.mails (recipient, subject, link, otp) values ($1, $2, $3, $4)",
    [recipient, subjects[purpose], link, otp],
  );
  await db.query(
    "delete from _local.mails where id <= (select id from _local.mails order by id desc offset $1 limit 1)",
    [keptMails],
  );
}
