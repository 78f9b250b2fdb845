import type { OpeningRules } from "@portero/access";
import type { StoreClient } from "../client.ts";
import { StoreError, unwrap } from "../errors.ts";
import { openingRulesFrom } from "../opening-rules.ts";

/** A tenant's rules; `updatedAt` guards a change against somebody else's. */
export interface StoredOpeningRules extends OpeningRules {
  updatedAt: string;
}

/** @throws {StoreError} */
export async function readOpeningRules(
  client: StoreClient,
  tenantId: string,
  signal: AbortSignal,
): Promise<StoredOpeningRules> {
  const answer = await client
    .from("opening_rules")
    .select("*")
    .eq("tenant_id", tenantId)
    .abortSignal(signal)
    .single();
  const row = unwrap("read the opening rules", answer);
  return { ...openingRulesFrom(row), updatedAt: row.updated_at };
}

/** @throws {StoreError} `conflict` with `detailCode` "changed" when somebody has changed them meanwhile */
export async function saveOpeningRules(
  client: StoreClient,
  tenantId: string,
  rules: StoredOpeningRules,
): Promise<void> {
  const answer = await client
    .from("opening_rules")
    .update({
      min_agreeing_frames: rules.minAgreeingFrames,
      min_lead: rules.minLead,
      min_character_confidence: rules.minCharacterConfidence,
    })
    .eq("tenant_id", tenantId)
    .eq("updated_at", rules.updatedAt)
    .select("tenant_id");
  if (unwrap("change the opening rules", answer).length === 0) {
    throw new StoreError("conflict", "change the opening rules: changed by somebody else", {
      detailCode: "changed",
    });
  }
}
