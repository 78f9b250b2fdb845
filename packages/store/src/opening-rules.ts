import type { OpeningRules } from "@portero/access";

/** A row of `opening_rules` in the product's words. */
export const openingRulesFrom = (row: {
  min_agreeing_frames: number;
  min_lead: number;
  min_character_confidence: number;
}): OpeningRules => ({
  minAgreeingFrames: row.min_agreeing_frames,
  minLead: row.min_lead,
  minCharacterConfidence: row.min_character_confidence,
});
