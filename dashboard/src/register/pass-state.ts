import type { Pass } from "@portero/store";

export type PassState = "valid" | "later" | "over" | "used" | "revoked";

/** What a pass is worth at a moment; its weekly hours are told beside it. */
export function passState(pass: Pass, nowMs: number): PassState {
  if (pass.revokedAtMs !== null) return "revoked";
  if (pass.validUntilMs <= nowMs) return "over";
  if (pass.uses >= pass.maxUses) return "used";
  return pass.validFromMs > nowMs ? "later" : "valid";
}
