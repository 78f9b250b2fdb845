import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AlertEvent,
  createAddressPolicy,
  createIsapiDevice,
  type IsapiDeviceOptions,
} from "@portero/isapi";
import sharp from "sharp";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  type CameraOptions,
  type RunningCamera,
  startCameraSimulator,
} from "./camera-simulator.ts";

const NEVER = new AbortController().signal;
const QUICK = {
  approachMs: 50,
  patienceMs: 30_000,
  passMs: 50,
  reverseMs: 50,
  walkMs: 50,
  emptyMs: 50,
};
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startOne(options: Partial<CameraOptions> = {}) {
  const simulator = await startCameraSimulator({
    cameras: [
      {
        id: "lane-1",
        widthPx: 320,
        heightPx: 180,
        barrier: { travelMs: 50, autoCloseMs: null },
        laneTimes: QUICK,
        heartbeatMs: 20,
        ...options,
      },
    ],
    control: { token: "a-token-of-the-test" },
  });
  stops.push(() => simulator.stop());
  const [camera] = simulator.cameras;
  if (!camera) throw new Error("no camera");
  return { simulator, camera, device: deviceAt(camera) };
}

function deviceAt(camera: RunningCamera, options: Partial<IsapiDeviceOptions> = {}) {
  const { url, username, password } = camera;
  const device = createIsapiDevice({
    baseUrl: url,
    credentials: { username, password },
    allowAddress: createAddressPolicy({ allowLoopback: true }),
    timeoutMs: 2_000,
    commandTimeoutMs: 300,
    random: () => 0,
    ...options,
  });
  stops.push(() => device.close());
  return device;
}

const happened = (camera: RunningCamera) => camera.history().map(({ what }) => what);
const waitFor = (assertion: () => unknown) =>
  vi.waitFor(assertion, { timeout: 5_000, interval: 10 });

describe("a simulated camera, seen by the client of real ones", () => {
  it("says who it is, what it sees and what time it is", async () => {
    const { camera, device } = await startOne({ utcOffset: "-03:00" });
    expect(await device.deviceInfo(NEVER)).toMatchObject({ name: "lane-1" });
    expect(await device.channels(NEVER)).toMatchObject([{ mainStreamId: 101 }]);
    expect(await device.userCheck(NEVER)).toMatchObject({ isAuthorized: true, isLocked: false });
    expect(Math.abs((await device.time(NEVER)).skewMs ?? 1e9)).toBeLessThan(1_500);
    camera.setFault({ kind: "clock_skew", skewMs: 3_600_000 });
    expect((await device.time(NEVER)).skewMs).toBeGreaterThan(3_598_000);
    const frame = await sharp(await device.snapshot(101, {}, NEVER)).metadata();
    expect(frame).toMatchObject({ format: "jpeg", width: 320, height: 180 });
  });

  it("gives another picture every time", async () => {
    const { device } = await startOne();
    const [first, second] = [
      await device.snapshot(101, {}, NEVER),
      await device.snapshot(101, {}, NEVER),
    ];
    expect(Buffer.compare(first, second)).not.toBe(0);
  });

  it("survives worn-out nonces without a failure", async () => {
    const { camera, device } = await startOne({ maxLoginFailures: 1 });
    for (let i = 0; i < 3; i++) {
      await device.deviceInfo(NEVER);
      camera.setFault({ kind: "stale_nonce" });
    }
    await device.deviceInfo(NEVER);
    expect(camera.isAccountLocked()).toBe(false);
  });

  it("is never locked by us, and locks whoever guesses", async () => {
    const { camera } = await startOne();
    const guessing = () =>
      deviceAt(camera, { credentials: { username: "admin", password: "guess" } }).userCheck(NEVER);
    const ours = deviceAt(camera, { credentials: { username: "admin", password: "guess" } });
    for (let i = 0; i < 5; i++) await ours.userCheck(NEVER).catch(() => {});
    expect(camera.isAccountLocked()).toBe(false);
    for (let i = 0; i < 3; i++) await guessing().catch(() => {});
    expect(camera.isAccountLocked()).toBe(true);
    await expect(deviceAt(camera).userCheck(NEVER)).rejects.toMatchObject({
      code: "locked_out",
      retryAfterMs: 30 * 60_000,
    });
  });

  it.each([
    ["busy", "busy"],
    ["device_error", "device_error"],
    ["xml_with_200", "unsupported"],
    ["xml_bomb", "bad_content"],
    ["truncated_picture", "bad_content"],
    ["huge_picture", "too_large"],
    ["not_jpeg", "not_jpeg"],
    ["hang", "timeout"],
    ["drop", "unreachable"],
  ] as const)("shows a fault as what it is: %s", async (kind, code) => {
    const { camera } = await startOne();
    const device = deviceAt(camera, { timeoutMs: 500 });
    await device.deviceInfo(NEVER);
    camera.setFault({ kind, path: "picture" });
    await expect(device.snapshot(101, {}, NEVER)).rejects.toMatchObject({ code });
    camera.clearFaults();
    await expect(device.snapshot(101, {}, NEVER)).resolves.toBeInstanceOf(Uint8Array);
  });
});

