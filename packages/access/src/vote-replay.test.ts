import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KeptVote, replayVotes } from "./vote-replay.ts";
import { DEFAULT_OPENING_RULES } from "./vote-rules.ts";

const clear = {
  agreeingFrames: 4,
  weakestCharacter: 0.99,
  marginNats: 9,
  fixedDoubt: null,
  secondDoubt: null,
};
const kept = (standing: object = {}, rest: Partial<KeptVote> = {}): KeptVote => ({
  standing: { ...clear, ...standing },
  ifSure: "grant",
  wasAsked: false,
  wasWrong: false,
  ...rest,
});
const strict = { minAgreeingFrames: 3, minLead: 1000, minCharacterConfidence: 0.95 };
const asked = { wasAsked: true };

describe("replayVotes", () => {
  it.each<[string, KeptVote, object]>([
    ["admits a clear vote under both", kept(), { admittedNow: 1, admittedThen: 1 }],
    [
      "leaves a weak character to the guard",
      kept({ weakestCharacter: 0.9 }),
      { fewer: 1, admittedNow: 1, admittedThen: 0 },
    ],
    ["leaves a small lead to the guard", kept({ marginNats: 5 }), { fewer: 1 }],
    [
      "lets one that is a picture short wait for it",
      kept({ agreeingFrames: 2 }),
      { later: 1, fewer: 0, admittedThen: 0 },
    ],
    [
      "counts what it rightly keeps out",
      kept({ weakestCharacter: 0.9 }, { wasWrong: true }),
      { fewer: 1, fewerWrong: 1 },
    ],
    [
      "leaves a repaired read to the guard under both",
      kept({ fixedDoubt: "repaired_read" }, asked),
      { replayed: 1, fewer: 0 },
    ],
    [
      "leaves whom nobody knows to the guard, however clear",
      kept({}, { ifSure: "alert", wasAsked: true }),
      { replayed: 1, admittedNow: 0 },
    ],
    ["does not guess without a kept vote", { ...kept(), standing: null }, { replayed: 0 }],
    [
      "does not guess what the second engine would have said",
      kept({ weakestCharacter: 0.5, secondDoubt: "second_opinion_missing" }),
      { replayed: 1 },
    ],
  ])("%s", (_name, vote, expected) => {
    expect(replayVotes([vote], DEFAULT_OPENING_RULES, strict)).toMatchObject(expected);
  });

  it("of milder rules counts the alerts that there would not have been, and those that were right", () => {
    const votes = [
      kept({ weakestCharacter: 0.9 }, asked),
      kept({ agreeingFrames: 2 }, { ...asked, wasWrong: true }),
      kept({ weakestCharacter: 0.5 }, asked),
    ];
    expect(replayVotes(votes, strict, DEFAULT_OPENING_RULES)).toMatchObject({
      replayed: 3,
      more: 2,
      moreWrong: 1,
      fewer: 0,
      later: 0,
    });
  });

  it("is unclear where the second engine was not asked and its word would decide", () => {
    const vote = kept({ weakestCharacter: 0.9, secondDoubt: "second_opinion_missing" }, asked);
    expect(replayVotes([vote], strict, DEFAULT_OPENING_RULES).replayed).toBe(0);
  });

  it("never admits more under rules that are stricter in every part", () => {
    const rules = fc.record({
      minAgreeingFrames: fc.integer({ min: 2, max: 4 }),
      minLead: fc.integer({ min: 50, max: 1000 }),
      minCharacterConfidence: fc.double({ min: 0.8, max: 0.95, noNaN: true }),
    });
    const votes = fc.array(
      fc.record({
        standing: fc.record({
          agreeingFrames: fc.nat(5),
          weakestCharacter: fc.double({ min: 0, max: 1, noNaN: true }),
          marginNats: fc.double({ min: 0, max: 12, noNaN: true }),
          fixedDoubt: fc.constantFrom(null, "repaired_read" as const),
          secondDoubt: fc.constantFrom(null, "second_opinion_differs" as const),
        }),
        ifSure: fc.constantFrom("grant", "alert"),
        wasAsked: fc.boolean(),
        wasWrong: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(votes, rules, rules, (kept, a, b) => {
        const stricter = {
          minAgreeingFrames: Math.max(a.minAgreeingFrames, b.minAgreeingFrames),
          minLead: Math.max(a.minLead, b.minLead),
          minCharacterConfidence: Math.max(a.minCharacterConfidence, b.minCharacterConfidence),
        };
        const { more, admittedNow, admittedThen } = replayVotes(kept, a, stricter);
        expect(more).toBe(0);
        expect(admittedThen).toBeLessThanOrEqual(admittedNow);
      }),
    );
  });
});
