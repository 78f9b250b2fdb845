import type { BarrierPosition } from "@portero/isapi";
import { describe, expect, it } from "vitest";
import { followTravel, UNKNOWN_TRAVEL } from "./barrier-travel.ts";

type Answer = BarrierPosition | null;

/** What is told of the device's answers, one a second; "nothing" where the next one is waited for. */
function told(answers: readonly Answer[], isCommanded = false) {
  let travel = UNKNOWN_TRAVEL;
  return answers.map((seen, second) => {
    const next = followTravel(travel, seen, second * 1000, isCommanded);
    travel = next.travel;
    return next.position ?? "nothing";
  });
}

describe("what a barrier's limit switches tell", () => {
  const between = "no_signal" as const;
  it.each<[string, Answer[], boolean, string[]]>([
    [
      "an opening by our leave and its closing",
      ["closed", between, "open", between, "closed"],
      true,
      ["closed", "moving", "open", "moving", "closed"],
    ],
    [
      "a barrier that comes down long after the command",
      ["open", between, between, "closed"],
      false,
      ["open", "moving", "moving", "closed"],
    ],
    [
      "a barrier that somebody lifts",
      ["closed", between, between, "open"],
      false,
      ["closed", "nothing", "moving", "open"],
    ],
    ["one bad contact", ["closed", between, "closed"], false, ["closed", "nothing", "closed"]],
    ["a device that never had a position", [between, between], false, ["unknown", "unknown"]],
    [
      "a device that starts anew, and says nothing of the barrier at first",
      ["closed", null, between, between, "closed"],
      false,
      ["closed", "unknown", "unknown", "unknown", "closed"],
    ],
  ])("is right for %s", (_name, answers, isCommanded, expected) => {
    expect(told(answers, isCommanded)).toEqual(expected);
  });

  it("is unknown when a barrier reaches neither end: unknown never looks like quiet", () => {
    const answers: Answer[] = ["open", ...Array.from({ length: 12 }, () => between)];
    expect(told(answers).slice(9)).toEqual(["moving", "moving", "unknown", "unknown"]);
  });
});