describe("more faults", () => {
  it("refuses everybody after its password was changed, and we stop asking before it locks", async () => {
    const { camera, device } = await startOne();
    await device.deviceInfo(NEVER);
    camera.setFault({ kind: "wrong_password" });
    for (let i = 0; i < 8; i++) {
      await expect(device.deviceInfo(NEVER)).rejects.toMatchObject({ code: "unauthorized" });
    }
    camera.clearFaults();
    expect(camera.isAccountLocked()).toBe(false);
    await expect(deviceAt(camera).deviceInfo(NEVER)).resolves.toMatchObject({ name: "lane-1" });
  });

  it("sends black pictures, slowly", async () => {
    const { camera, device } = await startOne();
    camera.setFault({ kind: "black_picture" });
    camera.setFault({ kind: "slow", delayMs: 120, path: "picture" });
    const startedMs = performance.now();
    const { channels } = await sharp(await device.snapshot(101, {}, NEVER)).stats();
    expect(performance.now() - startedMs).toBeGreaterThan(100);
    expect(Math.max(...channels.map(({ max }) => max))).toBeLessThan(4);
  });
});

describe("its gate", () => {
  it("opens on a pulse, and the output is low afterwards", async () => {
    const { camera, device } = await startOne();
    const { result, released } = await device.pulseRelay(1, { highMs: 20 }, NEVER);
    expect(result).toEqual({ kind: "accepted" });
    expect(await released).toEqual({ kind: "low" });
    expect(await device.outputState(1, NEVER)).toBe("inactive");
    expect(camera.barrier().pulses).toBe(1);
    await waitFor(async () => expect(await device.barrierPosition(1, NEVER)).toBe("open"));
    expect(await device.inputState(2, NEVER)).toBe("active");
    expect(await device.commandBarrier(1, "close", {}, NEVER)).toEqual({ kind: "accepted" });
    await waitFor(async () => expect(await device.barrierPosition(1, NEVER)).toBe("closed"));
  });

  it("accepts a command while locked and does not move (accepted is not opened)", async () => {
    const { camera, device } = await startOne();
    await device.commandBarrier(1, "lock", {}, NEVER);
    expect(await device.commandBarrier(1, "open", {}, NEVER)).toEqual({ kind: "accepted" });
    expect(camera.barrier()).toMatchObject({ phase: "closed", isLocked: true });
  });

  it("opens as a door too", async () => {
    const { camera, device } = await startOne();
    expect(await device.commandDoor(1, "open", {}, NEVER)).toEqual({ kind: "accepted" });
    expect(camera.barrier().phase).not.toBe("closed");
  });

  it("tells a lost answer from a refused connection, and ends low (G8, G11)", async () => {
    const { simulator, camera, device } = await startOne();
    await device.deviceInfo(NEVER);
    camera.setFault({ kind: "lose_answer", path: "trigger", times: 1 });
    const pulse = await device.pulseRelay(1, { highMs: 10 }, NEVER);
    expect(pulse.result).toMatchObject({ kind: "unknown" });
    expect(await pulse.released).toEqual({ kind: "low" });
    expect(camera.barrier().pulses).toBe(1);
    expect(camera.isRelayHigh()).toBe(false);
    await simulator.stop();
    const late = await device.pulseRelay(1, { highMs: 10 }, NEVER);
    expect(late.result).toMatchObject({ kind: "unreachable" });
    expect(await late.released).toEqual({ kind: "untouched" });
  });

  it("brings the level down through faults, and fires once (G2)", async () => {
    const { camera, device } = await startOne();
    await device.deviceInfo(NEVER);
    const pulse = await device.pulseRelay(1, { highMs: 1 }, NEVER);
    camera.setFault({ kind: "lose_answer", path: "trigger", times: 1 });
    camera.setFault({ kind: "drop", path: "trigger", times: 1 });
    camera.setFault({ kind: "device_error", path: "trigger", times: 1 });
    expect(await pulse.released).toEqual({ kind: "low" });
    expect(camera.isRelayHigh()).toBe(false);
    expect(camera.barrier().pulses).toBe(1);
  });

  it("gets a command through while a snapshot hangs", async () => {
    const { camera, device } = await startOne();
    await device.deviceInfo(NEVER);
    camera.setFault({ kind: "hang", path: "picture" });
    const snapshot = device.snapshot(101, {}, NEVER).catch((error) => error.code);
    expect(await device.commandBarrier(1, "open", {}, NEVER)).toEqual({ kind: "accepted" });
    expect(await snapshot).toBe("preempted");
  });

  it("sends again when the camera was too busy, but not after its time (G3)", async () => {
    const { camera, device } = await startOne();
    camera.setFault({ kind: "busy", path: "barrierGate", times: 2 });
    expect(await device.commandBarrier(1, "open", {}, NEVER)).toEqual({ kind: "accepted" });
    camera.setFault({ kind: "busy", path: "barrierGate" });
    expect(await device.commandBarrier(1, "open", { sendWithinMs: 150 }, NEVER)).toEqual({
      kind: "rejected",
      subStatus: "deviceBusy",
    });
    expect(await device.commandBarrier(1, "open", { sendWithinMs: 0 }, NEVER)).toMatchObject({
      kind: "unreachable",
      code: "expired",
    });
  });
});

