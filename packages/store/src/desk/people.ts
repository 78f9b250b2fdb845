import type { StoreClient } from "../client.ts";
import { StoreError, unwrap } from "../errors.ts";
import { auditEntryOf, memberOf } from "./rows.ts";
import type { AuditEntry, Member, PersonSession } from "./words.ts";

/** @throws {StoreError} */
export async function listMembers(
  client: StoreClient,
  tenantId: string,
  signal: AbortSignal,
): Promise<Member[]> {
  const answer = await client
    .from("user_tenants")
    .select("*")
    .eq("tenant_id", tenantId)
    .order("display_name")
    .abortSignal(signal);
  return unwrap("list people", answer).map(memberOf);
}

/** Changes a person's part in the tenant; takes effect on their open screens. @throws {StoreError} */
export async function saveMember(
  client: StoreClient,
  tenantId: string,
  userId: string,
  change: Partial<Pick<Member, "role" | "active" | "displayName">>,
): Promise<void> {
  const { displayName, ...rest } = change;
  const answer = await client
    .from("user_tenants")
    .update({ ...rest, ...(displayName !== undefined && { display_name: displayName }) })
    .eq("tenant_id", tenantId)
    .eq("user_id", userId)
    .select("user_id");
  if (unwrap("change a person", answer).length === 0) {
    throw new StoreError("forbidden", "change a person: no such row or not allowed");
  }
}

interface SessionWire {
  id: string;
  began_at: string;
  seen_at: string;
  user_agent: string | null;
  is_current: boolean | null;
}

/** Where a person is logged in, latest first. @throws {StoreError} `not_found` for whoever may not know */
export async function sessionsOf(
  client: StoreClient,
  tenantId: string,
  userId: string,
  signal: AbortSignal,
): Promise<PersonSession[]> {
  const answer = await client
    .rpc("sessions_of", { p_tenant_id: tenantId, p_user_id: userId })
    .abortSignal(signal);
  const sessions: unknown = unwrap("list sessions", answer);
  return (sessions as SessionWire[]).map(({ id, began_at, seen_at, user_agent, is_current }) => ({
    id,
    beganAtMs: Date.parse(began_at),
    seenAtMs: Date.parse(seen_at),
    userAgent: user_agent,
    isCurrent: is_current === true,
  }));
}

/** Ends one of a person's sessions, or all of them; their screens close at once. @throws {StoreError} */
export async function endSessions(
  client: StoreClient,
  tenantId: string,
  userId: string,
  sessionId: string | null,
): Promise<void> {
  const answer = await client.rpc("end_sessions", {
    p_tenant_id: tenantId,
    p_user_id: userId,
    ...(sessionId !== null && { p_session_id: sessionId }),
  });
  unwrap("end sessions", answer);
}

/** What the record is narrowed to; every part is optional. */
export interface AuditFilter {
  tableName?: string | undefined;
  actorId?: string | undefined;
  action?: AuditEntry["action"] | undefined;
  rowId?: string | undefined;
  fromMs?: number | undefined;
  untilMs?: number | undefined;
}

/** The newest entries before `beforeId`. Owners and admins only. @throws {StoreError} */
export async function listAudit(
  client: StoreClient,
  tenantId: string,
  filter: AuditFilter,
  page: { beforeId?: number | undefined; limit: number },
  signal?: AbortSignal,
): Promise<AuditEntry[]> {
  let query = client.from("audit_log").select("*").eq("tenant_id", tenantId);
  if (page.beforeId !== undefined) query = query.lt("id", page.beforeId);
  if (filter.tableName) query = query.eq("table_name", filter.tableName);
  if (filter.actorId) query = query.eq("actor", filter.actorId);
  if (filter.action) query = query.eq("action", filter.action);
  if (filter.rowId) query = query.eq("row_id", filter.rowId);
  if (filter.fromMs !== undefined) query = query.gte("at", new Date(filter.fromMs).toISOString());
  if (filter.untilMs !== undefined) query = query.lt("at", new Date(filter.untilMs).toISOString());
  query = query.order("id", { ascending: false }).limit(page.limit);
  const answer = await (signal ? query.abortSignal(signal) : query);
  return unwrap("read the record", answer).map(auditEntryOf);
}
