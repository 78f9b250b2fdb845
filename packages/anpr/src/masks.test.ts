import type { Mask } from "@portero/access";
import { describe, expect, it } from "vitest";
import { blacken } from "./masks.ts";
import type { Pixels } from "./pixels.ts";

const FRAME = { widthPx: 80, heightPx: 40 };
const WHOLE = { leftPx: 0, topPx: 0, ...FRAME };
const white = (widthPx: number, heightPx: number, channels: 1 | 3 = 1): Pixels => ({
  bytes: new Uint8Array(widthPx * heightPx * channels).fill(255),
  widthPx,
  heightPx,
  channels,
});
/** Rows of a grey picture, "#" where it is black. */
const rowsOf = ({ bytes, widthPx, heightPx }: Pixels) =>
  Array.from({ length: heightPx }, (_, y) =>
    Array.from({ length: widthPx }, (_, x) => (bytes[y * widthPx + x] === 0 ? "#" : ".")).join(""),
  );
const rightHalf: Mask = [
  [0.5, 0],
  [1, 0],
  [1, 1],
  [0.5, 1],
];

describe("what a mask covers", () => {
  it("is black at every scale", () => {
    const small = white(8, 4);
    blacken(small, WHOLE, { ...FRAME, masks: [rightHalf] });
    expect(rowsOf(small)).toEqual(Array(4).fill("....####"));
  });

  it("is black in a part of the frame, at the part's own place", () => {
    const part = white(8, 2);
    blacken(
      part,
      { leftPx: 36, topPx: 10, widthPx: 8, heightPx: 2 },
      { ...FRAME, masks: [rightHalf] },
    );
    expect(rowsOf(part)).toEqual(["....####", "....####"]);
  });

  it("follows a polygon with a bay, and covers a pixel that it touches", () => {
    const bay: Mask = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0.7, 1],
      [0.7, 0.5],
      [0.32, 0.5],
      [0.32, 1],
      [0, 1],
    ];
    const picture = white(10, 4);
    blacken(picture, WHOLE, { ...FRAME, masks: [bay] });
    expect(rowsOf(picture)).toEqual(["##########", "##########", "####...###", "####...###"]);
  });

  it("leaves all three channels of a pixel black, and its neighbours as they were", () => {
    const picture = white(2, 1, 3);
    blacken(picture, WHOLE, { ...FRAME, masks: [rightHalf] });
    expect([...picture.bytes]).toEqual([255, 255, 255, 0, 0, 0]);
  });

  it("is nothing where the mask lies outside of the part", () => {
    const picture = white(4, 4);
    blacken(
      picture,
      { leftPx: 0, topPx: 0, widthPx: 4, heightPx: 4 },
      { ...FRAME, masks: [rightHalf] },
    );
    expect(rowsOf(picture)).toEqual(Array(4).fill("...."));
  });
});
