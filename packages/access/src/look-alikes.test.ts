import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, isNearby, preselectedSuggestion, suggestPlates } from "./look-alikes.ts";

describe("suggestPlates", () => {
  it("suggests the nearest enrolled plates, look-alike characters first", () => {
    const suggestions = suggestPlates("ABC1234", ["ABC1X34", "A8C1234", "XYZ9999"]);
    expect(suggestions.map(({ plate }) => plate)).toEqual(["A8C1234", "ABC1X34"]);
    expect(suggestions[0]).toMatchObject({ distance: 1, visualDistance: 0.5 });
  });

  it("does not suggest the read itself", () => {
    expect(suggestPlates("ABC1234", ["ABC1234"])).toEqual([]);
  });

  it("suggests a plate with one character more", () => {
    expect(suggestPlates("ABC123", ["ABC1234"])).toHaveLength(1);
  });

  it("preselects the only nearest plate, and none of two that are equally near", () => {
    const one = suggestPlates("ABC1234", ["A8C1234", "ABC1X34"]);
    expect(preselectedSuggestion(one)?.plate).toBe("A8C1234");
    const two = suggestPlates("ABC1234", ["A8C1234", "ABC123A", "ABC7234"]);
    expect(two.length).toBeGreaterThan(1);
    expect(preselectedSuggestion(two)).toBeUndefined();
  });
});

describe("editDistance", () => {
  const plates = fc.stringMatching(/^[AB01]{0,6}$/);

  it("is symmetric, zero only for equal texts, and at most the limit and one", () => {
    fc.assert(
      fc.property(plates, plates, fc.integer({ min: 0, max: 4 }), (a, b, limit) => {
        const distance = editDistance(a, b, limit);
        expect(distance).toBe(editDistance(b, a, limit));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(limit + 1);
      }),
    );
  });

  it("finds near what is one edit away", () => {
    fc.assert(
      fc.property(plates, plates, (a, b) => {
        if (editDistance(a, b, 1) <= 1) expect(isNearby(a, b)).toBe(true);
      }),
    );
  });
});