describe("its lane", () => {
  it("lets a vehicle wait, drive through the open barrier, and closes behind it", async () => {
    const { camera, device } = await startOne();
    camera.pushVisit({ kind: "vehicle", plate: "ABC1234" });
    await waitFor(() => expect(camera.currentVisit()?.phase).toBe("waiting"));
    expect(await device.inputState(1, NEVER)).toBe("active");
    await device.commandBarrier(1, "open", {}, NEVER);
    await waitFor(() => expect(happened(camera)).toContain("left"));
    await waitFor(() => expect(camera.barrier().phase).toBe("closed"));
    expect(happened(camera).filter((what) => !what.startsWith("snapshot"))).toEqual([
      "arrived",
      "stopped",
      "barrier_open",
      "barrier_obstruct",
      "passing",
      "barrier_clear",
      "barrier_close",
      "passed",
      "left",
    ]);
  });

  it("sees a driver turn back after waiting in vain", async () => {
    const { camera } = await startOne();
    camera.pushVisit({ kind: "vehicle", plate: "ABC1234", patienceMs: 100 });
    await waitFor(() =>
      expect(happened(camera)).toEqual(["arrived", "stopped", "turned_back", "left"]),
    );
  });

  it("follows a gate that is somewhere else", async () => {
    const { simulator, camera } = await startOne({ hasExternalBarrier: true });
    camera.pushVisit({ kind: "no_plate" });
    await waitFor(() => expect(camera.currentVisit()?.phase).toBe("waiting"));
    const response = await fetch(`${simulator.controlUrl}/control/cameras/lane-1/barrier`, {
      method: "PUT",
      headers: { authorization: "Bearer a-token-of-the-test", "content-type": "application/json" },
      body: JSON.stringify({ openness: 1 }),
    });
    expect(response.status).toBe(204);
    await waitFor(() => expect(happened(camera)).toContain("passed"));
  });

  it("plays seeded traffic", async () => {
    const { camera } = await startOne({
      traffic: {
        seed: 7,
        visits: [{ kind: "person" }, { kind: "empty" }],
        minPauseMs: 0,
        maxPauseMs: 0,
      },
    });
    await waitFor(() =>
      expect(happened(camera).filter((what) => what === "arrived").length).toBeGreaterThan(1),
    );
  });
});

