import type { Pixels } from "./pixels.ts";
import type { SceneReading } from "./recognition.ts";
import {
  type BlockStatistics,
  blocksOf,
  differs,
  largestRegion,
  statisticsOf,
} from "./scene-blocks.ts";

/** Width of the thumbnails a scene is watched on. */
export const THUMBNAIL_WIDTH_PX = 128;

/** What a camera's empty lane looks like, and what has been standing there since when. Plain data. */
export interface Scene {
  widthPx: number;
  heightPx: number;
  /** The empty lane, grey levels; `Float32Array`, row-major. */
  background: Float32Array;
  /** Another look that is no news either, where `isKnown` marks its blocks: a parked vehicle. */
  known: Float32Array;
  isKnown: boolean[];
  previous: Pixels;
  firstSeenMs: number;
  lastSeenMs: number;
  lastFullLookMs: number;
  /** Nothing happens: the next look is likely to be a short one. */
  isQuiet: boolean;
  standingSinceMs: number | null;
  /** Looks in a row in which what stood there moved or was gone. */
  missedLooks: number;
  /** Since when the view has been another one all around; null while it is not. */
  strangeSinceMs: number | null;
}

export interface SceneRules {
  /** Smallest share of the view that a vehicle takes; a person takes less. */
  minVehicleShare: number;
  /** Smallest share that is worth the detector's time. */
  minActiveShare: number;
  /** The background is not trusted before it has been seen this long. */
  learningMs: number;
  /** However quiet the lane, the detector looks this often. */
  fullLookEveryMs: number;
  /** The unchanged background follows the light within this time. */
  adaptMs: number;
  /** What stands this long is parked: it is no longer news. */
  parkedMs: number;
  /** Within this time after the start, what disappears may have been taken for background. */
  ghostMs: number;
  /** After this long another view is the view: the camera was turned, night vision came on. */
  relearnMs: number;
}

export const DEFAULT_SCENE_RULES: SceneRules = {
  minVehicleShare: 0.1,
  minActiveShare: 0.02,
  learningMs: 5000,
  fullLookEveryMs: 30_000,
  adaptMs: 30_000,
  parkedMs: 600_000,
  ghostMs: 120_000,
  relearnMs: 4000,
};

/** Share of the outermost blocks that no vehicle changes at once. */
const STRANGE_RIM_SHARE = 0.55;
/** Share of a standing region's blocks that may differ from the look before. */
const SWAYING_SHARE = 0.2;

/** What a lane that is looked at for the first time tells. */
const UNKNOWN = { isQuiet: false, isIdle: false, isOccupied: false, standingForMs: 0 };

/** Takes one thumbnail into account and tells what stands in the lane. `nowMs` is the capture time. */
export function watchScene(
  scene: Scene | undefined,
  thumbnail: Pixels,
  nowMs: number,
  rules: SceneRules = DEFAULT_SCENE_RULES,
): { scene: Scene; reading: SceneReading } {
  const isSameSize = scene?.widthPx === thumbnail.widthPx && scene.heightPx === thumbnail.heightPx;
  // A clock that was set back would freeze every timer below.
  if (!scene || !isSameSize || nowMs < scene.lastSeenMs) {
    const reading = { ...UNKNOWN, changedShare: 0 };
    return { scene: sceneOf(thumbnail, nowMs), reading };
  }

  const now = statisticsOf(thumbnail.bytes, thumbnail.widthPx, thumbnail.heightPx);
  const empty = statisticsOf(scene.background, thumbnail.widthPx, thumbnail.heightPx);
  const before = statisticsOf(scene.previous.bytes, thumbnail.widthPx, thumbnail.heightPx);
  const fromKnown = scene.isKnown.includes(true)
    ? differs(now, statisticsOf(scene.known, thumbnail.widthPx, thumbnail.heightPx))
    : undefined;
  const isOther = differs(now, empty);
  const changed = isOther.map(
    (isOtherBlock, block) =>
      isOtherBlock && (!scene.isKnown[block] || fromKnown?.[block] !== false),
  );
  const moving = differs(now, before);
  const changedShare = shareOf(changed);
  const object = largestRegion(changed, now.columns);
  const motion = largestRegion(moving, now.columns);
  const ageMs = nowMs - scene.firstSeenMs;
  const isLearning = ageMs < rules.learningMs;
  const blocks = now.means.length;

  const isStill = object.filter((block) => moving[block]).length <= SWAYING_SHARE * object.length;
  const isStrange = rimShareOf(changed, now.columns) > STRANGE_RIM_SHARE;
  const strangeSinceMs = isStrange ? (scene.strangeSinceMs ?? nowMs) : null;
  if (isStrange && isStill && nowMs - (strangeSinceMs ?? nowMs) >= rules.relearnMs) {
    const reading = { ...UNKNOWN, changedShare };
    return { scene: sceneOf(thumbnail, nowMs), reading };
  }

  const isObject = object.length >= rules.minVehicleShare * blocks;
  const mayBeGhost = isObject && isStill && ageMs < rules.ghostMs;
  const hasLeft = mayBeGhost && isGhost(object, now, empty);
  const isOccupied = isObject && !hasLeft && !isLearning && !isStrange;
  const isStanding = isOccupied && isStill;
  const missedLooks = isStanding ? 0 : scene.missedLooks + 1;
  const keepsStanding = scene.standingSinceMs !== null && isOccupied && missedLooks < 2;
  const standingSinceMs = isStanding || keepsStanding ? (scene.standingSinceMs ?? nowMs) : null;
  const standingForMs = standingSinceMs === null ? 0 : nowMs - standingSinceMs;

  const isActive = Math.max(object.length, motion.length) >= rules.minActiveShare * blocks;
  const isFullLookDue = nowMs - scene.lastFullLookMs >= rules.fullLookEveryMs;
  const isQuiet = !isLearning && !isActive;
  const isIdle = isQuiet && !isFullLookDue;
  const spanMs = isLearning ? rules.learningMs / 2 : rules.adaptMs;
  const follow = 1 - Math.exp(-(nowMs - scene.lastSeenMs) / spanMs);
  const region = new Set(object);
  const isNewlyParked = standingForMs >= rules.parkedMs;
  // What seems to have left might have been covered by something plain: both looks are kept.
  const isKept = (block: number) => (isNewlyParked || hasLeft) && region.has(block);
  const { columns } = now;
  return {
    reading: { isQuiet, isIdle, isOccupied, standingForMs, changedShare },
    scene: {
      ...scene,
      background: mixed(scene.background, thumbnail.bytes, thumbnail.widthPx, columns, (block) => {
        if (hasLeft && region.has(block)) return 1;
        return isOther[block] && !isLearning ? 0 : follow;
      }),
      known: mixed(
        scene.known,
        hasLeft ? scene.background : thumbnail.bytes,
        thumbnail.widthPx,
        columns,
        (block) => (isKept(block) ? 1 : 0),
      ),
      isKnown: scene.isKnown.map((isKnown, block) => isKnown || isKept(block)),
      previous: thumbnail,
      lastSeenMs: nowMs,
      lastFullLookMs: isIdle ? scene.lastFullLookMs : nowMs,
      isQuiet,
      standingSinceMs: isNewlyParked ? null : standingSinceMs,
      missedLooks,
      strangeSinceMs,
    },
  };
}

