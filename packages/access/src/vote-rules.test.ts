import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_OPENING_RULES,
  DEFAULT_VOTE_RULES,
  openingRulesOf,
  voteRulesUnder,
} from "./vote-rules.ts";

describe("openingRulesOf", () => {
  const own = { minAgreeingFrames: 3, minLead: 200, minCharacterConfidence: 0.9 };

  it.each([
    ["a condominium's own rules", own, own],
    [
      "the strictest",
      { minAgreeingFrames: 4, minLead: 1000, minCharacterConfidence: 0.95 },
      { minAgreeingFrames: 4, minLead: 1000, minCharacterConfidence: 0.95 },
    ],
    ["a copy from before there were any", undefined, DEFAULT_OPENING_RULES],
    ["one frame too few", { ...own, minAgreeingFrames: 1 }, { ...own, minAgreeingFrames: 2 }],
    [
      "more frames than a vehicle shows",
      { ...own, minAgreeingFrames: 99 },
      { ...own, minAgreeingFrames: 2 },
    ],
    ["too small a lead", { ...own, minLead: 49.9 }, { ...own, minLead: 50 }],
    [
      "too low a floor",
      { ...own, minCharacterConfidence: 0.1 },
      { ...own, minCharacterConfidence: 0.8 },
    ],
    ["no number at all", { ...own, minLead: Number.NaN }, { ...own, minLead: 50 }],
    ["a text", { ...own, minLead: "200" }, { ...own, minLead: 50 }],
  ])("takes %s", (_name, stored, rules) => {
    expect(openingRulesOf(stored)).toEqual(rules);
  });

  it("is never weaker than the product, whatever was stored (G7)", () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.double(),
      fc.record(
        {
          minAgreeingFrames: fc.anything(),
          minLead: fc.double(),
          minCharacterConfidence: fc.double(),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(anything, (stored) => {
        const rules = voteRulesUnder(openingRulesOf(stored));
        expect(rules.minAgreeingFrames).toBeGreaterThanOrEqual(2);
        expect(rules.minMarginNats).toBeGreaterThanOrEqual(Math.log(50));
        expect(rules.minCharacterConfidence).toBeGreaterThanOrEqual(0.8);
      }),
    );
  });

  it("of a condominium that asked for nothing is the product's vote", () => {
    expect(voteRulesUnder(DEFAULT_OPENING_RULES)).toEqual(DEFAULT_VOTE_RULES);
  });
});