describe("its event stream", () => {
  async function collect(
    device: ReturnType<typeof deviceAt>,
    until: (event: AlertEvent) => boolean,
  ) {
    const events: AlertEvent[] = [];
    for await (const event of device.alertStream(AbortSignal.timeout(5_000))) {
      events.push(event);
      if (until(event)) break;
    }
    return events;
  }

  it("beats, tells motion and sends plates with their picture", async () => {
    const { camera, device } = await startOne({ readsPlates: true });
    const collecting = collect(device, (event) => event.kind === "plate");
    await device.deviceInfo(NEVER);
    camera.pushVisit({ kind: "vehicle", plate: "ABC1234" });
    const events = await collecting;
    expect(events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["heartbeat", "motion", "plate"]),
    );
    expect(events.at(-1)).toMatchObject({
      plate: "ABC1234",
      confidence: 0.96,
      isRetransmission: false,
    });
    const last = events.at(-1);
    expect(last?.kind === "plate" ? last.pictures[0]?.jpeg.byteLength : 0).toBeGreaterThan(500);
  });

  it("is given up when it falls silent", async () => {
    const { camera } = await startOne();
    camera.setFault({ kind: "silent_stream" });
    const device = deviceAt(camera, { silenceMs: 100 });
    await expect(collect(device, () => false)).rejects.toMatchObject({ code: "timeout" });
  });

  it("says so when there is none", async () => {
    const { camera, device } = await startOne();
    camera.setFault({ kind: "no_stream" });
    await expect(collect(device, () => false)).rejects.toMatchObject({ code: "unsupported" });
  });

  it("ends when the camera is switched off", async () => {
    const { simulator, device } = await startOne();
    const collecting = collect(device, () => false).catch((error) => error.code);
    await device.deviceInfo(NEVER);
    await simulator.stop();
    expect([[], "unreachable"]).toContainEqual(
      await collecting.then((r) => (Array.isArray(r) ? [] : r)),
    );
  });
});

describe("the control API", () => {
  it("lets nobody in without the token", async () => {
    const { simulator } = await startOne();
    expect((await fetch(`${simulator.controlUrl}/control/cameras`)).status).toBe(401);
  });

  it("shows pushed frames in order, none twice, none lost", async () => {
    const { simulator, camera, device } = await startOne();
    const frames = await Promise.all(
      [10, 120, 240].map((level) =>
        sharp({
          create: {
            width: 64,
            height: 64,
            channels: 3,
            background: { r: level, g: level, b: level },
          },
        })
          .jpeg()
          .toBuffer(),
      ),
    );
    for (const [at, frame] of frames.entries()) {
      const response = await fetch(
        `${simulator.controlUrl}/control/cameras/lane-1/frames?label=f${at}`,
        {
          method: "POST",
          headers: { authorization: "Bearer a-token-of-the-test", "content-type": "image/jpeg" },
          body: new Uint8Array(frame),
        },
      );
      expect(response.status).toBe(204);
    }
    for (const frame of frames) {
      expect(Buffer.from(await device.snapshot(101, {}, NEVER)).equals(frame)).toBe(true);
    }
    await device.snapshot(101, {}, NEVER);
    const shown = camera.history().filter(({ what }) => what === "snapshot");
    expect(shown.map(({ detail }) => detail)).toEqual(["f0", "f1", "f2", ""]);
  });

  it("refuses what it does not know", async () => {
    const { simulator } = await startOne();
    const post = (path: string, body: unknown) =>
      fetch(`${simulator.controlUrl}/control/cameras/${path}`, {
        method: "POST",
        headers: {
          authorization: "Bearer a-token-of-the-test",
          "content-type": "application/json",
        },
        body: JSON.stringify(body),
      });
    expect((await post("lane-1/visits", { kind: "spaceship" })).status).toBe(400);
    expect((await post("nowhere/visits", { kind: "person" })).status).toBe(404);
    expect((await post("lane-1/faults", { kind: "busy", times: 1 })).status).toBe(204);
  });
});

