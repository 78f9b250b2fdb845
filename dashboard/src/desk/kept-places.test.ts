import { describe, expect, it } from "vitest";
import { keepPlaces } from "./kept-places.ts";

describe("the queue's places", () => {
  it.each([
    [
      "follow what waits while nobody points at them",
      ["a", "b", "c"],
      ["b", "d"],
      false,
      ["b", "d"],
    ],
    ["keep who has left while somebody does", ["a", "b", "c"], ["b"], true, ["a", "b", "c"]],
    ["grow downward all the while", ["a", "b"], ["b", "c"], true, ["a", "b", "c"]],
  ] as const)("%s", (_name, shown, waiting, isTouched, kept) => {
    expect(keepPlaces(shown, waiting, isTouched)).toEqual(kept);
  });
});
