import type { GatePosition } from "@portero/access";
import { describe, expect, it } from "vitest";
import { positionOf } from "./end-switches.ts";

describe("positionOf", () => {
  it.each<[boolean | undefined, boolean | undefined, GatePosition]>([
    [true, false, "closed"],
    [false, true, "open"],
    [false, false, "moving"],
    [true, true, "unknown"],
    [undefined, undefined, "unknown"],
    [true, undefined, "closed"],
    [false, undefined, "open"],
    [undefined, true, "open"],
    [undefined, false, "closed"],
  ])("closed switch %s, open switch %s → %s", (isClosed, isOpen, position) => {
    expect(positionOf(isClosed, isOpen)).toBe(position);
  });
});
