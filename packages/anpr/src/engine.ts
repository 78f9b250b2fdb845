import { createHash } from "node:crypto";
import type { Box, CameraZone, Mask, PlateFormat, PlateRead, SecondOpinion } from "@portero/access";
import { lookCloser } from "./closer-look.ts";
import { createDetector, DETECTOR_SIDE_PX } from "./detector.ts";
import { measureJpeg } from "./jpeg.ts";
import { loadModels } from "./models.ts";
import {
  beside,
  cutOut,
  type DecodedFrame,
  decodeRegion,
  decodeThumbnail,
  measurePicture,
  openFrame,
  openRegion,
  type Pixels,
  pixelsWithin,
  type Region,
  releasePixels,
  shrinkGrey,
  tameSharp,
  toGrey,
  wholeOf,
} from "./pixels.ts";
import { readingOf } from "./plate-reading.ts";
import { createReader } from "./reader.ts";
import type {
  Detection,
  GlanceOptions,
  Recognition,
  RecognizeOptions,
  SceneReading,
  SecondEngine,
  SeenAt,
  StageTimings,
} from "./recognition.ts";
import {
  DEFAULT_SCENE_RULES,
  isSameView,
  type Scene,
  THUMBNAIL_WIDTH_PX,
  watchScene,
} from "./scene.ts";
import { createSecondReader, mergedOpinion, type Strip } from "./second-reader.ts";
import { isFoundAgain, isFresh, type Track, trackOf, unionOf } from "./track.ts";

/** Plates that are read in one frame; a lane shows one or two. */
const MAX_READS = 4;
/** Once a plate was read as clearly as this, boxes the detector itself doubts are stickers and grilles. */
const CLEAR_READ = 0.9;
const LIKELY_PLATE = 0.7;
/** From here on a plate is there even if nobody can read it. */
const PLATE_UNREAD_TOO = 0.85;
/** Less certain texts than this are read into badges and grilles. */
const PLATE_LIKE_READ = 0.05;
/** Margin of the decoded region around a plate: the widest crop and a rounding of boxes. */
const REGION_MARGIN = 0.2;

export interface EngineOptions {
  modelsDir: string;
  formats: readonly PlateFormat[];
  secondEngine: SecondEngine;
}

/** What one part of a frame shows. */
interface Look {
  /** What the detector saw. */
  picture: Pixels;
  detections: Detection[];
  reads: PlateRead[];
  timings: Omit<StageTimings, "totalMs">;
}

/** What is remembered of a camera's lane. */
interface Lane {
  scene: Scene;
  track: Track | null;
  /** The last look at all of the view found a plate. */
  hasPlate: boolean;
  /** The first small picture since the scene was watched last. */
  glance: Pixels | null;
}

/** The recogniser itself, in the thread that calls it. */
export interface Engine {
  recognize(jpeg: Uint8Array, options: RecognizeOptions): Promise<Recognition>;
  glance(jpeg: Uint8Array, options: GlanceOptions): Promise<boolean>;
  askSecond(
    jpeg: Uint8Array,
    plate: SeenAt,
    masks: readonly Mask[],
  ): Promise<SecondOpinion | undefined>;
  /** Reads the plate in a box that is known already; `picture` may be any format that sharp decodes. */
  readBox(picture: Uint8Array, box: Box): Promise<PlateRead | undefined>;
  close(): Promise<void>;
}

