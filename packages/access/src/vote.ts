import { meanLogLikelihood, PLATE_ALPHABET } from "./ctc.ts";
import { type PlateSuggestion, suggestPlates } from "./look-alikes.ts";
import { isSamePlate } from "./plate.ts";
import { fitsFormat } from "./plate-formats.ts";
import type { PlateIndex, PlateMatch } from "./plate-index.ts";
import type { SightedRead, Sighting } from "./sighting.ts";

/** When a sighting is certain enough to act on. */
export interface VoteRules {
  /** Agreeing frames must lie within this time of one another. */
  windowMs: number;
  minAgreeingFrames: number;
  /** Log-likelihood by which the winner must lead every other candidate. */
  minMarginNats: number;
  /** Each character of the winner must be at least this probable. */
  minCharacterConfidence: number;
  /** Narrower plates have too few pixels a character to vote. */
  minPlateWidthPx: number;
  /** Mean log-likelihood that a format repair may cost. */
  repairMarginNats: number;
  /** Log-likelihood a frame that "something else" gives away against the frame's own best read. */
  somethingElseNats: number;
  /** Gates that ask for it open only where a second, different engine read the same plate. */
  needsSecondOpinion: boolean;
}

export const DEFAULT_VOTE_RULES: VoteRules = {
  windowMs: 3000,
  minAgreeingFrames: 2,
  minMarginNats: Math.log(50),
  minCharacterConfidence: 0.7,
  minPlateWidthPx: 60,
  repairMarginNats: 3,
  somethingElseNats: 3,
  needsSecondOpinion: false,
};

/** A text the plate may carry, and how probable the frames together make it. */
export interface Candidate {
  /** "" stands for "something else". */
  plate: string;
  probability: number;
  /** Weighted sum over frames of the log-likelihood. */
  logLikelihood: number;
  isEnrolled: boolean;
}

/** Why a vote is not certain; shown to the guard. */
export type DoubtReason =
  | "nothing_legible"
  | "plate_too_small"
  | "too_few_frames"
  | "close_candidates"
  | "weak_character"
  | "repaired_read"
  | "ambiguous_enrolment"
  | "second_opinion_missing"
  | "second_opinion_differs";

/** What all frames of a sighting say together, with the evidence that is kept beside a decision. */
export interface Vote {
  /**
   * `known`: the opening rule holds for an enrolled plate. `unknown`: the read is as certain, and the
   * plate is not enrolled. `unsure`: a guard has to look; `plate` is the best guess.
   */
  outcome:
    | { kind: "known"; plate: string }
    | { kind: "unknown"; plate: string }
    | { kind: "unsure"; plate: string; reason: DoubtReason };
  /** Probability of the best candidate; more agreeing frames never lower it. */
  confidence: number;
  marginNats: number;
  /** The read as it stands in the frames; its characters, each with its probability. */
  read: string;
  characters: readonly { character: string; confidence: number }[];
  /** Hashes of the distinct frames that agree with the winner. */
  agreeingFrames: readonly string[];
  /** The best few, most probable first. */
  candidates: readonly Candidate[];
  /** Enrolled plates that look alike: for the guard's eyes, never to open. */
  suggestions: readonly PlateSuggestion[];
}
