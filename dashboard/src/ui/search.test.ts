import { expect, it } from "vitest";
import { matches } from "./search.ts";

const entry = { texts: ["Casa 14", "Familia Núñez de la Rosa"], plates: ["ABO1234"] };

it.each([
  ["", true],
  ["casa 14", true],
  ["NUNEZ", true],
  ["rosa núñez", true],
  ["abo-12", true],
  ["AB0 1234", true],
  ["abo1 nunez", true],
  ["A8O 1Z34", true],
  ["casa 15", false],
  ["nunez xyz", false],
  ["zz9", false],
])("finds by %j: %s", (typed, isFound) => {
  expect(matches(typed, entry)).toBe(isFound);
});
