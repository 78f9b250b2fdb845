import { createClient } from "@supabase/supabase-js";
import { type Database, fetchWithinLimit } from "../client.ts";
import { StoreError, unwrap } from "../errors.ts";

/** What a person is let in as. Nobody is made an owner by an invitation. */
export interface NewMember {
  email: string;
  displayName: string;
  role: "admin" | "guard" | "viewer";
}

/** Somebody whose token was good a moment ago. */
export interface Caller {
  userId: string;
  token: string;
}

/** A box that shows an enrolment code. */
export interface NewBox {
  code: string;
  /** Of the key pair that the box has just made. */
  publicKey: string;
  boxName: string;
}

/** What makes a box the edge of its site. The password is nowhere else. */
export interface EnrolledBox {
  tenantId: string;
  tenantName: string;
  siteId: string;
  siteName: string;
  edgeEmail: string;
  edgePassword: string;
}

/** `gateway`'s half of the store: the few things that need the secret key. Everything here throws `StoreError`. */
export interface GatewayStore {
  /** Who shows this access token; asks Auth, so that an ended session is nobody. @throws `unauthorized` */
  callerOf(token: string): Promise<Caller>;
  /**
   * Makes a person a member in the caller's name, with a mailed link for whoever has no account that is in use.
   * @throws `forbidden` unless the caller administers the tenant; `conflict` for somebody who belongs to it
   */
  invite(caller: Caller, tenantId: string, member: NewMember, landingUrl: string): Promise<void>;
  /** Under the caller's own rights; whoever is active nowhere any more cannot renew a session either. */
  setActive(caller: Caller, tenantId: string, userId: string, active: boolean): Promise<void>;
  /**
   * Makes a box the one edge of the site that its code is for; the box before it loses its account.
   * @throws `not_found` for a code that is unknown, used or over
   */
  enrolBox(box: NewBox): Promise<EnrolledBox>;
  /** Tells again what waits too long; answers with how many alerts were told. */
  escalateAlerts(signal: AbortSignal): Promise<number>;
  /** Removes pictures whose time is over or whose person was erased; answers with how many there were. */
  removeOldPictures(signal: AbortSignal): Promise<number>;
}

const NO_SESSION = { auth: { persistSession: false, autoRefreshToken: false } };
/** Longer than any installation lives; lifted when the person is let in again. */
const FOR_GOOD = "876000h";
const PICTURES_AT_ONCE = 200;

