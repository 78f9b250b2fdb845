import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSamePlate, lookAlikeClass } from "./plate.ts";
import { formatsOf } from "./plate-formats.ts";
import { indexPlates } from "./plate-index.ts";
import { type SampleOptions, sampleFrame, sampleMatrix, sampleRead } from "./read-samples.ts";
import {
  emptyLane,
  observe,
  type PlateRead,
  type SecondOpinion,
  type Sighting,
  withSecondOpinion,
} from "./sighting.ts";
import { voteOf } from "./vote.ts";
import { DEFAULT_VOTE_RULES } from "./vote-rules.ts";

const br = formatsOf(["br"]);

/** The sighting of one vehicle from reads that are 300 ms apart. */
function sightingOf(reads: readonly PlateRead[], everyMs = 300): Sighting {
  const lane = reads.reduce(
    (before, read, i) => observe(before, sampleFrame(i * everyMs, [read])).lane,
    emptyLane(),
  );
  const sighting = lane.sightings.at(-1);
  if (!sighting) throw new Error("no sighting");
  return sighting;
}

const clear = (text: string) => sampleRead(text, { confidence: 0.97 });

describe("voteOf", () => {
  const resident = indexPlates(["ABC1234", "KLM5555"], br);

  it("is sure of an enrolled plate after two agreeing frames (G7)", () => {
    const vote = voteOf(sightingOf([clear("ABC1234"), clear("ABC1234")]), resident);
    expect(vote).toMatchObject({ plate: "ABC1234", enrolledPlate: "ABC1234", isSure: true });
    expect(vote.agreeingFrames).toEqual(["frame-0", "frame-300"]);
    expect(vote.marginNats).toBeGreaterThan(Math.log(50));
  });

  it("is not sure after one frame, however clear", () => {
    const vote = voteOf(sightingOf([sampleRead("ABC1234", { confidence: 0.9999 })]), resident);
    expect(vote).toMatchObject({ isSure: false, doubt: "too_few_frames" });
  });

  it("is not sure when the agreeing frames lie more than three seconds apart", () => {
    const rules = { ...DEFAULT_VOTE_RULES, windowMs: 1000 };
    const vote = voteOf(sightingOf([clear("ABC1234"), clear("ABC1234")], 1001), resident, rules);
    expect(vote.doubt).toBe("too_few_frames");
  });

  it("is sure that a plate is not enrolled by the same rule", () => {
    const vote = voteOf(sightingOf([clear("XYZ9876"), clear("XYZ9876")]), resident);
    expect(vote).toMatchObject({ plate: "XYZ9876", enrolledPlate: null, isSure: true });
  });

  it("never opens a neighbour's gate: edit distance only suggests", () => {
    const vote = voteOf(sightingOf([clear("A8C1234"), clear("A8C1234")]), resident);
    expect(vote.enrolledPlate).toBeNull();
    expect(vote.suggestions[0]).toMatchObject({ plate: "ABC1234", distance: 1 });
  });

  it("takes O for 0 where the format holds a digit and nobody else shares the class", () => {
    const reads = [clear("KLM555O"), clear("KLM555O")];
    expect(voteOf(sightingOf(reads), indexPlates(["KLM5550"], br)).enrolledPlate).toBe("KLM5550");
  });

  it("leaves it to the guard when two enrolled plates share the class", () => {
    const index = indexPlates(["OBC1234", "QBC1234"], br);
    const vote = voteOf(sightingOf([clear("0BC1234"), clear("0BC1234")]), index);
    expect(vote).toMatchObject({
      isSure: false,
      doubt: "ambiguous_enrolment",
      enrolledPlate: null,
    });
  });

  it("asks of a plate in two lines half the width, its characters being as large", () => {
    const read = (lines: 1 | 2, widthPx: number) =>
      sampleRead("ABC1234", { lines, box: { leftPx: 0, topPx: 0, widthPx, heightPx: 50 } });
    const doubtOf = (lines: 1 | 2, widthPx: number) =>
      voteOf(sightingOf([read(lines, widthPx), read(lines, widthPx)]), resident).doubt;
    expect([doubtOf(1, 58), doubtOf(2, 29)]).toEqual(["plate_too_small", "plate_too_small"]);
    expect([doubtOf(1, 120), doubtOf(2, 60)]).toEqual([null, null]);
  });

  it("doubts agreeing frames that are too small and blurred to bear an opening", () => {
    const box = { leftPx: 0, topPx: 0, widthPx: 62, heightPx: 20 };
    const faint = () => sampleRead("ABC1234", { confidence: 0.97, sharpness: 0, box });
    const vote = voteOf(sightingOf([faint(), faint()]), resident);
    expect(vote).toMatchObject({ isSure: false, doubt: "close_candidates" });
  });

  it("doubts a character that another nearly equals", () => {
    const rival = { place: 1, character: "8" };
    const unsure = () => sampleRead("ABC1234", { confidence: 0.6, rival });
    const vote = voteOf(sightingOf([unsure(), unsure(), unsure()]), resident);
    expect(vote).toMatchObject({ isSure: false, doubt: "weak_character" });
    expect(vote.characters[1]).toMatchObject({ character: "B", alternatives: ["8"] });
    expect(vote.characters[1]?.confidence).toBeLessThan(0.7);
  });

  it("doubts a read that only a format makes legal", () => {
    const rival = { place: 3, character: "5" };
    const read = () =>
      sampleRead("ABCS234", { confidence: 0.6, rival, text: "ABC5234", freeText: "ABCS234" });
    const vote = voteOf(sightingOf([read(), read()]), indexPlates(["ABC5234"], br));
    expect(vote).toMatchObject({ plate: "ABC5234", isSure: false, doubt: "repaired_read" });
  });

  it("doubts plates with too few pixels", () => {
    const box = { leftPx: 0, topPx: 0, widthPx: 59, heightPx: 20 };
    const small = () => sampleRead("ABC1234", { box });
    const vote = voteOf(sightingOf([small(), small()]), resident);
    expect(vote).toMatchObject({ isSure: false, doubt: "plate_too_small", plate: "ABC1234" });
  });

  it("takes nothing for a plate that is longer than one", () => {
    const slogan = () => sampleRead("CENTROAMERICA");
    const vote = voteOf(sightingOf([slogan(), slogan()]), resident);
    expect(vote).toMatchObject({ plate: null, isSure: false, doubt: "nothing_legible" });
  });

  it("is not moved by one bad frame among good ones", () => {
    const reads = [clear("ABC1234"), sampleRead("ABC1Z34"), clear("ABC1234"), clear("ABC1234")];
    expect(voteOf(sightingOf(reads), resident)).toMatchObject({ plate: "ABC1234" });
  });
});

