import type { Box, Mask } from "@portero/access";
import type { Pixels } from "./pixels.ts";

/** A frame's size, and the polygons (shares of it) that nobody may see. */
export interface MaskedFrame {
  widthPx: number;
  heightPx: number;
  masks: readonly Mask[];
}

/** Blackens what the masks cover. `pixels` show `part` of the frame (in its pixels), at any scale. */
export function blacken(pixels: Pixels, part: Box, frame: MaskedFrame): void {
  const { bytes, widthPx, heightPx, channels } = pixels;
  for (const mask of frame.masks) {
    const corners = mask.map(([x, y]) => ({
      x: ((x * frame.widthPx - part.leftPx) * widthPx) / part.widthPx,
      y: ((y * frame.heightPx - part.topPx) * heightPx) / part.heightPx,
    }));
    for (let row = 0; row < heightPx; row++) {
      const crossings = crossingsOf(corners, row + 0.5);
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
        // A pixel that is covered in part is black.
        const from = Math.max(0, Math.floor(crossings[pair] as number));
        const until = Math.min(widthPx, Math.ceil(crossings[pair + 1] as number));
        const start = row * widthPx;
        if (until > from) bytes.fill(0, (start + from) * channels, (start + until) * channels);
      }
    }
  }
}

/** Where a polygon's edges cross a row, from the left: it is inside between the first and the second, and so on. */
function crossingsOf(corners: readonly { x: number; y: number }[], y: number): number[] {
  const crossings: number[] = [];
  let before = corners.at(-1);
  for (const corner of corners) {
    if (before && before.y > y !== corner.y > y)
      crossings.push(before.x + ((y - before.y) * (corner.x - before.x)) / (corner.y - before.y));
    before = corner;
  }
  return crossings.sort((a, b) => a - b);
}
