import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSamePlate, lookAlikeClass, normalizePlate, resolveLookAlikes } from "./plate.ts";
import { formatsOf } from "./plate-formats.ts";

describe("normalizePlate (X7)", () => {
  it.each([
    ["brings a plate to upper case", "abc1234", "ABC1234"],
    ["drops spaces, hyphens and dots", " AB-12.3 4 ", "AB1234"],
    ["folds full-width letters and digits", "ＡＢＣ１２３", "ABC123"],
    ["folds a no-break space", "ABC\u00a0123", "ABC123"],
    ["refuses Cyrillic look-alikes", "АВС123", undefined],
    ["refuses Greek look-alikes", "ΑΒΕ123", undefined],
    ["refuses a zero-width space instead of stripping it", "ABC\u200b123", undefined],
    ["refuses a byte-order mark inside", "ABC\ufeff123", undefined],
    ["refuses a soft hyphen", "ABC\u00ad123", undefined],
    ["refuses a right-to-left override", "\u202eABC123", undefined],
    ["refuses combining marks", "A\u0301BC123", undefined],
    ["refuses ß, which only upper-casing makes ASCII", "ß123", undefined],
    ["refuses the dotless ı, which only upper-casing makes ASCII", "ı123", undefined],
    ["refuses Ñ", "Ñ123", undefined],
    ["refuses Arabic digits", "ABC١٢٣", undefined],
    ["refuses one character", "A", undefined],
    ["takes ten characters", "ABCDE12345", "ABCDE12345"],
    ["refuses eleven characters", "ABCDE123456", undefined],
    ["refuses an empty text", "", undefined],
    ["refuses separators alone", "- .", undefined],
    ["refuses markup", "<b>A1</b>", undefined],
  ])("%s", (_name, written, plate) => {
    expect(normalizePlate(written)).toBe(plate);
  });

  it("gives the comparison form or nothing, whatever is written, and keeps it as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (written) => {
        const plate = normalizePlate(written);
        if (plate === undefined) return;
        expect(plate).toMatch(/^[A-Z0-9]{2,10}$/);
        expect(normalizePlate(plate)).toBe(plate);
      }),
    );
  });
});

describe("isSamePlate (G7)", () => {
  const br = formatsOf(["br"]);
  const mx = formatsOf(["mx"]);
  const us = formatsOf(["us"]);

  it.each([
    ["holds for equal plates", "ABC1234", "ABC1234", br, true],
    ["takes O for 0 where a digit is fixed", "ABC1O34", "ABC1034", br, false],
    ["takes O for 0 where every format holds a digit", "ABCO234", "ABC0234", br, true],
    ["takes 0 for O where every format holds a letter", "0BC1234", "OBC1234", br, true],
    ["takes I for 1 where a digit is fixed", "ABCI234", "ABC1234", br, true],
    ["takes Q for 0 where a digit is fixed", "ABC123Q", "ABC1230", br, true],
    ["keeps O and Q apart: both are letters", "OBC1234", "QBC1234", br, false],
    ["never takes 8 for B", "8BC1234", "BBC1234", br, false],
    ["keeps O and 0 apart where no format is known", "ABCO234", "ABC0234", [], false],
    ["keeps O and 0 apart where both are legal", "OBC123", "0BC123", us, false],
    ["takes O for 0 where one series alone explains the read", "AGOR6T", "AG0R6T", us, true],
    [
      "does not turn 0 into a letter that the country does not use",
      "0BC123D",
      "OBC123D",
      mx,
      false,
    ],
    ["keeps plates of different length apart", "ABC123", "ABC1234", br, false],
  ])("%s", (_name, read, enrolled, formats, isSame) => {
    expect(isSamePlate(read, enrolled, formats)).toBe(isSame);
    expect(isSamePlate(enrolled, read, formats)).toBe(isSame);
  });

  const plates = fc.stringMatching(/^[A-Z0-9]{2,10}$/);
  const countries = fc.subarray(["mx", "cr", "co", "ar", "br", "cl", "pe", "eu", "us"]);

  it("never holds for plates of two look-alike classes", () => {
    fc.assert(
      fc.property(plates, plates, countries, (a, b, sites) => {
        fc.pre(lookAlikeClass(a) !== lookAlikeClass(b));
        expect(isSamePlate(a, b, formatsOf(sites))).toBe(false);
      }),
    );
  });

  it("resolves to a plate of the same class that resolves to itself", () => {
    fc.assert(
      fc.property(plates, countries, (read, sites) => {
        const plate = resolveLookAlikes(read, formatsOf(sites));
        expect(lookAlikeClass(plate)).toBe(lookAlikeClass(read));
        expect(resolveLookAlikes(plate, formatsOf(sites))).toBe(plate);
      }),
    );
  });
});
