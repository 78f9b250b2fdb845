import { describe, expect, it } from "vitest";
import { indexPlates } from "./plate-index.ts";
import { sampleFrame, sampleRead } from "./read-samples.ts";
import { readToAskAbout } from "./second-opinion.ts";
import { emptyLane, observe, withSecondOpinion } from "./sighting.ts";
import { voteOf } from "./vote.ts";
import { DEFAULT_VOTE_RULES, type DoubtReason } from "./vote-rules.ts";

const DOUBT_MS = 2500;
const rules = { ...DEFAULT_VOTE_RULES, needsSecondOpinion: true };
const sampleVote = voteOf(
  { number: 1, firstSeenMs: 0, lastSeenMs: 0, reads: [] },
  indexPlates([], []),
  rules,
);

describe("the second engine is asked about the newest frame", () => {
  interface Case {
    /** When frames came, and which of them it was asked about. */
    framesMs: number[];
    askedMs?: number[];
    /** When the last frame came once more, byte by byte. */
    repeatedMs?: number;
    doubt: DoubtReason | null;
    isEnrolled?: boolean;
    isDue: boolean;
  }
  it.each<[string, Case]>([
    ["at the first frame of a resident", { framesMs: [0], doubt: "too_few_frames", isDue: true }],
    [
      "not at a stranger's, who may still turn out to be legible",
      { framesMs: [0], doubt: "too_few_frames", isEnrolled: false, isDue: false },
    ],
    [
      "where only its word is missing",
      {
        framesMs: [0, 300],
        doubt: "second_opinion_missing",
        isDue: true,
      },
    ],
    [
      "anew while the vehicle arrives and it differs",
      {
        framesMs: [0, 300, 600],
        askedMs: [0, 300],
        doubt: "second_opinion_differs",
        isDue: true,
      },
    ],
    [
      "once about a frame",
      {
        framesMs: [0, 300],
        askedMs: [0, 300],
        doubt: "second_opinion_differs",
        isDue: false,
      },
    ],
    [
      "before a guard is told of a sure plate",
      {
        framesMs: [0, 300],
        doubt: null,
        isEnrolled: false,
        isDue: true,
      },
    ],
    [
      "no second time for the guard",
      {
        framesMs: [0, 300],
        askedMs: [0],
        doubt: null,
        isEnrolled: false,
        isDue: false,
      },
    ],
    [
      "before a guard is told of a doubtful plate",
      {
        framesMs: [0, 2500],
        doubt: "weak_character",
        isEnrolled: false,
        isDue: true,
      },
    ],
    [
      "not at each frame of a vehicle that stands in doubt",
      {
        framesMs: [0, 2400, 2600],
        askedMs: [2400],
        doubt: "second_opinion_differs",
        isDue: false,
      },
    ],
    [
      "once a second while it stands in doubt",
      {
        framesMs: [0, 2400, 3400],
        askedMs: [2400],
        doubt: "second_opinion_differs",
        isDue: true,
      },
    ],
    [
      "at each frame that may open, however long it stood",
      { framesMs: [0, 2400, 2600], askedMs: [2400], doubt: "too_few_frames", isDue: true },
    ],
    [
      "before a guard is told, also by a camera whose picture stands still",
      {
        framesMs: [0],
        repeatedMs: 2500,
        doubt: "weak_character",
        isEnrolled: false,
        isDue: true,
      },
    ],
  ])("%s", (_what, { framesMs, askedMs = [], repeatedMs, doubt, isEnrolled = true, isDue }) => {
    const frames = framesMs.map((atMs) => sampleFrame(atMs, [sampleRead("ABC1234")]));
    const last = frames.at(-1);
    if (last && repeatedMs) frames.push({ ...last, capturedAtMs: repeatedMs });
    const seen = frames.reduce((lane, frame) => observe(lane, frame).lane, emptyLane());
    const opinion = { text: "ABC1234", confidence: 0.9, crops: [] };
    const asked = askedMs.reduce(
      (lane, atMs) => withSecondOpinion(lane, 1, `frame-${atMs}`, opinion),
      seen,
    );
    const [sighting] = asked.sightings;
    if (!sighting) throw new Error("no sighting");
    const enrolledPlate = isEnrolled ? "ABC1234" : null;
    const vote = { ...sampleVote, doubt, isSure: doubt === null, enrolledPlate };
    const newest = sighting.reads.at(-1);
    expect(readToAskAbout(sighting, vote, DOUBT_MS)).toBe(isDue ? newest : null);
  });
});
