import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleFrame, sampleRead } from "./read-samples.ts";
import { bestReadOf, DEFAULT_LINK_RULES, emptyLane, type FrameReads, observe } from "./sighting.ts";

const BOX = { leftPx: 500, topPx: 400, widthPx: 160, heightPx: 50 };

function laneAfter(frames: readonly FrameReads[]) {
  return frames.reduce((lane, frame) => observe(lane, frame).lane, emptyLane());
}

describe("observe", () => {
  it("links reads of one place into one sighting", () => {
    const lane = laneAfter([
      sampleFrame(0, [sampleRead("ABC1234")]),
      sampleFrame(300, [sampleRead("ABC1234", { box: { ...BOX, leftPx: 560 } })]),
    ]);
    expect(lane.sightings).toHaveLength(1);
    expect(lane.sightings[0]?.reads).toHaveLength(2);
  });

  it("follows a plate that moved without overlapping", () => {
    const moved = sampleRead("ABC1234", { box: { ...BOX, leftPx: 800, topPx: 500 } });
    const lane = laneAfter([sampleFrame(0, [sampleRead("ABC1234")]), sampleFrame(900, [moved])]);
    expect(lane.sightings).toHaveLength(1);
  });

  it("keeps two vehicles side by side apart", () => {
    const left = () => sampleRead("ABC1234", { box: { ...BOX, leftPx: 100 } });
    const right = () => sampleRead("XYZ9876", { box: { ...BOX, leftPx: 1200 } });
    const lane = laneAfter([
      sampleFrame(0, [left(), right()]),
      sampleFrame(300, [right(), left()]),
    ]);
    expect(lane.sightings.map(({ reads }) => reads.map(({ text }) => text))).toEqual([
      ["ABC1234", "ABC1234"],
      ["XYZ9876", "XYZ9876"],
    ]);
  });

  it("begins another sighting when a different plate stands in the same place", () => {
    const lane = laneAfter([
      sampleFrame(0, [sampleRead("ABC1234")]),
      sampleFrame(800, [sampleRead("XYZ9876")]),
    ]);
    expect(lane.sightings).toHaveLength(2);
  });

  it("does not part a sighting over one misread character", () => {
    const lane = laneAfter([
      sampleFrame(0, [sampleRead("ABC1234")]),
      sampleFrame(300, [sampleRead("A8C1234")]),
    ]);
    expect(lane.sightings).toHaveLength(1);
  });

  it("ends a sighting once its plate was not seen for three seconds", () => {
    const first = observe(emptyLane(), sampleFrame(0, [sampleRead("ABC1234")]));
    const still = observe(first.lane, sampleFrame(3000, []));
    expect(still.ended).toEqual([]);
    const gone = observe(still.lane, sampleFrame(3001, []));
    expect(gone.ended.map(({ number }) => number)).toEqual([1]);
    expect(gone.lane.sightings).toEqual([]);
  });

  it("ends a sighting when the clock is set back by an hour", () => {
    const hourMs = 3_600_000;
    const first = observe(emptyLane(), sampleFrame(hourMs, [sampleRead("ABC1234")]));
    const back = observe(first.lane, sampleFrame(0, [sampleRead("ABC1234")]));
    expect(back.ended).toHaveLength(1);
    expect(back.lane.sightings.map(({ number }) => number)).toEqual([2]);
  });

  it("counts a byte-identical frame as presence, not as evidence", () => {
    const { lane, updated } = observe(
      laneAfter([sampleFrame(0, [sampleRead("ABC1234")], "same")]),
      sampleFrame(500, [sampleRead("ABC1234")], "same"),
    );
    expect(lane.sightings[0]?.reads).toHaveLength(1);
    expect(lane.sightings[0]?.lastSeenMs).toBe(500);
    expect(updated).toHaveLength(1);
  });

  it("remembers the newest ten frames", () => {
    const frames = Array.from({ length: 15 }, (_, i) =>
      sampleFrame(i * 250, [sampleRead("ABC1234")]),
    );
    const reads = laneAfter(frames).sightings[0]?.reads ?? [];
    expect(reads).toHaveLength(DEFAULT_LINK_RULES.maxFrames);
    expect(reads.at(0)?.capturedAtMs).toBe(5 * 250);
  });

  it("starts no sighting from a box with less than four characters", () => {
    expect(laneAfter([sampleFrame(0, [sampleRead("7TD")])]).sightings).toEqual([]);
  });

  it("gives every sighting of a lane a number of its own", () => {
    const texts = fc.constantFrom("ABC1234", "XYZ9876", "KLM5555");
    const frames = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.array(texts, { maxLength: 3 })),
    );
    fc.assert(
      fc.property(frames, (steps) => {
        let nowMs = 0;
        let lane = emptyLane();
        const started = new Set<number>();
        for (const [waitMs, plates] of steps) {
          nowMs += waitMs;
          const before = new Set(lane.sightings.map(({ number }) => number));
          const result = observe(
            lane,
            sampleFrame(
              nowMs,
              plates.map((text) => sampleRead(text)),
            ),
          );
          for (const { number } of result.lane.sightings) {
            expect(before.has(number) || !started.has(number)).toBe(true);
            started.add(number);
          }
          lane = result.lane;
        }
      }),
    );
  });
});

describe("bestReadOf", () => {
  it("prefers the large, sharp, confident read", () => {
    const small = sampleRead("ABC1234", { box: { ...BOX, widthPx: 80 } });
    const blurred = sampleRead("ABC1234", { sharpness: 0.1 });
    const good = sampleRead("ABC1234");
    const lane = laneAfter([small, good, blurred].map((read, i) => sampleFrame(i * 300, [read])));
    const [sighting] = lane.sightings;
    expect(sighting && bestReadOf(sighting).frameHash).toBe("frame-300");
  });
});
