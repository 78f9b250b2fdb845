import { describe, expect, it } from "vitest";
import {
  cornersOf,
  MOST_CORNERS,
  moved,
  rectangleBetween,
  stretched,
  withCorner,
  withMoreCorners,
  zoneAround,
  zoneWithCorner,
} from "./shapes.ts";

const SQUARE = [
  [0.2, 0.2],
  [0.4, 0.2],
  [0.4, 0.4],
  [0.2, 0.4],
] as const;

describe("a shape on a camera's picture", () => {
  it("is the rectangle between two corners, whichever way it was drawn", () => {
    expect(rectangleBetween([0.4, 0.4], [0.2, 0.2])).toEqual(SQUARE);
    expect(rectangleBetween([-1, -1], [2, 2])).toEqual(
      cornersOf({ leftShare: 0, topShare: 0, widthShare: 1, heightShare: 1 }),
    );
    expect(rectangleBetween([0.2, 0.2], [0.21, 0.9])).toBeNull();
  });

  it("keeps its form when it is moved against the frame's edge", () => {
    expect(moved(SQUARE, 5, -5)).toEqual([
      [0.8, 0],
      [1, 0],
      [1, 0.2],
      [0.8, 0.2],
    ]);
  });

  it("grows and shrinks from its upper left corner, never to nothing", () => {
    expect(stretched(SQUARE, 0.2, 0)).toEqual([
      [0.2, 0.2],
      [0.6, 0.2],
      [0.6, 0.4],
      [0.2, 0.4],
    ]);
    expect(stretched(SQUARE, -0.5, 0)).toBe(SQUARE);
  });

  it("has its corners dragged within the frame, and more of them on its longest side", () => {
    expect(withCorner(SQUARE, 2, [2, 0.5])[2]).toEqual([1, 0.5]);
    expect(
      withMoreCorners([
        [0, 0],
        [0.1, 0],
        [0.1, 0.5],
      ]),
    ).toEqual([
      [0, 0],
      [0.1, 0],
      [0.1, 0.5],
      [0.05, 0.25],
    ]);
    let shape: Parameters<typeof withMoreCorners>[0] = SQUARE;
    for (let more = 0; more < 40; more++) shape = withMoreCorners(shape);
    expect(shape).toHaveLength(MOST_CORNERS);
  });

  it("is a rectangle where it is the lane's zone", () => {
    const zone = { leftShare: 0.2, topShare: 0.2, widthShare: 0.2, heightShare: 0.2 };
    expect(zoneAround(SQUARE)).toEqual(zone);
    expect(zoneWithCorner(zone, 2, [0.5, 0.9])).toEqual({
      ...zone,
      widthShare: 0.3,
      heightShare: 0.7,
    });
    expect(zoneWithCorner(zone, 0, [0.4, 0.4])).toBe(zone);
  });
});
