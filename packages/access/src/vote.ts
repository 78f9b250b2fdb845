import { type Ballot, neighboursOf, openBallot } from "./candidates.ts";
import { logLikelihood } from "./ctc.ts";
import { neighbourLikelihoods } from "./ctc-neighbours.ts";
import type { PlateVerdict } from "./decision.ts";
import { type PlateSuggestion, suggestPlates } from "./look-alikes.ts";
import { lookAlikeClass, resolveLookAlikes } from "./plate.ts";
import { fitsFormat } from "./plate-formats.ts";
import type { PlateIndex, PlateMatch } from "./plate-index.ts";
import type { ReadCharacter, SightedRead, Sighting } from "./sighting.ts";

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
export interface Vote extends PlateVerdict {
  doubt: DoubtReason | null;
  /** Probability of the best candidate; more agreeing frames never lower it. */
  confidence: number;
  /** Log-likelihood by which it leads the next candidate. */
  marginNats: number;
  /** The characters of `plate` as they stand in the frames. */
  characters: readonly VotedCharacter[];
  /** Hashes of the distinct frames that agree with the winner. */
  agreeingFrames: readonly string[];
  /** The best few, most probable first. */
  candidates: readonly Candidate[];
  /** Enrolled plates that look alike: for the guard's eyes, never to open. */
  suggestions: readonly PlateSuggestion[];
}

/** A character, its probability against all others at its place, and the likeliest of those. */
export interface VotedCharacter extends ReadCharacter {
  alternatives: readonly string[];
}

/**
 * Lets the frames of a sighting vote: every candidate plate is scored by the summed CTC likelihood of
 * all distinct frames, weighted by sharpness and size. Opening needs agreeing frames, a margin over
 * every other candidate, a floor for every character, and a winner that is what the frames show
 * without help from formats or the register.
 */
export function voteOf(
  sighting: Sighting,
  index: PlateIndex,
  rules: VoteRules = DEFAULT_VOTE_RULES,
): Vote {
  const legible = sighting.reads.filter(({ freeText }) => freeText.length >= 2);
  const reads = legible
    .filter(({ box }) => box.widthPx >= rules.minPlateWidthPx)
    .sort((a, b) => a.capturedAtMs - b.capturedAtMs || (a.frameHash < b.frameHash ? -1 : 1));
  if (reads.length === 0) {
    return undecided(legible, legible.length > 0 ? "plate_too_small" : "nothing_legible", index);
  }

  const ballot = openBallot(reads, index.formats);
  const read = unconstrainedBest(reads, ballot);
  ballot.nominate(reads.map(({ text }) => text));
  const nearby = index.near(read);
  ballot.nominate(nearby);
  const free = resolveLookAlikes(read, index.formats);
  const { scores: likelihoods, somethingElse } = ballot.count(rules.somethingElseNats);
  const winner = repaired(free, [...likelihoods.keys()], ballot, index, rules);
  const scores = new Map(
    [...likelihoods].map(([plate, score]) => [plate, score + priorOf(plate, index, rules)]),
  );

  const winnerScore = scores.get(winner) ?? Number.NEGATIVE_INFINITY;
  const scored = [...scores].map(([plate, score]) => ({ plate, score }));
  const others = scored.filter(({ plate }) => plate !== winner).map(({ score }) => score);
  const runnerUp = others.reduce((a, b) => Math.max(a, b), somethingElse);
  const total = [...others, somethingElse].reduce(
    (sum, score) => sum + Math.exp(score - winnerScore),
    1,
  );
  const candidates = [...scored, { plate: "", score: somethingElse }]
    .sort((a, b) => b.score - a.score || (a.plate < b.plate ? -1 : 1))
    .slice(0, EVIDENCE_CANDIDATES)
    .map(({ plate, score }) => ({
      plate,
      logLikelihood: score,
      probability: Math.exp(score - winnerScore) / total,
      isEnrolled: plate !== "" && index.match(plate).kind !== "none",
    }));

  const agreeing = reads.filter(
    ({ freeText }) => resolveLookAlikes(freeText, index.formats) === winner,
  );
  const match = index.match(winner);
  const evidence = {
    plate: winner,
    enrolledPlate: match.kind === "enrolled" ? match.plate : null,
    confidence: 1 / total,
    marginNats: winnerScore - runnerUp,
    characters: votedCharacters(read, ballot, index),
    agreeingFrames: agreeing.map(({ frameHash }) => frameHash),
    candidates,
    suggestions: suggestPlates(read, nearby),
  };
  const doubt =
    doubtOf({ ...evidence, match, agreeing, isRepaired: winner !== free }, rules) ??
    (match.kind === "enrolled" && rules.needsSecondOpinion
      ? doubtBySecond(read, reads, ballot, index, rules)
      : null);
  return { ...evidence, isSure: doubt === null, doubt };
}

