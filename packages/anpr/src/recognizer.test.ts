import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { formatsOf, overlapOf } from "@portero/access";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Recognizer } from "./recognition.ts";
import { createRecognizer } from "./recognizer.ts";

const fixture = (name: string) =>
  readFile(path.join(fileURLToPath(new URL("../fixtures", import.meta.url)), name));

describe("a recogniser", () => {
  let recognizer: Recognizer;
  let vehicle: Buffer;
  let empty: Buffer;

  beforeAll(async () => {
    recognizer = await createRecognizer({ formats: formatsOf(["mx"]), timeoutMs: 60_000 });
    vehicle = await fixture("lane-vehicle.jpg");
    empty = await fixture("lane-empty.jpg");
  });

  afterAll(() => recognizer.close());

  it("reads a plate, says where and how sure of each character it is", async () => {
    const { widthPx, heightPx, reads, frameHash, timings } = await recognizer.recognize(vehicle);
    expect({ widthPx, heightPx }).toEqual({ widthPx: 1280, heightPx: 720 });
    expect(frameHash).toMatch(/^[0-9a-f]{64}$/);
    const [read] = reads;
    expect(read).toMatchObject({ text: "ABC123D", freeText: "ABC123D" });
    expect(read?.confidence).toBeGreaterThan(0.5);
    expect(read?.characters).toHaveLength(7);
    expect(read?.crops.map(({ length }) => length)).toEqual([1480, 1480, 1480]);
    expect(read?.box.widthPx).toBeGreaterThan(80);
    expect(timings.totalMs).toBeGreaterThan(0);
  });

  it("leaves the caller's picture as it was", async () => {
    const copy = Buffer.from(vehicle);
    await recognizer.recognize(vehicle);
    await recognizer.recognize(vehicle);
    expect(vehicle.equals(copy)).toBe(true);
  });

  it("reads nothing on an empty lane, nor on black", async () => {
    const black = await sharp({
      create: { width: 640, height: 360, channels: 3, background: "#000" },
    })
      .jpeg()
      .toBuffer();
    for (const jpeg of [empty, black]) {
      const { reads } = await recognizer.recognize(jpeg);
      expect(reads.filter(({ text, confidence }) => text.length >= 4 && confidence > 0.3)).toEqual(
        [],
      );
    }
  });

  it("gives boxes in pixels of the frame when it looks at a part only", async () => {
    const [whole] = (await recognizer.recognize(vehicle)).reads;
    const zone = { leftShare: 0.25, topShare: 0.25, widthShare: 0.6, heightShare: 0.75 };
    const [part] = (await recognizer.recognize(vehicle, { zone })).reads;
    expect(part?.text).toBe("ABC123D");
    expect(whole && part && overlapOf(whole.box, part.box)).toBeGreaterThan(0.5);
  });

  it("spares the detector while a known lane is quiet, and wakes for a vehicle", async () => {
    const look = (jpeg: Uint8Array, capturedAtMs: number) =>
      recognizer.recognize(jpeg, { scene: { camera: "quiet", capturedAtMs } });
    for (let second = 0; second < 7; second++) await look(empty, second * 1000);
    const idle = await look(empty, 7000);
    expect(idle.scene?.isIdle).toBe(true);
    expect(idle.timings.detectMs).toBeUndefined();
    const awake = await look(vehicle, 8000);
    expect(awake.scene).toMatchObject({ isIdle: false, isOccupied: true });
    expect(awake.reads[0]?.text).toBe("ABC123D");
  });

  it("goes on reading a vehicle that stood there from the start, until it counts as parked", async () => {
    const look = (capturedAtMs: number) =>
      recognizer.recognize(vehicle, { scene: { camera: "restarted", capturedAtMs } });
    for (let second = 0; second < 20; second++) {
      const { reads } = await look(second * 1000);
      expect(reads[0]?.text, `after ${second} s`).toBe("ABC123D");
    }
    await look(600_000);
    expect((await look(601_000)).scene?.isIdle).toBe(true);
  });

  it("tells at small pictures whether a quiet lane stays as it is, where it counts", async () => {
    const small = (jpeg: Uint8Array) => sharp(jpeg).resize(640).jpeg().toBuffer();
    const [smallEmpty, smallVehicle] = [await small(empty), await small(vehicle)];
    const glance = (jpeg: Uint8Array, options = {}) =>
      recognizer.glance(jpeg, { camera: "glanced", zone: null, masks: [], ...options });
    expect(await glance(smallEmpty)).toBe(false);
    const look = (jpeg: Uint8Array, capturedAtMs: number) =>
      recognizer.recognize(jpeg, { scene: { camera: "glanced", capturedAtMs } });
    for (let second = 0; second < 7; second++) await look(empty, second * 1000);
    expect(await glance(smallEmpty)).toBe(true);
    expect(await glance(smallVehicle)).toBe(false);
    expect(await glance(smallEmpty)).toBe(true);
    // Beside the zone or under a mask anything may move.
    const sky = { leftShare: 0, topShare: 0, widthShare: 1, heightShare: 0.2 };
    const all = [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    ] as const;
    for (const options of [{ zone: sky }, { masks: all }]) {
      await look(empty, 8000);
      expect(await glance(smallEmpty, options)).toBe(true);
      expect(await glance(smallVehicle, options)).toBe(true);
    }
    // Somebody came: only frames can tell more.
    await look(vehicle, 9000);
    expect(await glance(smallVehicle)).toBe(false);
  });

  it("looks for a vehicle's plate where it was, then at everything again", async () => {
    const look = (jpeg: Uint8Array, capturedAtMs: number) =>
      recognizer.recognize(jpeg, { scene: { camera: "tracked", capturedAtMs } });
    for (let second = 0; second < 7; second++) await look(empty, second * 1000);
    const [whole, part, again] = [
      await look(vehicle, 7000),
      await look(vehicle, 7200),
      await look(vehicle, 7400),
    ];
    for (const { reads } of [whole, part, again]) expect(reads[0]?.text).toBe("ABC123D");
    const [first, second] = [whole.reads[0], part.reads[0]];
    expect(first && second && overlapOf(first.box, second.box)).toBeGreaterThan(0.6);
    expect(part.scene).toEqual(whole.scene);
    // Gone: the part shows nothing, so the whole view is looked at, and the lane is seen empty.
    const gone = await look(empty, 7600);
    expect(gone.reads.filter(({ text }) => text.length >= 4)).toEqual([]);
    expect(gone.scene?.isOccupied).toBe(false);
  });

  it("crops the plate and shrinks the frame for the guard's screen", async () => {
    const [read] = (await recognizer.recognize(vehicle)).reads;
    if (!read) throw new Error("no read");
    const crop = await sharp(await recognizer.cropPlate(vehicle, read.box, [])).metadata();
    expect(crop.format).toBe("jpeg");
    expect(crop.width).toBeGreaterThanOrEqual(240);
    expect(crop.width / crop.height).toBeGreaterThan(1.2);
    const small = await sharp(await recognizer.shrinkFrame(vehicle, 640, [])).metadata();
    expect([small.width, small.height]).toEqual([640, 360]);
  });

  it("leaves nothing of a frame under a mask, and the rest as it was", async () => {
    const corners = (left: number, right: number) =>
      [
        [left, 0],
        [right, 0],
        [right, 1],
        [left, 1],
      ] as const;
    const sides = [corners(0, 0.25), corners(0.75, 1)];
    const masked = await recognizer.shrinkFrame(vehicle, 1280, sides);
    const { data, info } = await sharp(masked)
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([1280, 720]);
    const brightest = (from: number, to: number) => {
      let most = 0;
      for (let y = 0; y < info.height; y++)
        for (let x = from; x < to; x++) most = Math.max(most, data[y * info.width + x] ?? 0);
      return most;
    };
    // A block of the JPEG across the edge may shine through by a hair.
    expect(Math.max(brightest(0, 304), brightest(976, 1280))).toBeLessThan(4);
    expect(brightest(340, 940)).toBeGreaterThan(100);
    expect((await recognizer.recognize(vehicle, { masks: sides })).reads).toHaveLength(1);
    const nothing = { masks: [corners(0, 1)] };
    expect((await recognizer.recognize(vehicle, nothing)).reads).toEqual([]);
    // So large a frame is decoded in parts.
    const large = await sharp(vehicle).resize(2560).jpeg().toBuffer();
    expect((await recognizer.recognize(large, { masks: sides })).reads).toHaveLength(1);
    expect((await recognizer.recognize(large, nothing)).reads).toEqual([]);
  });

  it("asks nobody when no second engine is configured", async () => {
    const box = { leftPx: 0, topPx: 0, widthPx: 100, heightPx: 30 };
    expect(await recognizer.askSecond(vehicle, { box, lines: 1 }, [])).toBeUndefined();
  });

  it.each([
    ["no picture at all", async () => new TextEncoder().encode("401 Unauthorized")],
    ["a cut-off picture", async () => vehicle.subarray(0, vehicle.length >> 1)],
    ["a PNG", async () => sharp(vehicle).png().toBuffer()],
    ["an empty answer", async () => new Uint8Array(0)],
  ])("refuses %s and goes on with the next", async (_name, picture) => {
    await expect(recognizer.recognize(await picture())).rejects.toMatchObject({
      code: "bad_image",
    });
    expect((await recognizer.recognize(vehicle)).reads[0]?.text).toBe("ABC123D");
  });

  it("drops a frame whose turn comes late, and looks at the others", async () => {
    const look = (camera: string) =>
      recognizer.recognize(vehicle, { scene: { camera, capturedAtMs: 0 } }).then(
        () => "seen",
        (error) => error.code,
      );
    const ends = await Promise.all(Array.from({ length: 400 }, (_, index) => look(`c${index}`)));
    expect(ends[0]).toBe("seen");
    expect(ends.at(-1)).toBe("stale");
    expect(await look("afterwards")).toBe("seen");
  });

  it("gives up a frame that nobody waits for any more", async () => {
    const reason = new Error("the worker stops");
    const aborted = AbortSignal.abort(reason);
    await expect(recognizer.recognize(vehicle, {}, aborted)).rejects.toBe(reason);
    const controller = new AbortController();
    const pending = recognizer.recognize(vehicle, {}, controller.signal);
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });
});

