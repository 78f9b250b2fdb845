import type { StoreClient } from "../client.ts";
import { StoreError, unwrap } from "../errors.ts";
import { membershipOf } from "./rows.ts";
import type { Membership } from "./words.ts";

export interface DeskUser {
  id: string;
  email: string;
}

/** @throws {StoreError} `invalid` with `detailCode` "invalid_credentials" for a wrong address or password. */
export async function logIn(client: StoreClient, email: string, password: string): Promise<void> {
  const { data, error } = await client.auth.signInWithPassword({ email, password });
  const { message = "", code = "", status = 0 } = error ?? {};
  unwrap("log in", { data, error: error && { message, code, status } });
}

/** What a mailed invitation carries behind the `#` of its address. */
export interface InvitationTokens {
  accessToken: string;
  refreshToken: string;
}

/**
 * Gives an invited person a password and logs them in.
 * @throws {StoreError} `unauthorized` for a link whose time is over, `invalid` for a password that is too weak
 */
export async function acceptInvitation(
  client: StoreClient,
  { accessToken: access_token, refreshToken: refresh_token }: InvitationTokens,
  password: string,
): Promise<void> {
  const opened = await client.auth.setSession({ access_token, refresh_token });
  if (opened.error) {
    throw new StoreError("unauthorized", "open an invitation", { cause: opened.error });
  }
  const { data, error } = await client.auth.updateUser({ password });
  const { message = "", code = "", status = 0 } = error ?? {};
  unwrap("choose a password", { data, error: error && { message, code, status } });
}

/** Ends this screen's session; the person's other screens stay logged in. */
export async function logOut(client: StoreClient): Promise<void> {
  await client.auth.signOut({ scope: "local" });
}

/** What proves to another server who is logged in; renewed when it is about to end. @throws {StoreError} */
export async function accessToken(client: StoreClient): Promise<string> {
  const { data, error } = await client.auth.getSession();
  const token = data.session?.access_token;
  if (!token) throw new StoreError("unauthorized", "nobody is logged in", { cause: error });
  return token;
}

/** True for a session that was ended from elsewhere: it is put away here too, and whoever watches hears of it. */
export async function hasBeenEnded(client: StoreClient): Promise<boolean> {
  const { error } = await client.auth.getUser();
  const isOver = error?.code === "session_not_found" || error?.name === "AuthSessionMissingError";
  if (isOver) await client.auth.signOut({ scope: "local" });
  return isOver;
}

/** Tells who is logged in, at once and after each change; null for nobody. Returns what stops it. */
export function watchSession(
  client: StoreClient,
  onChange: (user: DeskUser | null) => void,
): () => void {
  const { data } = client.auth.onAuthStateChange((_event, session) => {
    onChange(session ? { id: session.user.id, email: session.user.email ?? "" } : null);
  });
  return () => data.subscription.unsubscribe();
}

/**
 * The tenants in which this person is active, by name. Where there are none because the session was ended from
 * elsewhere, it is put away here too. @throws {StoreError} `unauthorized` then
 */
export async function listMemberships(
  client: StoreClient,
  userId: string,
  signal: AbortSignal,
): Promise<Membership[]> {
  const answer = await client
    .from("user_tenants")
    .select("tenant_id, role, display_name, tenants(name, country, time_zone)")
    .eq("user_id", userId)
    .eq("active", true)
    .neq("role", "edge")
    .abortSignal(signal);
  const memberships = unwrap("list memberships", answer).map(membershipOf);
  if (memberships.length === 0 && (await hasBeenEnded(client))) {
    throw new StoreError("unauthorized", "the session was ended");
  }
  return memberships.sort((a, b) => a.tenantName.localeCompare(b.tenantName));
}