/** What fits none of the site's formats is a rarer plate, and more often a misread one. */
function priorOf(plate: string, { formats }: PlateIndex, rules: VoteRules): number {
  const isFamiliar = formats.length === 0 || formats.some((format) => fitsFormat(plate, format));
  return isFamiliar ? 0 : -rules.unfamiliarNats;
}

/** How many candidates are kept beside a decision. */
const EVIDENCE_CANDIDATES = 5;

/** The best text by likelihood alone, looked for around the frames' own reads. */
function unconstrainedBest(reads: readonly SightedRead[], ballot: Ballot): string {
  const texts = new Set(reads.map(({ freeText }) => freeText));
  const better = (a: string, b: string) => {
    const lead = ballot.meanOf(b) - ballot.meanOf(a);
    return lead > 0 || (lead === 0 && b < a) ? b : a;
  };
  ballot.nominate(texts);
  let best = [...texts].reduce(better);
  for (let step = 0; step < 3; step++) {
    const neighbours = ballot.nominateNeighbours(best);
    const next = neighbours.reduce(better, best);
    if (next === best) break;
    best = next;
  }
  return best;
}

/** The likeliest plate that fits a format, where the free read fits none and little is lost by it. */
function repaired(
  free: string,
  plates: readonly string[],
  ballot: Ballot,
  index: PlateIndex,
  rules: VoteRules,
): string {
  const fits = (plate: string) => index.formats.some((format) => fitsFormat(plate, format));
  if (index.formats.length === 0 || fits(free)) return free;
  const [best] = plates
    .filter(fits)
    .map((plate) => ({ plate, mean: ballot.meanOf(plate) }))
    .sort((a, b) => b.mean - a.mean || (a.plate < b.plate ? -1 : 1));
  return best && ballot.meanOf(free) - best.mean < rules.repairMarginNats ? best.plate : free;
}

/** For each character, how probable it is against every other character, or none, at its place. */
function votedCharacters(read: string, ballot: Ballot, { formats }: PlateIndex): VotedCharacter[] {
  const best = ballot.meanOf(read);
  const plate = resolveLookAlikes(read, formats);
  const neighbours = neighboursOf(read).filter((text) => text.length <= read.length);
  return [...read].map((character, place) => {
    const before = read.slice(0, place);
    const after = read.slice(place + 1);
    const others = neighbours
      .filter((text) => text.startsWith(before) && text.endsWith(after))
      .filter((text) => resolveLookAlikes(text, formats) !== plate)
      .map((text) => ({
        character: text.length === read.length ? text.charAt(place) : "",
        odds: Math.exp(ballot.meanOf(text) - best),
      }))
      .sort((a, b) => b.odds - a.odds);
    return {
      character,
      confidence: 1 / (1 + others.reduce((sum, { odds }) => sum + odds, 0)),
      alternatives: others
        .filter((other) => other.character !== "" && other.odds >= WORTH_TELLING_ODDS)
        .slice(0, 3)
        .map((other) => other.character),
    };
  });
}

