import type { CameraZone, Mask } from "@portero/access";

/** Shares of the frame, from its upper left corner. */
export type Point = readonly [number, number];

export const MOST_CORNERS = 16;
export const MOST_MASKS = 12;
/** What is smaller than this was a slip of the hand. */
const LEAST_SHARE = 0.02;

const within = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;

/** The rectangle between two corners, or null where it would be too small to see. */
export function rectangleBetween(a: Point, b: Point): Mask | null {
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])].map(within) as [
    number,
    number,
  ];
  const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])].map(within) as [
    number,
    number,
  ];
  if (right - left < LEAST_SHARE || bottom - top < LEAST_SHARE) return null;
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/** Moves a shape as far as the frame's edges allow, without changing its form. */
export function moved(shape: Mask, dx: number, dy: number): Mask {
  const xs = shape.map(([x]) => x);
  const ys = shape.map(([, y]) => y);
  const stepX = Math.max(-Math.min(...xs), Math.min(1 - Math.max(...xs), dx));
  const stepY = Math.max(-Math.min(...ys), Math.min(1 - Math.max(...ys), dy));
  return shape.map(([x, y]) => [within(x + stepX), within(y + stepY)]);
}

/** Makes a shape larger or smaller from its upper left corner; what would be too small stays as it is. */
export function stretched(shape: Mask, dx: number, dy: number): Mask {
  const xs = shape.map(([x]) => x);
  const ys = shape.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const newWidth = Math.min(1 - left, width + dx);
  const newHeight = Math.min(1 - top, height + dy);
  if (newWidth < LEAST_SHARE || newHeight < LEAST_SHARE) return shape;
  return shape.map(([x, y]) => [
    within(left + ((x - left) / width) * newWidth),
    within(top + ((y - top) / height) * newHeight),
  ]);
}

/** Drags one corner. */
export function withCorner(shape: Mask, place: number, to: Point): Mask {
  return shape.map((corner, at) => (at === place ? [within(to[0]), within(to[1])] : corner));
}

/** One more corner in the middle of the longest side. */
export function withMoreCorners(shape: Mask): Mask {
  if (shape.length >= MOST_CORNERS) return shape;
  const sides = shape.map((from, at) => {
    const to = shape[(at + 1) % shape.length] ?? from;
    const middle: Point = [within((from[0] + to[0]) / 2), within((from[1] + to[1]) / 2)];
    return { at, middle, length: Math.hypot(to[0] - from[0], to[1] - from[1]) };
  });
  const longest = sides.reduce((best, side) => (side.length > best.length ? side : best));
  return shape.toSpliced(longest.at + 1, 0, longest.middle);
}

/** The lane's zone as four corners. */
export function cornersOf({ leftShare, topShare, widthShare, heightShare }: CameraZone): Mask {
  const [right, bottom] = [within(leftShare + widthShare), within(topShare + heightShare)];
  return [
    [leftShare, topShare],
    [right, topShare],
    [right, bottom],
    [leftShare, bottom],
  ];
}

/** The lane's zone is a rectangle: of any other shape, the one around it. */
export function zoneAround(shape: Mask): CameraZone {
  const xs = shape.map(([x]) => x);
  const ys = shape.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return {
    leftShare: left,
    topShare: top,
    widthShare: within(Math.max(...xs) - left),
    heightShare: within(Math.max(...ys) - top),
  };
}

/** Dragging one corner of a rectangle keeps the opposite one where it is. */
export function zoneWithCorner(zone: CameraZone, place: number, to: Point): CameraZone {
  const opposite = cornersOf(zone)[(place + 2) % 4];
  const shape = opposite && rectangleBetween(opposite, to);
  return shape ? zoneAround(shape) : zone;
}
