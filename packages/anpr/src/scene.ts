import type { Pixels } from "./pixels.ts";
import type { SceneReading } from "./recognition.ts";
import { type BlockStatistics, differs, largestRegion, statisticsOf } from "./scene-blocks.ts";

/** Width of the thumbnails a scene is watched on. */
export const THUMBNAIL_WIDTH_PX = 128;

/** What a camera's empty lane looks like, and what has been standing there since when. Plain data. */
export interface Scene {
  widthPx: number;
  heightPx: number;
  /** The empty lane, grey levels; `Float32Array`, row-major. */
  background: Float32Array;
  previous: Pixels;
  firstSeenMs: number;
  lastSeenMs: number;
  lastFullLookMs: number;
  standingSinceMs: number | null;
  /** Looks in a row in which what stood there moved or was gone. */
  missedLooks: number;
  /** Since when nearly the whole view has been different; null while it is not. */
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
  /** What stands this long belongs to the background. */
  absorbMs: number;
  /** After this long a wholly different view is the view: the camera was turned, night vision came on. */
  relearnMs: number;
}

export const DEFAULT_SCENE_RULES: SceneRules = {
  minVehicleShare: 0.1,
  minActiveShare: 0.02,
  learningMs: 5000,
  fullLookEveryMs: 10_000,
  adaptMs: 30_000,
  absorbMs: 600_000,
  relearnMs: 20_000,
};

/** Share of changed blocks above which the whole view counts as another one. */
const STRANGE_SHARE = 0.8;
/** Share of a standing region's blocks that may differ from the look before. */
const SWAYING_SHARE = 0.2;

/** Takes one thumbnail into account and tells what stands in the lane. `nowMs` is the capture time. */
export function watchScene(
  scene: Scene | undefined,
  thumbnail: Pixels,
  nowMs: number,
  rules: SceneRules = DEFAULT_SCENE_RULES,
): { scene: Scene; reading: SceneReading } {
  const isSameView = scene?.widthPx === thumbnail.widthPx && scene.heightPx === thumbnail.heightPx;
  // A clock that was set back would freeze every timer below.
  if (!scene || !isSameView || nowMs < scene.lastSeenMs) {
    const reading = { isIdle: false, isOccupied: false, standingForMs: 0, changedShare: 0 };
    return { scene: sceneOf(thumbnail, nowMs), reading };
  }

  const now = statisticsOf(thumbnail.bytes, thumbnail.widthPx, thumbnail.heightPx);
  const empty = statisticsOf(scene.background, thumbnail.widthPx, thumbnail.heightPx);
  const before = statisticsOf(scene.previous.bytes, thumbnail.widthPx, thumbnail.heightPx);
  const changed = differs(now, empty);
  const moving = differs(now, before);
  const changedShare = shareOf(changed);
  const object = largestRegion(changed, now.columns);
  const motion = largestRegion(moving, now.columns);
  const isLearning = nowMs - scene.firstSeenMs < rules.learningMs;
  const blocks = now.means.length;

  const isObject = object.length >= rules.minVehicleShare * blocks;
  const hasLeft = isObject && isGhost(object, now, empty);
  const isOccupied = isObject && !hasLeft && !isLearning;
  const isStill = object.filter((block) => moving[block]).length <= SWAYING_SHARE * object.length;
  const isStanding = isOccupied && isStill;
  const missedLooks = isStanding ? 0 : scene.missedLooks + 1;
  const keepsStanding = scene.standingSinceMs !== null && missedLooks < 2;
  const standingSinceMs = isStanding || keepsStanding ? (scene.standingSinceMs ?? nowMs) : null;

  const isStrange = changedShare > STRANGE_SHARE && isStill;
  const strangeSinceMs = isStrange ? (scene.strangeSinceMs ?? nowMs) : null;
  if (strangeSinceMs !== null && nowMs - strangeSinceMs >= rules.relearnMs) {
    const reading = { isIdle: false, isOccupied: false, standingForMs: 0, changedShare };
    return { scene: sceneOf(thumbnail, nowMs), reading };
  }

  const isActive = Math.max(object.length, motion.length) >= rules.minActiveShare * blocks;
  const isFullLookDue = nowMs - scene.lastFullLookMs >= rules.fullLookEveryMs;
  const isIdle = !isLearning && !isActive && !isFullLookDue;
  const background = adapted(scene, thumbnail, now.columns, changed, nowMs, rules, {
    isLearning,
    ghost: hasLeft ? new Set(object) : undefined,
  });
  return {
    reading: {
      isIdle,
      isOccupied,
      standingForMs: standingSinceMs === null ? 0 : nowMs - standingSinceMs,
      changedShare,
    },
    scene: {
      ...scene,
      background,
      previous: thumbnail,
      lastSeenMs: nowMs,
      lastFullLookMs: isIdle ? scene.lastFullLookMs : nowMs,
      standingSinceMs,
      missedLooks,
      strangeSinceMs,
    },
  };
}

function sceneOf(thumbnail: Pixels, nowMs: number): Scene {
  return {
    widthPx: thumbnail.widthPx,
    heightPx: thumbnail.heightPx,
    background: Float32Array.from(thumbnail.bytes),
    previous: thumbnail,
    firstSeenMs: nowMs,
    lastSeenMs: nowMs,
    lastFullLookMs: nowMs,
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

interface Adaptation {
  isLearning: boolean;
  /** Blocks where the background showed something that has left. */
  ghost: ReadonlySet<number> | undefined;
}

/** Lets the background follow the light; what is new in it fades in a hundred times more slowly. */
function adapted(
  scene: Scene,
  thumbnail: Pixels,
  columns: number,
  changed: readonly boolean[],
  nowMs: number,
  rules: SceneRules,
  { isLearning, ghost }: Adaptation,
): Float32Array {
  const elapsedMs = nowMs - scene.lastSeenMs;
  const rateOf = (spanMs: number) => 1 - Math.exp(-elapsedMs / spanMs);
  const quick = rateOf(isLearning ? rules.learningMs / 2 : rules.adaptMs);
  const slow = isLearning ? quick : rateOf(rules.absorbMs);
  const background = new Float32Array(scene.background.length);
  for (let i = 0; i < background.length; i++) {
    const x = i % thumbnail.widthPx;
    const y = (i - x) / thumbnail.widthPx;
    const block = (y >> 3) * columns + Math.min(columns - 1, x >> 3);
    const rate = ghost?.has(block) ? 1 : changed[block] ? slow : quick;
    const old = scene.background[i] as number;
    background[i] = old + rate * ((thumbnail.bytes[i] as number) - old);
  }
  return background;
}
