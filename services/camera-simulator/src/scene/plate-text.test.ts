import { describe, expect, it } from "vitest";
import { plateFor, writtenPlate } from "./plate-text.ts";
import { randomFrom } from "./random.ts";

describe("writtenPlate", () => {
  it.each([
    ["mx", "ABC123D", "ABC-123-D"],
    ["mx", "A12BCD", "A12-BCD"],
    ["br", "ABC1D23", "ABC1D23"],
    ["br", "ABC1234", "ABC-1234"],
    ["ar", "AB123CD", "AB 123 CD"],
    ["cl", "GHTX41", "GHTX·41"],
    ["co", "abc-123", "ABC 123"],
    ["eu", "1234BCD", "1234 BCD"],
    ["mx", "ODD1", "ODD1"],
    ["nowhere", "ABC1234", "ABC1234"],
  ])("writes a plate of %s %s as %s", (country, plate, written) => {
    expect(writtenPlate(country, plate)).toBe(written);
  });
});

describe("plateFor", () => {
  it.each(["mx", "br", "ar", "cl", "co", "cr", "pe", "eu", "us", "nowhere"])(
    "gives plates of %s in comparison form, always the same for a seed",
    (country) => {
      const [random, again] = [randomFrom(5), randomFrom(5)];
      for (let i = 0; i < 50; i++) {
        const plate = plateFor(country, random);
        expect(plate).toMatch(/^(?=.*[A-Z])(?=.*\d)[A-Z0-9]{5,8}$/);
        expect(plateFor(country, again)).toBe(plate);
      }
    },
  );
});
