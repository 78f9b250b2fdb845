import { describe, expect, it } from "vitest";
import { laneStyle } from "./lane-style.ts";

describe("laneStyle", () => {
  it.each([
    ["Residencial del Valle · Portón norte", "RESIDENCIAL DEL VALLE"],
    ["Jardim das Acácias · Portão principal", "JARDIM DAS ACÁCIAS"],
    ["valle", "VALLE"],
  ])("writes the name of %s on the wall", (lane, sign) => {
    expect(laneStyle(lane).sign).toBe(sign);
  });

  it.each(["cam-01", "a", "<svg>", ""])("invents a name for %j", (lane) => {
    expect(laneStyle(lane).sign).toMatch(/^[A-Z ]{6,}$/);
  });

  it("always gives a lane the same look", () => {
    expect(laneStyle("norte")).toEqual(laneStyle("norte"));
  });
});
