import { randomUUID } from "node:crypto";
import type { CameraTestResult } from "@portero/access";
import {
  type CameraSimulator,
  type RunningCamera,
  startCameraSimulator,
} from "@portero/camera-simulator";
import { createAddressPolicy } from "@portero/isapi";
import { createLog } from "@portero/runtime";
import { generateSiteKeyPair, type SiteKeyPair, seal } from "@portero/sealing";
import type { SiteOrder } from "@portero/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCameraTest } from "./camera-test.ts";

const SITE = { tenantId: randomUUID(), siteId: randomUUID() };
const CAMERA = randomUUID();

let simulator: CameraSimulator;
let camera: RunningCamera;
let keys: SiteKeyPair;
let uploaded: string[];
let told: CameraTestResult[];

beforeEach(async () => {
  // It locks at the second wrong password: a test that tried twice would show.
  simulator = await startCameraSimulator({
    cameras: [
      { id: "lane", source: { kind: "blank" }, widthPx: 320, heightPx: 240, maxLoginFailures: 2 },
    ],
  });
  [camera] = simulator.cameras as [RunningCamera];
  keys = await generateSiteKeyPair();
  uploaded = [];
  told = [];
});
afterEach(() => simulator.stop());

function tester(allowLoopback = true) {
  return createCameraTest({
    site: SITE,
    privateKey: keys.privateKey,
    allowAddress: createAddressPolicy({ allowLoopback }),
    cloud: { uploadPicture: async (path) => void uploaded.push(path) },
    runningCamera: () => undefined,
    presentable: async (_cameraId, jpeg) => jpeg,
    log: createLog("test", { level: "silent" }),
  });
}

async function orderFor(password: string, request: object = {}): Promise<SiteOrder> {
  const plain = JSON.stringify({ username: camera.username, password });
  return {
    id: randomUUID(),
    kind: "camera_test",
    request: { camera_id: CAMERA, base_url: camera.url, stream: 101, ...request },
    sealed: await seal(keys.publicKey, plain, { ...SITE, cameraId: CAMERA }),
    expiresAtMs: 0,
    status: "requested",
  };
}

async function run(order: SiteOrder, test = tester()): Promise<CameraTestResult> {
  const tell = (result: unknown) => void told.push(result as CameraTestResult);
  return (await test(
    order,
    { untilMs: 0, tell },
    new AbortController().signal,
  )) as CameraTestResult;
}
const last = (result: CameraTestResult) => result.outcomes.at(-1);

describe("a camera's test", () => {
  it("goes step by step to a picture", async () => {
    const result = await run(await orderFor(camera.password));
    expect(result.outcomes.map(({ step, state }) => `${step} ${state}`)).toEqual([
      "reachable ok",
      "credentials ok",
      "clock ok",
      "picture ok",
    ]);
    expect(told.map(({ outcomes }) => outcomes.length)).toEqual([1, 2, 3, 4]);
    expect(result.model).toBeTruthy();
    expect(uploaded).toEqual([`${SITE.tenantId}/live/${CAMERA}.jpg`]);
  });

  it("sends a wrong password once, and the same one never again", async () => {
    const test = tester();
    const order = await orderFor("wrong");
    expect(last(await run(order, test))).toEqual({
      step: "credentials",
      state: "failed",
      code: "unauthorized",
    });
    expect(last(await run(order, test))).toMatchObject({ code: "refused_before" });
    expect(camera.isAccountLocked()).toBe(false);
    expect(last(await run(await orderFor(camera.password), test))).toMatchObject({ state: "ok" });
  });

  it("leaves a device alone that refused twice", async () => {
    await simulator.stop();
    simulator = await startCameraSimulator({
      cameras: [{ id: "lane", source: { kind: "blank" }, widthPx: 320, heightPx: 240 }],
    });
    [camera] = simulator.cameras as [RunningCamera];
    const test = tester();
    for (const password of ["one", "two"])
      expect(last(await run(await orderFor(password), test))?.code).toBe("unauthorized");
    expect(last(await run(await orderFor("three"), test))?.code).toBe("too_many_refusals");
  });

  it("tells of a clock that is wrong and goes on", async () => {
    camera.setFault({ kind: "clock_skew", skewMs: 600_000 });
    const result = await run(await orderFor(camera.password));
    expect(result.outcomes[2]).toEqual({ step: "clock", state: "warning", code: "clock_wrong" });
    expect(Math.round((result.skew_ms ?? 0) / 60_000)).toBe(10);
    expect(last(result)).toMatchObject({ step: "picture", state: "ok" });
  });

  it.each([
    ["no picture", { kind: "not_jpeg", path: "picture" }, "picture", "not_jpeg"],
    ["a device error", { kind: "device_error", path: "picture" }, "picture", "device_error"],
    ["a cut line", { kind: "drop" }, "reachable", "unreachable"],
  ] as const)("names the step at %s", async (_name, fault, step, code) => {
    camera.setFault(fault);
    expect(last(await run(await orderFor(camera.password)))).toEqual({
      step,
      state: "failed",
      code,
    });
  });

  it("asks no address outside the networks of cameras (X4)", async () => {
    const result = await run(await orderFor(camera.password), tester(false));
    expect(result.outcomes).toEqual([
      { step: "reachable", state: "failed", code: "address_refused" },
    ]);
    expect(camera.history()).toEqual([]);
  });

  it("takes no credentials that were sealed for another camera, and no request of another shape", async () => {
    const order = await orderFor(camera.password);
    const other = { ...order, request: { camera_id: randomUUID(), base_url: camera.url } };
    expect(last(await run(other))?.code).toBe("not_sealed");
    expect(last(await run({ ...order, request: { camera_id: "x" } }))?.code).toBe("bad_request");
  });

  it("sends stored credentials to no address that a test names", async () => {
    const order = { ...(await orderFor(camera.password)), sealed: null };
    expect(last(await run(order))?.code).toBe("camera_unknown");
  });
});