describe("voteOf with a second engine", () => {
  const rules = { ...DEFAULT_VOTE_RULES, needsSecondOpinion: true };
  const resident = indexPlates(["ABC1234"], br);
  const lane = [0, 300].reduce(
    (before, atMs) => observe(before, sampleFrame(atMs, [clear("ABC1234")])).lane,
    emptyLane(),
  );
  const opinionOf = (text: string, options: SampleOptions = {}): SecondOpinion => ({
    text,
    confidence: 0.9,
    crops: [sampleMatrix(text, { confidence: 0.95, ...options })],
  });
  const voteWith = (...opinions: SecondOpinion[]) => {
    const heard = opinions.reduce(
      (before, opinion, i) => withSecondOpinion(before, 1, `frame-${i * 300}`, opinion),
      lane,
    );
    const [sighting] = heard.sightings;
    if (!sighting) throw new Error("no sighting");
    return voteOf(sighting, resident, rules);
  };

  it("asks for an opinion before it opens", () => {
    expect(voteWith()).toMatchObject({ isSure: false, doubt: "second_opinion_missing" });
  });

  it("asks nobody about a plate that is not enrolled", () => {
    const unknown = sightingOf([clear("XYZ9876"), clear("XYZ9876")]);
    expect(voteOf(unknown, resident, rules).isSure).toBe(true);
  });

  it("opens when the other engine reads the same", () => {
    expect(voteWith(opinionOf("ABC1234")).isSure).toBe(true);
  });

  it("opens when the other engine is merely less sure of one character", () => {
    const rival = { place: 1, character: "8" };
    expect(voteWith(opinionOf("ABC1234", { confidence: 0.5, rival })).isSure).toBe(true);
  });

  it("does not open when the other engine reads a neighbour", () => {
    expect(voteWith(opinionOf("A8C1234")).doubt).toBe("second_opinion_differs");
  });

  it("does not open when it asks again until it hears what it wants", () => {
    expect(voteWith(opinionOf("A8C1234"), opinionOf("ABC1234")).doubt).toBe(
      "second_opinion_differs",
    );
  });

  it("tells the plate that both engines together find likeliest, and opens for nobody by it", () => {
    const rival = { place: 3, character: "1" };
    const misread = sampleRead("ABC7234", { confidence: 0.6, rival });
    const seen = [0, 300].reduce(
      (before, atMs) => observe(before, sampleFrame(atMs, [misread])).lane,
      emptyLane(),
    );
    const [sighting] = withSecondOpinion(seen, 1, "frame-0", opinionOf("ABC1234")).sightings;
    const vote = voteOf(sighting as Sighting, resident, rules);
    expect(vote).toMatchObject({ plate: "ABC1234", enrolledPlate: "ABC1234", isSure: false });
    expect(vote.doubt).toBe("second_opinion_differs");
    expect(vote.characters[3]).toMatchObject({ character: "1", alternatives: ["7"] });
    expect(vote.confidence).toBeLessThan(0.9);
  });

  it("keeps to what the first engine reads clearly", () => {
    const [sighting] = withSecondOpinion(lane, 1, "frame-0", {
      ...opinionOf("ABC123", { confidence: 0.4 }),
    }).sightings;
    expect(voteOf(sighting as Sighting, resident, rules).plate).toBe("ABC1234");
  });

  it("does not take a slogan for the plate where the second engine reads one", () => {
    const [sighting] = withSecondOpinion(
      lane,
      1,
      "frame-0",
      opinionOf("SPSAOPAULO", { confidence: 0.9999 }),
    ).sightings;
    expect(voteOf(sighting as Sighting, resident, rules).plate).toBe("ABC1234");
  });

  it("needs the very same plate from an engine that shows no probabilities", () => {
    expect(voteWith({ text: "ABC1234", confidence: 0.9, crops: [] }).isSure).toBe(true);
    expect(voteWith({ text: "ABC123", confidence: 0.9, crops: [] }).isSure).toBe(false);
  });
});

