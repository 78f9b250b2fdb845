import type { AlertClaim } from "@portero/store";

/** A claim lasts a minute; it is renewed this often while its alert is in hand. */
export const RENEW_MS = 20_000;
/** Nobody has touched the screen for so long: whoever took the alert may have walked away, and it becomes free. */
export const PRESENT_MS = 60_000;

/** Who deals with this alert at this moment, or null. */
export function holderOf(
  claims: ReadonlyMap<string, AlertClaim>,
  alertEventId: string,
  nowMs: number,
): AlertClaim | null {
  const claim = claims.get(alertEventId);
  return claim && claim.expiresAtMs > nowMs ? claim : null;
}