/** Whether two thumbnails of one view, taken within seconds, show nothing that would be worth the detector's time. */
export function isSameView(a: Pixels, b: Pixels): boolean {
  if (a.widthPx !== b.widthPx || a.heightPx !== b.heightPx) return false;
  const [before, now] = [a, b].map(({ bytes, widthPx, heightPx }) =>
    statisticsOf(bytes, widthPx, heightPx),
  ) as [BlockStatistics, BlockStatistics];
  const changed = largestRegion(differs(now, before), now.columns);
  return changed.length < DEFAULT_SCENE_RULES.minActiveShare * now.means.length;
}

function sceneOf(thumbnail: Pixels, nowMs: number): Scene {
  return {
    widthPx: thumbnail.widthPx,
    heightPx: thumbnail.heightPx,
    background: Float32Array.from(thumbnail.bytes),
    known: Float32Array.from(thumbnail.bytes),
    isKnown: Array(blocksOf(thumbnail.widthPx, thumbnail.heightPx)).fill(false),
    previous: thumbnail,
    firstSeenMs: nowMs,
    lastSeenMs: nowMs,
    lastFullLookMs: nowMs,
    isQuiet: false,
    standingSinceMs: null,
    missedLooks: 0,
    strangeSinceMs: null,
  };
}

function shareOf(marks: readonly boolean[]): number {
  return marks.filter(Boolean).length / marks.length;
}

/**
 * True where the background holds more structure than the view: not something came, but something
 * left that had been taken for background.
 */
function isGhost(region: readonly number[], now: BlockStatistics, empty: BlockStatistics): boolean {
  const structureOf = ({ deviations }: BlockStatistics) =>
    region.reduce((sum, block) => sum + (deviations[block] as number), 0);
  return structureOf(empty) > 1.5 * structureOf(now);
}

/** Moves each block of one picture towards another at its own rate, from 0 to 1. */
function mixed(
  from: Float32Array,
  to: Uint8Array | Float32Array,
  widthPx: number,
  columns: number,
  rateOf: (block: number) => number,
): Float32Array {
  const mix = from.slice();
  const rates: number[] = [];
  for (let i = 0; i < mix.length; i++) {
    const x = i % widthPx;
    const block = (((i - x) / widthPx) >> 3) * columns + Math.min(columns - 1, x >> 3);
    const rate = rates[block] ?? rateOf(block);
    rates[block] = rate;
    if (rate > 0) mix[i] = (from[i] as number) + rate * ((to[i] as number) - (from[i] as number));
  }
  return mix;
}

/** Share of the view's outermost blocks that are marked. */
function rimShareOf(marks: readonly boolean[], columns: number): number {
  const rows = marks.length / columns;
  const rim = marks.filter((_, block) => {
    const column = block % columns;
    const row = Math.floor(block / columns);
    return column === 0 || column === columns - 1 || row === 0 || row === rows - 1;
  });
  return shareOf(rim);
}
