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
  /** Narrower lines of characters (`lineWidthPx`) have too few pixels a character to vote. */
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
  minJointMarginNats: Math.log(200),
  maxContradictionNats: 1,
};

/** What a condominium may ask of its own openings. */
export interface OpeningRules {
  minAgreeingFrames: number;
  /** How many times likelier the plate must be than every other: 50 is a lead of ln 50. */
  minLead: number;
  minCharacterConfidence: number;
}

export const DEFAULT_OPENING_RULES: OpeningRules = {
  minAgreeingFrames: DEFAULT_VOTE_RULES.minAgreeingFrames,
  minLead: 50,
  minCharacterConfidence: DEFAULT_VOTE_RULES.minCharacterConfidence,
};

/** What a vehicle that stands at the gate can still meet. The product's own rules are the least (safety G7). */
const STRICTEST: OpeningRules = {
  minAgreeingFrames: 4,
  minLead: 1000,
  minCharacterConfidence: 0.95,
};

/** A condominium's rules as they were stored; each that is missing or out of bounds is the product's own. */
export function openingRulesOf(stored: unknown): OpeningRules {
  const given: Record<string, unknown> = Object(stored);
  const within = (name: keyof OpeningRules): number => {
    const value = given[name];
    const least = DEFAULT_OPENING_RULES[name];
    return typeof value === "number" && value >= least && value <= STRICTEST[name] ? value : least;
  };
  return {
    minAgreeingFrames: within("minAgreeingFrames"),
    minLead: within("minLead"),
    minCharacterConfidence: within("minCharacterConfidence"),
  };
}

/** The rules of the vote where a condominium has asked for more than the product does. */
export function voteRulesUnder({ minLead, ...rules }: OpeningRules): VoteRules {
  return { ...DEFAULT_VOTE_RULES, ...rules, minMarginNats: Math.log(minLead) };
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

/** What fits none of the site's formats is a rarer plate, and more often a misread one. */
export function priorOf(plate: string, { formats }: PlateIndex, rules: VoteRules): number {
  const isFamiliar = formats.length === 0 || formats.some((format) => fitsFormat(plate, format));
  return isFamiliar ? 0 : -rules.unfamiliarNats;
}

/** All of a vote that the rules look at: whoever keeps it can ask other rules later. */
export interface VoteStanding {
  /** The most frames within the window that agree with the winner. */
  agreeingFrames: number;
  weakestCharacter: number;
  marginNats: number;
  /** What no further certainty lifts: the read is not what is enrolled. */
  fixedDoubt: DoubtReason | null;
  /** The second engine's, where the gate asks for one. */
  secondDoubt: DoubtReason | null;
}

/** The first doubt that the rules leave about a vote; null where it is sure (safety G7). */
export function doubtUnder(
  { agreeingFrames, weakestCharacter, marginNats, fixedDoubt, secondDoubt }: VoteStanding,
  rules: Pick<VoteRules, "minAgreeingFrames" | "minCharacterConfidence" | "minMarginNats">,
): DoubtReason | null {
  if (fixedDoubt) return fixedDoubt;
  if (agreeingFrames < rules.minAgreeingFrames) return "too_few_frames";
  if (weakestCharacter < rules.minCharacterConfidence) return "weak_character";
  if (marginNats < rules.minMarginNats) return "close_candidates";
  return secondDoubt;
}
