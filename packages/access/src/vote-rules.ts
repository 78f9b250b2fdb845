import { fitsFormat } from "./plate-formats.ts";
import type { PlateIndex } from "./plate-index.ts";

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
  /** How much less likely a plate is beforehand that fits none of the site's formats. */
  unfamiliarNats: number;
  /** Log-likelihood a frame that "something else" gives away against the frame's own best read. */
  somethingElseNats: number;
  /** Gates that ask for it open only where a second, different engine confirms the plate. */
  needsSecondOpinion: boolean;
  /** Log-likelihood by which both engines together must prefer the winner to its neighbours. */
  minJointMarginNats: number;
  /** Log-likelihood by which the second engine alone may prefer a neighbour. */
  maxContradictionNats: number;
}

export const DEFAULT_VOTE_RULES: VoteRules = {
  windowMs: 3000,
  minAgreeingFrames: 2,
  minMarginNats: Math.log(50),
  minCharacterConfidence: 0.8,
  minPlateWidthPx: 60,
  repairMarginNats: 3,
  unfamiliarNats: 3,
  somethingElseNats: 3,
  needsSecondOpinion: false,
  minJointMarginNats: Math.log(50),
  maxContradictionNats: 2,
};

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

/** What fits none of the site's formats is a rarer plate, and more often a misread one. */
export function priorOf(plate: string, { formats }: PlateIndex, rules: VoteRules): number {
  const isFamiliar = formats.length === 0 || formats.some((format) => fitsFormat(plate, format));
  return isFamiliar ? 0 : -rules.unfamiliarNats;
}
