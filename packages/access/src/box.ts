/** A rectangle in pixels of the frame (never of a resized copy), from its top left corner. */
export interface Box {
  leftPx: number;
  topPx: number;
  widthPx: number;
  heightPx: number;
}

/** Intersection over union of two boxes, in [0, 1]. */
export function overlapOf(a: Box, b: Box): number {
  const widthPx =
    Math.min(a.leftPx + a.widthPx, b.leftPx + b.widthPx) - Math.max(a.leftPx, b.leftPx);
  const heightPx =
    Math.min(a.topPx + a.heightPx, b.topPx + b.heightPx) - Math.max(a.topPx, b.topPx);
  if (widthPx <= 0 || heightPx <= 0) return 0;
  const shared = widthPx * heightPx;
  return shared / (a.widthPx * a.heightPx + b.widthPx * b.heightPx - shared);
}

/** Distance between the centres of two boxes, in pixels. */
export function centreDistancePx(a: Box, b: Box): number {
  return Math.hypot(
    a.leftPx + a.widthPx / 2 - b.leftPx - b.widthPx / 2,
    a.topPx + a.heightPx / 2 - b.topPx - b.heightPx / 2,
  );
}