describe("starting", () => {
  it("tells a folder without pictures", async () => {
    await expect(
      startOne({ source: { kind: "photos", folder: import.meta.dirname } }),
    ).rejects.toMatchObject({
      code: "no_pictures",
      message: expect.stringContaining(import.meta.dirname),
    });
  });

  it("tells a port in use, and leaves nothing running", async () => {
    const { camera } = await startOne();
    await expect(startOne({ port: camera.port })).rejects.toMatchObject({ code: "port_in_use" });
  });
});

describe("the user's own photographs", () => {
  it("come one after the other, each as distinct frames", async () => {
    const folder = await mkdtemp(join(tmpdir(), "photos-"));
    stops.push(() => rm(folder, { recursive: true }));
    for (const [name, red] of [
      ["a.jpg", 200],
      ["b.JPEG", 20],
    ] as const) {
      const background = { r: red, g: 90, b: 90 };
      await sharp({ create: { width: 400, height: 300, channels: 3, background } })
        .jpeg()
        .toFile(join(folder, name));
    }
    await writeFile(join(folder, "notes.txt"), "no picture");
    await writeFile(join(folder, "fake.jpg"), "no picture either");
    const { camera, device } = await startOne({
      source: { kind: "photos", folder },
      traffic: { seed: 3, visits: [], minPauseMs: 0, maxPauseMs: 0 },
      laneTimes: { ...QUICK, approachMs: 400, patienceMs: 100 },
    });
    await waitFor(() => expect(camera.currentVisit()?.visit.kind).toBe("photo"));
    const first = await device.snapshot(101, {}, NEVER);
    const second = await device.snapshot(101, {}, NEVER);
    expect(Buffer.compare(first, second)).not.toBe(0);
    expect(await sharp(first).metadata()).toMatchObject({
      format: "jpeg",
      width: 388,
      height: 290,
    });
    await waitFor(() => {
      const seen = camera.history().filter(({ what }) => what === "arrived");
      expect(new Set(seen.map(({ detail }) => detail))).toEqual(new Set(["a.jpg", "b.JPEG"]));
    });
  });
});

describe("a drawn lane", () => {
  it("shows whoever comes", async () => {
    const { camera, device } = await startOne({ source: { kind: "lane", name: "north" } });
    camera.pushVisit({ kind: "vehicle", plate: "ABC1234", country: "mx", bodyColour: "#cc1111" });
    const first = await sharp(await device.snapshot(101, {}, NEVER)).metadata();
    expect(first).toMatchObject({ width: 320, height: 180 });
    await vi.waitFor(() => expect(camera.currentVisit()?.phase).toBe("waiting"), 15_000);
    await vi.waitFor(async () => {
      const { channels } = await sharp(await device.snapshot(101, {}, NEVER)).stats();
      const [red, green] = channels;
      expect((red?.mean ?? 0) - (green?.mean ?? 0)).toBeGreaterThan(3);
    }, 15_000);
  });
});
