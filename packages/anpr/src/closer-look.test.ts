import type { Box } from "@portero/access";
import { describe, expect, it } from "vitest";
import { lookCloser } from "./closer-look.ts";
import type { Detector } from "./detector.ts";
import type { DecodedFrame } from "./pixels.ts";
import type { Detection } from "./recognition.ts";

const FRAME: Box = { leftPx: 0, topPx: 0, widthPx: 1280, heightPx: 720 };
const PLATE: Detection = {
  confidence: 0.64,
  box: { leftPx: 600, topPx: 400, widthPx: 48, heightPx: 24 },
};

/** A grey frame, and a detector that notes what it is shown and answers each look in turn. */
function lookingAt(answers: Detection[][]) {
  const asked: Box[] = [];
  const shown: { widthPx: number; heightPx: number }[] = [];
  const decoded = {
    region: async (box: Box) => {
      asked.push(box);
      return { ...box, bytes: new Uint8Array(box.widthPx * box.heightPx * 3), channels: 3 };
    },
  } as Partial<DecodedFrame> as DecodedFrame;
  const detector: Detector = {
    threshold: 0.5,
    detect: async ({ widthPx, heightPx }) => {
      shown.push({ widthPx, heightPx });
      return answers[shown.length - 1] ?? [];
    },
    close: async () => {},
  };
  return { asked, shown, decoded, detector };
}

/** The plate as the nearer view shows it, twice as large and in its middle. */
const nearer = (confidence: number): Detection => ({
  confidence,
  box: { leftPx: 112, topPx: 72, widthPx: 96, heightPx: 48 },
});

describe("lookCloser", () => {
  it("shows the detector a small plate at twice its size and gives the box in frame pixels", async () => {
    const { asked, shown, decoded, detector } = lookingAt([[nearer(0.81)]]);
    const [found] = await lookCloser(detector, decoded, FRAME, 0.5, [PLATE]);
    expect(asked).toEqual([{ leftPx: 544, topPx: 364, widthPx: 160, heightPx: 96 }]);
    expect(shown).toEqual([{ widthPx: 320, heightPx: 192 }]);
    expect(found?.box).toEqual(PLATE.box);
    expect(found?.confidence).toBeCloseTo(Math.sqrt(0.64 * 0.81), 6);
  });

  it("shows a plate near the camera from farther away, with room for what the first look cut off", async () => {
    const near = { confidence: 0.7, box: { leftPx: 400, topPx: 300, widthPx: 240, heightPx: 80 } };
    const { asked, shown, decoded, detector } = lookingAt([]);
    await lookCloser(detector, decoded, FRAME, 0.5, [near]);
    expect(asked.map(({ widthPx }) => widthPx)).toEqual([800]);
    expect(shown).toEqual([{ widthPx: 320, heightPx: 192 }]);
  });

  it("takes the mean of both boxes where the first look saw the plate as well as the second", async () => {
    const wide = { confidence: 0.7, box: { leftPx: 500, topPx: 300, widthPx: 192, heightPx: 64 } };
    const { decoded, detector } = lookingAt([
      [{ confidence: 0.7, box: { leftPx: 112, topPx: 80, widthPx: 80, heightPx: 32 } }],
    ]);
    const [found] = await lookCloser(detector, decoded, FRAME, 0.5, [wide]);
    const second = { leftPx: 500, topPx: 300, widthPx: 160, heightPx: 64 };
    expect(found?.box).toEqual({ ...second, widthPx: 176 });
  });

  it("believes the second box more where the first look saw the plate far too small", async () => {
    const { decoded, detector } = lookingAt([
      [{ confidence: 0.7, box: { leftPx: 112, topPx: 72, widthPx: 64, heightPx: 48 } }],
    ]);
    const [found] = await lookCloser(detector, decoded, FRAME, 0.5, [PLATE]);
    expect(found?.box.widthPx).toBeCloseTo(48 / 8 + (32 * 7) / 8, 6);
  });

  it("gives one plate once, however many places led to it", async () => {
    const beside = { ...PLATE, box: { ...PLATE.box, leftPx: 598 } };
    const { shown, decoded, detector } = lookingAt([[nearer(0.6)], [nearer(0.6)]]);
    expect(await lookCloser(detector, decoded, FRAME, 0.5, [PLATE, beside])).toHaveLength(1);
    expect(shown).toHaveLength(2);
  });

  it("gives up a place that is no plate from near", async () => {
    const { decoded, detector } = lookingAt([[]]);
    expect(await lookCloser(detector, decoded, FRAME, 0.5, [PLATE])).toEqual([]);
  });

  it("gives up a place that both looks doubt", async () => {
    const { decoded, detector } = lookingAt([[nearer(0.3)]]);
    expect(await lookCloser(detector, decoded, FRAME, 0.5, [PLATE])).toEqual([]);
  });

  it("takes no other plate of the view for the one it asked about", async () => {
    const other = { ...nearer(0.9), box: { leftPx: 5, topPx: 5, widthPx: 60, heightPx: 30 } };
    const { decoded, detector } = lookingAt([[other]]);
    expect(await lookCloser(detector, decoded, FRAME, 0.5, [PLATE])).toEqual([]);
  });

  it("asks for nothing outside the part of the frame that it may see", async () => {
    const within = { leftPx: 580, topPx: 390, widthPx: 90, heightPx: 60 };
    const { asked, decoded, detector } = lookingAt([[nearer(0.8)]]);
    await lookCloser(detector, decoded, within, 0.5, [PLATE]);
    expect(asked).toEqual([within]);
  });

  it("spares doubtful places once a plate is certain", async () => {
    const clear = { ...PLATE, confidence: 0.9 };
    const doubtful = { ...PLATE, confidence: 0.45 };
    const { shown, decoded, detector } = lookingAt([[nearer(0.9)], [nearer(0.9)]]);
    expect(await lookCloser(detector, decoded, FRAME, 0.5, [clear, doubtful])).toHaveLength(1);
    expect(shown).toHaveLength(1);
  });

  it("looks at a few places only, whatever a poster of text suggests", async () => {
    const { asked, shown, decoded, detector } = lookingAt([]);
    await lookCloser(
      detector,
      decoded,
      FRAME,
      0.5,
      Array.from({ length: 10 }, () => PLATE),
    );
    expect([asked.length, shown.length]).toEqual([1, 5]);
  });
});
