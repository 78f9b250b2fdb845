import { describe, expect, it } from "vitest";
import { fitsFormat, formatsOf } from "./plate-formats.ts";

describe("formatsOf", () => {
  it.each([
    ["mx", "ABC123D", true],
    ["mx", "ABO123D", false],
    ["cr", "BCD123", true],
    ["cr", "MOT123456", true],
    ["co", "ABC123", true],
    ["co", "ABC12D", true],
    ["ar", "ABC123", true],
    ["ar", "AB123CD", true],
    ["ar", "A123BCD", true],
    ["br", "ABC1234", true],
    ["br", "ABC1D23", true],
    ["br", "ABC12D3", false],
    ["cl", "BCDF12", true],
    ["cl", "AB1234", true],
    ["pe", "A1B234", true],
    ["ec", "ABC1234", true],
    ["uy", "ABC1234", true],
    ["py", "ABCD123", true],
    ["bo", "1234ABC", true],
    ["pa", "AB1234", true],
    ["gt", "P123BCD", true],
    ["eu", "1234BCD", true],
    ["es", "1234ABC", false],
    ["us", "7ABC123", true],
    ["us", "NEILDMND", false],
  ])("%s: %s fits: %s", (country, plate, fits) => {
    expect(formatsOf([country]).some((format) => fitsFormat(plate, format))).toBe(fits);
  });

  it("gives a member of the EU the formats of the EU, and an unknown country none", () => {
    expect(formatsOf(["ro"])).toHaveLength(formatsOf(["eu"]).length);
    expect(formatsOf(["zz"])).toEqual([]);
  });

  it("joins the formats of several countries", () => {
    const both = formatsOf(["br", "ar"]);
    expect(both.some(({ country }) => country === "br")).toBe(true);
    expect(both.some(({ country }) => country === "ar")).toBe(true);
  });
});