/** Loads the networks and runs each once, so that the first frame is as quick as the others. */
export async function createEngine({
  modelsDir,
  formats,
  secondEngine,
}: EngineOptions): Promise<Engine> {
  tameSharp();
  const models = await loadModels(modelsDir);
  const detector = await createDetector(models.detector);
  const reader = await createReader(models.reader);
  const second = await createSecondReader(secondEngine);
  const lanes = new Map<string, Lane>();
  await warmUp();

  async function warmUp(): Promise<void> {
    const grey: Region = {
      bytes: new Uint8Array(160 * 48).fill(114),
      widthPx: 160,
      heightPx: 48,
      channels: 1,
      leftPx: 0,
      topPx: 0,
    };
    const bytes = new Uint8Array(640 * 360 * 3).fill(114);
    await detector.detect({ bytes, widthPx: 640, heightPx: 360, channels: 3 });
    await reader.see(grey, wholeOf(grey));
  }

  async function readPlate(grey: Region, detection: Detection): Promise<PlateRead | undefined> {
    const seen = await reader.see(grey, detection.box);
    if (!seen) return undefined;
    const reading = readingOf(seen.crops, formats, models.reader.repairMarginNats);
    if (reading.freeText === "") return undefined;
    return { box: detection.box, detectionConfidence: detection.confidence, ...reading, ...seen };
  }

  /** Finds the plates of `view` in what was decoded and reads them, the most plate-like first. */
  async function look(
    decoded: DecodedFrame,
    view: Box,
    scale: number,
    startedAtMs: number,
  ): Promise<Look> {
    const picture = await decoded.scaled(view, scale);
    const decodedAtMs = performance.now();
    const scaleX = view.widthPx / picture.widthPx;
    const scaleY = view.heightPx / picture.heightPx;
    const candidates = (await detector.detect(picture)).map(({ box, confidence }) => ({
      confidence,
      box: {
        leftPx: view.leftPx + box.leftPx * scaleX,
        topPx: view.topPx + box.topPx * scaleY,
        widthPx: box.widthPx * scaleX,
        heightPx: box.heightPx * scaleY,
      },
    }));
    const found = await lookCloser(detector, decoded, view, scale, candidates);
    const detectedAtMs = performance.now();
    const detectMs = detectedAtMs - decodedAtMs;
    const timings = { decodeMs: decodedAtMs - startedAtMs, detectMs };
    const [first, ...others] = found.slice(0, MAX_READS);
    if (!first) return { picture, detections: [], reads: [], timings };

    const margin = (box: Box) => pixelsWithin(box, decoded, REGION_MARGIN, REGION_MARGIN);
    const union = others.reduce((box, other) => unionOf(box, margin(other.box)), margin(first.box));
    const grey = greyRegion(await decoded.region(union));
    const cutAtMs = performance.now();
    const reads: PlateRead[] = [];
    for (const detection of [first, ...others]) {
      const isLikely = detection.confidence >= LIKELY_PLATE;
      if (!isLikely && reads.some(({ confidence }) => confidence >= CLEAR_READ)) continue;
      const read = await readPlate(grey, detection);
      if (read) reads.push(read);
    }
    const isPlate = ({ box, confidence }: Detection) =>
      confidence >= PLATE_UNREAD_TOO || reads.some((read) => read.box === box && isPlateLike(read));
    const detections = found.filter(isPlate);
    const cropMs = cutAtMs - detectedAtMs;
    const readMs = performance.now() - cutAtMs;
    return {
      picture,
      detections,
      reads: reads
        .filter((read) => detections.some(({ box }) => box === read.box))
        .sort((a, b) => likenessOf(b) - likenessOf(a)),
      timings: { ...timings, cropMs, readMs },
    };
  }

  return {
    recognize: async (jpeg, { zone, scene: lane, masks = [] }) => {
      const startedAtMs = performance.now();
      const size = measureJpeg(jpeg);
      const frame = { ...size, masks };
      const frameHash = createHash("sha256").update(jpeg).digest("hex");
      const watched = watchedPart(frame, zone);
      const scale = DETECTOR_SIDE_PX / Math.max(watched.widthPx, watched.heightPx);
      const known = lane && lanes.get(lane.camera);
      const track = known?.track;
      const answer = (scene: SceneReading | null, seen?: Look, sceneMs?: number): Recognition => ({
        frameHash,
        ...size,
        scene,
        detections: seen?.detections ?? [],
        reads: seen?.reads ?? [],
        timings: {
          ...(sceneMs === undefined ? {} : { sceneMs }),
          ...seen?.timings,
          totalMs: performance.now() - startedAtMs,
        },
      });

      if (lane && known && track && isFresh(track, lane.capturedAtMs)) {
        const part = await openRegion(jpeg, frame, track.region);
        const seen = await look(part, track.region, scale, startedAtMs);
        part.release();
        releasePixels(seen.picture);
        const isFound = isFoundAgain(seen.reads, track.region, watched);
        const { capturedAtMs } = lane;
        known.track = isFound ? trackOf(seen.reads, watched, { ...track, capturedAtMs }) : null;
        if (isFound) return answer(track.scene, seen);
      }

      const lookAtScene = (thumbnail: Pixels): SceneReading | null => {
        if (!lane) return null;
        const watch = watchScene(known?.scene, thumbnail, lane.capturedAtMs);
        lanes.set(lane.camera, { scene: watch.scene, track: null, hasPlate: false, glance: null });
        return watch.reading;
      };
      let scene: SceneReading | null = null;
      let sceneMs: number | undefined;
      // A quiet lane is likely to stay quiet: its frames are decoded no larger than a thumbnail. Where a plate is read, a
      // vehicle that stood there from the start was taken for background; it counts as parked no sooner than any other.
      const mayStand =
        lane &&
        known?.hasPlate &&
        lane.capturedAtMs - known.scene.firstSeenMs < DEFAULT_SCENE_RULES.parkedMs;
      if (known?.scene.isQuiet && !mayStand) {
        scene = lookAtScene(await decodeThumbnail(jpeg, frame, watched, THUMBNAIL_WIDTH_PX));
        sceneMs = performance.now() - startedAtMs;
        if (scene?.isIdle) return answer(scene, undefined, sceneMs);
      }
      const openedAtMs = performance.now();
      const decoded = await openFrame(jpeg, frame);
      const seen = await look(decoded, watched, scale, openedAtMs);
      decoded.release();
      scene ??= lookAtScene(shrinkGrey(seen.picture, THUMBNAIL_WIDTH_PX));
      releasePixels(seen.picture);
      const watch = lane && lanes.get(lane.camera);
      if (watch && scene) {
        const { capturedAtMs } = lane;
        watch.hasPlate = seen.reads.length > 0;
        watch.track = trackOf(seen.reads, watched, {
          capturedAtMs,
          wholeAtMs: capturedAtMs,
          scene,
        });
      }
      return answer(scene, seen, sceneMs);
    },
    glance: async (jpeg, { camera, zone, masks }) => {
      const lane = lanes.get(camera);
      if (!lane?.scene.isQuiet) return false;
      const frame = { ...measureJpeg(jpeg), masks };
      const view = watchedPart(frame, zone);
      const thumbnail = await decodeThumbnail(jpeg, frame, view, THUMBNAIL_WIDTH_PX);
      lane.glance ??= thumbnail;
      return isSameView(lane.glance, thumbnail);
    },
    askSecond: async (jpeg, { box, lines }, masks) => {
      if (!second) return undefined;
      const frame = { ...measureJpeg(jpeg), masks };
      const partOf = ([top, bottom]: Strip) => {
        const topPx = box.topPx + top * box.heightPx;
        const heightPx = (bottom - top) * box.heightPx;
        return pixelsWithin({ ...box, topPx, heightPx }, frame, second.marginX);
      };
      const crops = second.crops[lines]
        .map((strips) => strips.map(partOf))
        .filter((parts) => parts.every(({ widthPx, heightPx }) => widthPx >= 6 && heightPx >= 4));
      const [first, ...others] = crops.flat();
      if (!first) return mergedOpinion([]);
      const region = await decodeRegion(jpeg, frame, others.reduce(unionOf, first));
      const opinions: SecondOpinion[] = [];
      for (const parts of crops) {
        const strips = parts.map((part): Pixels => cutOut(region, part));
        opinions.push(await second.read(strips.reduce(beside)));
      }
      return mergedOpinion(opinions);
    },
    readBox: async (picture, box) => {
      const frame = { ...(await measurePicture(picture)), masks: [] };
      const part = pixelsWithin(box, frame, REGION_MARGIN, REGION_MARGIN);
      return readPlate(greyRegion(await decodeRegion(picture, frame, part)), {
        box,
        confidence: 1,
      });
    },
    close: async () => {
      await detector.close();
      await reader.close();
      await second?.close();
    },
  };
}

