import { createLog } from "@portero/runtime";
import type { SiteOrder } from "@portero/store";
import { until } from "@portero/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLiveView, type LiveView } from "./live-view.ts";

const CAMERA = "00000000-0000-4000-a000-000000000001";
const DARK_CAMERA = "00000000-0000-4000-a000-000000000002";
const FOREIGN = "00000000-0000-4000-a000-000000000003";

let ending: AbortController;
let running: Promise<void>;
let uploads: { path: string; bytes: number }[];
let capturedAtMs: number;
let firsts: number;
let live: LiveView;

const orderOf = (request: SiteOrder["request"]): SiteOrder => ({
  id: "order",
  kind: "live_view",
  request,
  sealed: null,
  expiresAtMs: 0,
  status: "requested",
});
const ask = (request: SiteOrder["request"], forMs = 30_000) =>
  live.order(
    orderOf(request),
    { untilMs: performance.now() + forMs, tell: () => {} },
    ending.signal,
  );

beforeEach(() => {
  ending = new AbortController();
  uploads = [];
  firsts = 0;
  capturedAtMs = 1_000_000;
  live = createLiveView({
    tenantId: "tenant",
    frameOf(cameraId) {
      if (cameraId === CAMERA) return { jpeg: new Uint8Array(100), capturedAtMs };
      return cameraId === DARK_CAMERA ? null : undefined;
    },
    presentable: async (_cameraId, jpeg) => jpeg.slice(0, 10),
    cloud: {
      async uploadPicture(path, jpeg) {
        uploads.push({ path, bytes: jpeg.length });
      },
    },
    onFirst: () => {
      firsts += 1;
    },
    log: createLog("test", { level: "silent" }),
  });
  running = live.run(ending.signal);
});
afterEach(async () => {
  ending.abort();
  await running;
});

describe("live view", () => {
  it("uploads nothing while nobody looks", async () => {
    expect([uploads, live.pictureAtMs(CAMERA)]).toEqual([[], null]);
  });

  it("shows a camera to whoever asks, made small, under one name", async () => {
    expect(await ask({ camera_ids: [CAMERA, DARK_CAMERA, FOREIGN] })).toEqual({
      camera_ids: [CAMERA, DARK_CAMERA],
    });
    await until("the picture is there", () => uploads.length > 0);
    expect(uploads).toEqual([{ path: `tenant/live/${CAMERA}.jpg`, bytes: 10 }]);
    expect([live.pictureAtMs(CAMERA), firsts]).toEqual([1_000_000, 1]);
  });

  it("uploads the next frame, and no frame twice", async () => {
    await ask({ camera_ids: [CAMERA] });
    await until("the picture is there", () => uploads.length > 0);
    await ask({ camera_ids: [CAMERA] });
    capturedAtMs += 3_000;
    await until("the next one is", () => live.pictureAtMs(CAMERA) === capturedAtMs);
    expect([uploads.length, firsts]).toEqual([2, 1]);
  });

  it.each([{}, { camera_ids: "all" }, { camera_ids: ["../x"] }, null])(
    "does not act on what it can't understand: %j",
    async (request) => {
      expect(await ask(request)).toEqual({ code: "not_understood" });
    },
  );
});