/** Less likely alternatives than this would only distract the guard. */
const WORTH_TELLING_ODDS = 0.001;

interface Evidence {
  match: PlateMatch;
  agreeing: readonly SightedRead[];
  isRepaired: boolean;
  marginNats: number;
  characters: readonly { confidence: number }[];
}

function doubtOf(evidence: Evidence, rules: VoteRules): DoubtReason | null {
  if (evidence.isRepaired) return "repaired_read";
  if (evidence.match.kind === "ambiguous") return "ambiguous_enrolment";
  if (mostWithin(evidence.agreeing, rules.windowMs) < rules.minAgreeingFrames) {
    return "too_few_frames";
  }
  const weakest = Math.min(...evidence.characters.map(({ confidence }) => confidence));
  if (weakest < rules.minCharacterConfidence) return "weak_character";
  if (evidence.marginNats < rules.minMarginNats) return "close_candidates";
  return null;
}

/**
 * A second engine confirms when both engines together still prefer the winner to every text one step
 * away; several of its opinions count by their mean, so that asking again is no second throw of the
 * dice. It need not tell O from 0: that was the first reader's and the formats' part. An engine that
 * shows no probabilities has to read the very same plate.
 */
function doubtBySecond(
  read: string,
  reads: readonly SightedRead[],
  ballot: Ballot,
  index: PlateIndex,
  rules: VoteRules,
): DoubtReason | null {
  const opinions = reads.flatMap(({ secondOpinion }) => secondOpinion ?? []);
  if (opinions.length === 0) return "second_opinion_missing";
  const isSameClass = (text: string) => lookAlikeClass(text) === lookAlikeClass(read);
  const isOtherText = opinions.some(({ text, crops }) => crops.length === 0 && !isSameClass(text));
  if (isOtherText) return "second_opinion_differs";

  const crops = opinions.flatMap((opinion) => opinion.crops);
  const scores = crops.map((crop) => ({ crop, byText: neighbourLikelihoods(crop, read) }));
  const secondOf = (text: string) =>
    scores.reduce(
      (sum, { crop, byText }) => sum + (byText.get(text) ?? logLikelihood(crop, text)),
      0,
    );
  const jointOf = (text: string) =>
    ballot.meanOf(text) +
    secondOf(text) +
    priorOf(resolveLookAlikes(text, index.formats), index, rules);
  const others = neighboursOf(read).filter((text) => !isSameClass(text));
  const marginOf = (scoreOf: (text: string) => number) =>
    others.reduce(
      (margin, text) => Math.min(margin, scoreOf(read) - scoreOf(text)),
      Number.POSITIVE_INFINITY,
    );
  const isConfirmed =
    marginOf(jointOf) >= rules.minJointMarginNats &&
    marginOf(secondOf) >= -rules.maxContradictionNats;
  return isConfirmed ? null : "second_opinion_differs";
}

/** The largest number of reads that lie within `windowMs` of one another; reads are in time order. */
function mostWithin(reads: readonly SightedRead[], windowMs: number): number {
  return reads.reduce((most, first, start) => {
    const within = reads
      .slice(start)
      .filter((r) => r.capturedAtMs - first.capturedAtMs <= windowMs);
    return Math.max(most, within.length);
  }, 0);
}

function undecided(reads: readonly SightedRead[], doubt: DoubtReason, index: PlateIndex): Vote {
  const best = reads.reduce<SightedRead | undefined>(
    (a, b) => (a && a.confidence >= b.confidence ? a : b),
    undefined,
  );
  const plate = best?.text ?? "";
  const match = index.match(plate);
  return {
    plate: plate === "" ? null : plate,
    enrolledPlate: match.kind === "enrolled" ? match.plate : null,
    isSure: false,
    doubt,
    confidence: 0,
    marginNats: 0,
    characters: (best?.characters ?? []).map((character) => ({ ...character, alternatives: [] })),
    agreeingFrames: [],
    candidates: [],
    suggestions: suggestPlates(plate, index.near(plate)),
  };
}
