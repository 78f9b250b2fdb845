import type { StoreClient } from "../client.ts";
import { unwrap } from "../errors.ts";
import { claimOf } from "./rows.ts";
import type { AlertClaim } from "./words.ts";

/** @throws {StoreError} */
export async function claimAlert(
  client: StoreClient,
  tenantId: string,
  alertEventId: string,
): Promise<AlertClaim> {
  const answer = await client.rpc("claim_alert", {
    p_tenant_id: tenantId,
    p_alert_event_id: alertEventId,
  });
  return claimOf(unwrap("claim the alert", answer));
}

/** @throws {StoreError} */
export async function releaseAlert(
  client: StoreClient,
  tenantId: string,
  alertEventId: string,
): Promise<void> {
  const answer = await client.rpc("release_alert", {
    p_tenant_id: tenantId,
    p_alert_event_id: alertEventId,
  });
  unwrap("release the alert", answer);
}

/** What is held at this moment. @throws {StoreError} */
export async function claimsNow(
  client: StoreClient,
  tenantId: string,
  sinceMs: number,
  signal: AbortSignal,
): Promise<AlertClaim[]> {
  const answer = await client
    .from("alert_claims")
    .select("*")
    .eq("tenant_id", tenantId)
    .gte("expires_at", new Date(sinceMs).toISOString())
    .abortSignal(signal);
  return unwrap("read the claims", answer).map(claimOf);
}
