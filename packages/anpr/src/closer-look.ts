import { type Box, overlapOf } from "@portero/access";
import type { Detector } from "./detector.ts";
import { cutOut, type DecodedFrame, resizeRgb } from "./pixels.ts";
import type { Detection } from "./recognition.ts";
import { unionOf } from "./track.ts";

/** A second look is worth its cost at a few places of a frame only. */
const MAX_LOOKS = 5;
/** The nearer view, in pixels of the detector's input, and how wide the plate is meant to be in it. */
const VIEW_WIDTH_PX = 320;
const VIEW_HEIGHT_PX = 192;
const PLATE_WIDTH_PX = 96;
const MAX_ZOOM = 2;
const SAME_PLATE_OVERLAP = 0.2;
/** Once a plate is as certain as this, places below the other bound are not worth their cost. */
const CERTAIN_PLATE = 0.8;
const DOUBTFUL_PLACE = 0.6;

/**
 * Looks again at each place that may hold a plate, scaled so that a plate there would be about 96 pixels
 * wide. What is a plate stays one; a badge, a lamp or a grille seldom passes twice. The confidence is
 * the geometric mean of both looks, and below `detector.threshold` a place is given up. The box is a mean
 * of both as well. `candidates` lie in pixels of the frame, most probable first, found at `scale`; no more
 * is asked for than `within`.
 */
export async function lookCloser(
  detector: Detector,
  decoded: DecodedFrame,
  within: Box,
  scale: number,
  candidates: readonly Detection[],
): Promise<Detection[]> {
  const places = candidates.slice(0, MAX_LOOKS).map((candidate) => {
    const zoom = Math.min(MAX_ZOOM, PLATE_WIDTH_PX / candidate.box.widthPx);
    return { candidate, zoom, view: viewAround(candidate.box, zoom, within) };
  });
  const [first, ...others] = places;
  if (!first) return [];
  const region = await decoded.region(
    others.reduce((box, { view }) => unionOf(box, view), first.view),
  );
  const confirmed: Detection[] = [];
  for (const { candidate, zoom, view } of places) {
    const hasCertain = confirmed.some(({ confidence }) => confidence >= CERTAIN_PLATE);
    if (hasCertain && candidate.confidence < DOUBTFUL_PLACE) break;
    const widthPx = Math.max(1, Math.round(view.widthPx * zoom));
    const heightPx = Math.max(1, Math.round(view.heightPx * zoom));
    const picture = await resizeRgb(cutOut(region, view), widthPx, heightPx);
    const scaleX = view.widthPx / picture.widthPx;
    const scaleY = view.heightPx / picture.heightPx;
    const [nearer] = (await detector.detect(picture))
      .map(({ box, confidence }) => ({
        confidence: Math.sqrt(confidence * candidate.confidence),
        box: {
          leftPx: view.leftPx + box.leftPx * scaleX,
          topPx: view.topPx + box.topPx * scaleY,
          widthPx: box.widthPx * scaleX,
          heightPx: box.heightPx * scaleY,
        },
      }))
      .filter(({ box }) => overlapOf(box, candidate.box) >= SAME_PLATE_OVERLAP);
    if (!nearer || nearer.confidence < detector.threshold) continue;
    const isKnown = confirmed.some(({ box }) => overlapOf(box, nearer.box) >= SAME_PLATE_OVERLAP);
    if (isKnown) continue;
    const shareOfFirst = trustIn(candidate.box.widthPx * scale);
    confirmed.push({ ...nearer, box: meanOf(candidate.box, nearer.box, shareOfFirst) });
  }
  return confirmed.sort((a, b) => b.confidence - a.confidence);
}

/** How much the first look's box counts beside the second's: half where it showed the plate as wide as that. */
function trustIn(seenWidthPx: number): number {
  return 0.5 * Math.min(seenWidthPx / PLATE_WIDTH_PX, PLATE_WIDTH_PX / seenWidthPx);
}

function meanOf(first: Box, second: Box, shareOfFirst: number): Box {
  const mean = (a: number, b: number) => shareOfFirst * a + (1 - shareOfFirst) * b;
  return {
    leftPx: mean(first.leftPx, second.leftPx),
    topPx: mean(first.topPx, second.topPx),
    widthPx: mean(first.widthPx, second.widthPx),
    heightPx: mean(first.heightPx, second.heightPx),
  };
}

/** The part of the frame that the nearer view shows, moved inwards at its edges. */
function viewAround({ leftPx, topPx, widthPx, heightPx }: Box, zoom: number, within: Box): Box {
  const viewWidthPx = Math.min(within.widthPx, Math.round(VIEW_WIDTH_PX / zoom));
  const viewHeightPx = Math.min(within.heightPx, Math.round(VIEW_HEIGHT_PX / zoom));
  const startOf = (centre: number, length: number, from: number, room: number) =>
    Math.round(Math.max(from, Math.min(centre - length / 2, from + room - length)));
  return {
    leftPx: startOf(leftPx + widthPx / 2, viewWidthPx, within.leftPx, within.widthPx),
    topPx: startOf(topPx + heightPx / 2, viewHeightPx, within.topPx, within.heightPx),
    widthPx: viewWidthPx,
    heightPx: viewHeightPx,
  };
}
