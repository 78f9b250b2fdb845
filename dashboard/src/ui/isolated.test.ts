import { expect, it } from "vitest";
import { isolated } from "./isolated.ts";

it.each([
  ["Familia Núñez", "Familia Núñez"],
  ["<b>Ana</b>", "<b>Ana</b>"],
  [7, "7"],
  ["דנה", "\u2068דנה\u2069"],
  ["Ana\u202eanA", "\u2068AnaanA\u2069"],
])("%j becomes %j", (value, text) => {
  expect(isolated(value)).toBe(text);
});