describe("a recogniser in trouble", () => {
  it("says which model is missing", async () => {
    const starting = createRecognizer({ formats: [], modelsDir: "/nowhere" });
    await expect(starting).rejects.toMatchObject({
      code: "model_missing",
      message: expect.stringContaining("/nowhere"),
    });
  });

  it("fails the calls of a thread that hangs, and answers again with a new one", async () => {
    const recognizer = await createRecognizer({ formats: [], timeoutMs: 1 });
    const vehicle = await fixture("lane-vehicle.jpg");
    await expect(recognizer.recognize(vehicle)).rejects.toMatchObject({ code: "timeout" });
    await recognizer.close();
    await expect(recognizer.recognize(vehicle)).rejects.toMatchObject({ code: "closed" });
  });

  it("fails what is under way when it is closed", async () => {
    const recognizer = await createRecognizer({ formats: [] });
    const pending = recognizer.recognize(await fixture("lane-vehicle.jpg"));
    await Promise.all([
      expect(pending).rejects.toMatchObject({ code: "closed" }),
      recognizer.close(),
    ]);
  });
});

describe("second engines", () => {
  it("PP-OCR reads two lines as one", async () => {
    const recognizer = await createRecognizer({
      formats: [],
      secondEngine: "ppocr",
      timeoutMs: 60_000,
    });
    try {
      const vehicle = await fixture("lane-vehicle.jpg");
      const [read] = (await recognizer.recognize(vehicle)).reads;
      if (!read) throw new Error("no read");
      // The same characters above each other, as on a motorcycle's plate.
      const width = Math.round(read.box.widthPx / 2);
      const height = Math.round(read.box.heightPx * 0.6);
      const top = Math.round(read.box.topPx + read.box.heightPx * 0.2);
      const lines = [read.box.leftPx, read.box.leftPx + width].map((left) =>
        sharp(vehicle)
          .extract({ left: Math.round(left), top, width, height })
          .toBuffer(),
      );
      const [upper, lower] = await Promise.all(lines);
      const motorcycle = await sharp(upper)
        .extend({ bottom: height })
        .composite([{ input: lower, left: 0, top: height }])
        .jpeg()
        .toBuffer();
      const box = { leftPx: 0, topPx: 0, widthPx: width, heightPx: 2 * height };
      const opinion = await recognizer.askSecond(motorcycle, { box, lines: 2 }, []);
      expect(opinion?.text).toBe("ABC123D");
    } finally {
      await recognizer.close();
    }
  });

  it.each(["ppocr", "tesseract"] as const)("%s looks at the same plate", async (secondEngine) => {
    const recognizer = await createRecognizer({ formats: [], secondEngine, timeoutMs: 60_000 });
    try {
      const vehicle = await fixture("lane-vehicle.jpg");
      const [read] = (await recognizer.recognize(vehicle)).reads;
      if (!read) throw new Error("no read");
      const opinion = await recognizer.askSecond(vehicle, read, []);
      expect(opinion?.text).toMatch(/^[A-Z0-9]*$/);
      if (secondEngine === "ppocr") expect(opinion?.text).toBe("ABC123D");
    } finally {
      await recognizer.close();
    }
  });
});