describe("the vote's laws", () => {
  const plates = fc.stringMatching(/^[A-Z0-9]{5,8}$/);
  const countries = fc.subarray(["mx", "br", "ar", "eu", "us"]);
  /** A plate with up to two characters changed: what a reader makes of it, or what the neighbour drives. */
  const nearOf = (plate: string) =>
    fc
      .array(fc.tuple(fc.nat(plate.length - 1), fc.constantFrom(..."0O1IQ8B5S2ZD4AGKRX")), {
        maxLength: 2,
      })
      .map((changes) =>
        changes.reduce((text, [at, c]) => text.slice(0, at) + c + text.slice(at + 1), plate),
      );
  const readOf = (plate: string) =>
    fc
      .record({
        text: nearOf(plate),
        confidence: fc.double({ min: 0.4, max: 0.999, noNaN: true }),
        sharpness: fc.double({ min: 0, max: 1, noNaN: true }),
        widthPx: fc.integer({ min: 50, max: 300 }),
      })
      .map(({ text, confidence, sharpness, widthPx }) =>
        sampleRead(text, {
          confidence,
          sharpness,
          box: { leftPx: 500, topPx: 400, widthPx, heightPx: 50 },
        }),
      );
  const worlds = plates.chain((plate) =>
    fc.record({
      plate: fc.constant(plate),
      enrolled: fc.array(nearOf(plate), { maxLength: 12 }),
      reads: fc.array(readOf(plate), { minLength: 1, maxLength: 5 }),
      sites: countries,
    }),
  );

  it("opens for no plate that is not enrolled, save the look-alike class that formats resolve", () => {
    fc.assert(
      fc.property(worlds, ({ enrolled, reads, sites }) => {
        const formats = formatsOf(sites);
        const vote = voteOf(sightingOf(reads), indexPlates(enrolled, formats));
        if (!vote.isSure || vote.enrolledPlate === null) return;
        const { enrolledPlate } = vote;
        expect(enrolled).toContain(enrolledPlate);
        const agreeing = reads.filter(({ freeText }) =>
          isSamePlate(freeText, enrolledPlate, formats),
        );
        expect(agreeing.length).toBeGreaterThanOrEqual(2);
        const sharers = new Set(
          enrolled.filter((p) => lookAlikeClass(p) === lookAlikeClass(enrolledPlate)),
        );
        expect(enrolledPlate === vote.plate || sharers.size === 1).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  }, 300_000);

  it("opens for nothing by a second engine's word that the first one's frames would not open for", () => {
    const cases = plates.chain((plate) =>
      fc.record({
        plate: fc.constant(plate),
        heard: nearOf(plate),
        enrolled: fc.array(nearOf(plate), { maxLength: 3 }),
        confidence: fc.double({ min: 0.5, max: 0.999, noNaN: true }),
        sites: countries,
      }),
    );
    const rules = { ...DEFAULT_VOTE_RULES, needsSecondOpinion: true };
    fc.assert(
      fc.property(cases, ({ plate, heard, enrolled, confidence, sites }) => {
        const index = indexPlates([heard, ...enrolled], formatsOf(sites));
        const alone = sightingOf([
          sampleRead(plate, { confidence }),
          sampleRead(plate, { confidence }),
        ]);
        const crops = [sampleMatrix(heard, { confidence: 0.999 })];
        const secondOpinion = { text: heard, confidence: 0.99, crops };
        const reads = alone.reads.map((read) => ({ ...read, secondOpinion }));
        const vote = voteOf({ ...alone, reads }, index, rules);
        if (!vote.isSure || vote.enrolledPlate === null) return;
        expect(voteOf(alone, index)).toMatchObject({
          isSure: true,
          enrolledPlate: vote.enrolledPlate,
        });
      }),
      { numRuns: 1000 },
    );
  }, 60_000);

  it("does not depend on the order of the frames", () => {
    fc.assert(
      fc.property(worlds, fc.infiniteStream(fc.nat()), ({ enrolled, reads, sites }, order) => {
        const index = indexPlates(enrolled, formatsOf(sites));
        const sighting = sightingOf(reads);
        const keys = order.take(sighting.reads.length);
        const shuffled = [...sighting.reads]
          .map((read) => ({ read, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ read }) => read);
        expect(voteOf({ ...sighting, reads: shuffled }, index)).toEqual(voteOf(sighting, index));
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it("is never less probable after one more agreeing frame", () => {
    fc.assert(
      fc.property(worlds, ({ enrolled, reads, sites }) => {
        const index = indexPlates(enrolled, formatsOf(sites));
        const sighting = sightingOf(reads);
        const before = voteOf(sighting, index);
        fc.pre(before.plate !== null && before.candidates.length > 0);
        const agreeing = sighting.reads.findLast(({ frameHash }) =>
          before.agreeingFrames.includes(frameHash),
        );
        fc.pre(agreeing !== undefined);
        const another = {
          ...agreeing,
          frameHash: "another",
          capturedAtMs: agreeing.capturedAtMs + 1,
        };
        const after = voteOf({ ...sighting, reads: [...sighting.reads, another] }, index);
        fc.pre(after.plate === before.plate);
        expect(after.confidence).toBeGreaterThanOrEqual(before.confidence - 1e-9);
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