/** The zone in pixels, as far as it lies in the frame; the whole frame where it lies outside. */
function watchedPart(
  frame: { widthPx: number; heightPx: number },
  zone: CameraZone | null | undefined,
): Box {
  if (!zone) return wholeOf(frame);
  const box = {
    leftPx: zone.leftShare * frame.widthPx,
    topPx: zone.topShare * frame.heightPx,
    widthPx: zone.widthShare * frame.widthPx,
    heightPx: zone.heightShare * frame.heightPx,
  };
  const part = pixelsWithin(box, frame);
  return part.widthPx < 32 || part.heightPx < 32 ? wholeOf(frame) : part;
}

function greyRegion(region: Region): Region {
  return { ...toGrey(region), leftPx: region.leftPx, topPx: region.topPx };
}

/** A box that the detector doubts holds a plate if there is something like a plate's number in it. */
function isPlateLike({ freeText, confidence, detectionConfidence }: PlateRead): boolean {
  const isLikely = detectionConfidence >= LIKELY_PLATE;
  return freeText.length >= 4 && (isLikely || confidence >= PLATE_LIKE_READ);
}

/** Ranks the reads of one frame: large, legible boxes before emblems, grilles and far-away vehicles. */
function likenessOf({ detectionConfidence, confidence, freeText, box }: PlateRead): number {
  return freeText.length < 4
    ? 0
    : detectionConfidence * (confidence + 0.15) * Math.sqrt(box.widthPx);
}