export function createGatewayStore(options: {
  supabaseUrl: string;
  publishableKey: string;
  secretKey: string;
}): GatewayStore {
  const { supabaseUrl, publishableKey, secretKey } = options;
  const service = createClient<Database>(supabaseUrl, secretKey, {
    ...NO_SESSION,
    global: { fetch: fetchWithinLimit },
  });
  const asCaller = ({ token }: Caller) =>
    createClient<Database>(supabaseUrl, publishableKey, {
      ...NO_SESSION,
      global: { fetch: fetchWithinLimit, headers: { authorization: `Bearer ${token}` } },
    });

  async function requireAdmin(caller: Caller, tenantId: string): Promise<void> {
    const answer = await asCaller(caller)
      .from("user_tenants")
      .select("role")
      .eq("tenant_id", tenantId)
      .eq("user_id", caller.userId)
      .eq("active", true)
      .in("role", ["owner", "admin"]);
    if (unwrap("look up the caller's role", answer).length === 0) {
      throw new StoreError("forbidden", "only who administers this tenant may do that");
    }
  }

  async function accountOf(email: string) {
    const answer = await service.rpc("account_of", { p_email: email });
    const account: unknown = unwrap("look up an account", answer);
    return account as { user_id: string; is_member: boolean } | null;
  }

  /** The account that the invitation is for: the one in use, or a new one that only the mailed link opens. */
  async function accountFor(email: string, landingUrl: string): Promise<string> {
    const known = await accountOf(email);
    if (known?.is_member) return known.user_id;
    // Nobody ever vouched for whoever made this account: it must not be let in by its password.
    if (known) await authAnswer(service.auth.admin.deleteUser(known.user_id), "begin anew");
    const invited = service.auth.admin.inviteUserByEmail(email, { redirectTo: landingUrl });
    const { user } = await authAnswer(invited, "mail an invitation");
    if (!user) throw new StoreError("unexpected", "mail an invitation: no account was made");
    return user.id;
  }

  return {
    async callerOf(token) {
      const { data, error } = await service.auth.getUser(token);
      if (data.user) return { userId: data.user.id, token };
      const isAway = !error?.status || error.status >= 500;
      throw new StoreError(isAway ? "unreachable" : "unauthorized", "this session is not good", {
        cause: error,
      });
    },

    async invite(caller, tenantId, { email, displayName, role }, landingUrl) {
      await requireAdmin(caller, tenantId);
      const userId = await accountFor(email.toLowerCase(), landingUrl);
      const answer = await service.rpc("admit_member", {
        p_tenant_id: tenantId,
        p_invited_by: caller.userId,
        p_user_id: userId,
        p_email: email,
        p_display_name: displayName,
        p_role: role,
      });
      unwrap("admit a member", answer);
      // Somebody who was active nowhere could not renew a session.
      const lifted = service.auth.admin.updateUserById(userId, { ban_duration: "none" });
      await authAnswer(lifted, "let the sessions be renewed");
    },

    async setActive(caller, tenantId, userId, active) {
      const changed = await asCaller(caller)
        .from("user_tenants")
        .update({ active })
        .eq("tenant_id", tenantId)
        .eq("user_id", userId)
        .neq("user_id", caller.userId)
        .neq("role", "edge")
        .select("user_id");
      if (unwrap("change a person's access", changed).length === 0) {
        throw new StoreError("forbidden", "no such person, or not yours to change");
      }
      const elsewhere = await service
        .from("user_tenants")
        .select("tenant_id")
        .eq("user_id", userId)
        .eq("active", true)
        .limit(1);
      const isInUse = unwrap("look for other memberships", elsewhere).length > 0;
      const ban = { ban_duration: isInUse ? "none" : FOR_GOOD };
      await authAnswer(service.auth.admin.updateUserById(userId, ban), "end the sessions");
    },

    async enrolBox({ code, publicKey, boxName }) {
      const isGood = await service.rpc("is_enrolment_good", { p_code: code });
      if (!unwrap("look at an enrolment code", isGood)) {
        throw new StoreError("not_found", "this code is not good, or not any more");
      }
      const edgeEmail = `edge-${crypto.randomUUID()}@agente-portero.invalid`;
      const edgePassword = `${crypto.randomUUID()}${crypto.randomUUID()}`;
      const account = { email: edgeEmail, password: edgePassword, email_confirm: true };
      const made = await authAnswer(service.auth.admin.createUser(account), "make an account");
      if (!made.user) throw new StoreError("unexpected", "make an account: none was made");
      const answer = await service.rpc("redeem_enrolment", {
        p_code: code,
        p_user_id: made.user.id,
        p_public_key: publicKey,
        p_box_name: boxName,
      });
      if (answer.error) {
        // Nobody has its password.
        await service.auth.admin.deleteUser(made.user.id);
        unwrap("enrol a box", answer);
      }
      const site = answer.data as unknown as {
        tenant_id: string;
        tenant_name: string;
        site_id: string;
        site_name: string;
        former_user_ids: string[];
      };
      // They are members of nothing any more; an account that stays behind opens nothing.
      await Promise.allSettled(site.former_user_ids.map((id) => service.auth.admin.deleteUser(id)));
      return {
        tenantId: site.tenant_id,
        tenantName: site.tenant_name,
        siteId: site.site_id,
        siteName: site.site_name,
        edgeEmail,
        edgePassword,
      };
    },

    async escalateAlerts(signal) {
      return unwrap("escalate", await service.rpc("escalate_alerts").abortSignal(signal));
    },

    async removeOldPictures(signal) {
      let removed = 0;
      for (;;) {
        const asked = service.rpc("pictures_to_remove", { p_limit: PICTURES_AT_ONCE });
        const paths = unwrap("ask which pictures are over", await asked.abortSignal(signal));
        if (paths.length === 0) return removed;
        const { data, error } = await service.storage.from("snapshots").remove(paths);
        const { message = "" } = error ?? {};
        const gone = unwrap("remove pictures", { data, error: error && { message } });
        removed += gone.length;
        // What cannot be removed is asked for again next time, not for ever now.
        if (gone.length < paths.length) return removed;
      }
    },
  };
}

interface AuthAnswer {
  data: unknown;
  error: { message: string; code?: string | undefined; status?: number | undefined } | null;
}

async function authAnswer<A extends AuthAnswer>(
  answer: Promise<A>,
  doing: string,
): Promise<A["data"]> {
  const { data, error } = await answer;
  if (error?.code === "over_email_send_rate_limit") {
    throw new StoreError("unreachable", `${doing}: too many mails`, { cause: error });
  }
  const { message = "", code = "", status = 0 } = error ?? {};
  return unwrap<A["data"]>(doing, { data, error: error && { message, code, status } });
}
