import type { AlertClaim } from "@portero/store";

/** Who deals with this alert at this moment, or null. */
export function holderOf(
  claims: ReadonlyMap<string, AlertClaim>,
  alertEventId: string,
  nowMs: number,
): AlertClaim | null {
  const claim = claims.get(alertEventId);
  return claim && claim.expiresAtMs > nowMs ? claim : null;
}
