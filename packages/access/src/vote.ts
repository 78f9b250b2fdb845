import { type Ballot, openBallot } from "./candidates.ts";
import { PLATE_ALPHABET } from "./ctc.ts";
import type { PlateVerdict } from "./decision.ts";
import { type PlateSuggestion, suggestPlates } from "./look-alikes.ts";
import { hasPlateLength, isSameClass } from "./plate.ts";
import { fitsFormat } from "./plate-formats.ts";
import type { PlateIndex } from "./plate-index.ts";
import { doubtBySecond, type JointRead, readTogether } from "./second-opinion.ts";
import { lineWidthPx, type ReadCharacter, type SightedRead, type Sighting } from "./sighting.ts";
import {
  DEFAULT_VOTE_RULES,
  type DoubtReason,
  doubtUnder,
  priorOf,
  type VoteRules,
  type VoteStanding,
} from "./vote-rules.ts";

/** A text the plate may carry, and how probable the frames together make it. */
export interface Candidate {
  /** "" stands for "something else". */
  plate: string;
  probability: number;
  /** Weighted sum over frames of the log-likelihood. */
  logLikelihood: number;
  isEnrolled: boolean;
}

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
  /** What the frames and a second engine say together; null where none was asked. */
  together: JointRead | null;
  /** What the rules looked at; null where no frame could vote. */
  standing: VoteStanding | null;
}

/** A character, its probability against all others at its place, and the likeliest of those. */
export interface VotedCharacter extends ReadCharacter {
  alternatives: readonly string[];
}

/**
 * Lets the frames of a sighting vote: every candidate plate is scored by the summed CTC likelihood of
 * all distinct frames, weighted by sharpness and size. Opening needs agreeing frames, a margin over
 * every other candidate, a floor for every character, and a winner that is what the frames show
 * without help from formats, the register or a second engine. Where the latter has looked, the plate that is told is
 * what both engines together find likeliest.
 */
export function voteOf(
  sighting: Sighting,
  index: PlateIndex,
  rules: VoteRules = DEFAULT_VOTE_RULES,
): Vote {
  const legible = sighting.reads.filter(({ freeText }) => hasPlateLength(freeText));
  const reads = legible
    .filter((read) => lineWidthPx(read) >= rules.minPlateWidthPx)
    .sort((a, b) => a.capturedAtMs - b.capturedAtMs || (a.frameHash < b.frameHash ? -1 : 1));
  if (reads.length === 0) {
    return undecided(legible, legible.length > 0 ? "plate_too_small" : "nothing_legible", index);
  }

  const ballot = openBallot(reads, index.formats);
  const read = unconstrainedBest(reads, ballot);
  ballot.nominate(reads.map(({ text }) => text));
  const nearby = index.near(read);
  ballot.nominate(nearby);
  const free = ballot.plateOf(read);
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

  const agreeing = reads.filter(({ freeText }) => ballot.plateOf(freeText) === winner);
  const together = readTogether(reads, ballot, index, rules);
  const other = together && !isSameClass(together.plate, winner) ? together : null;
  // The spelling in the frames decides: a class that two enrolled plates share is for the guard.
  const isRepaired = winner !== free;
  const match = index.match(other ? other.plate : isRepaired ? winner : read);
  const evidence = {
    plate: other?.plate ?? winner,
    enrolledPlate: match.kind === "enrolled" ? match.plate : null,
    confidence: (other?.probability ?? 1) / total,
    together,
    marginNats: winnerScore - runnerUp,
    characters: votedCharacters(other?.plate ?? read, ballot),
    agreeingFrames: agreeing.map(({ frameHash }) => frameHash),
    candidates,
    suggestions: other
      ? suggestPlates(other.plate, index.near(other.plate))
      : suggestPlates(read, nearby),
  };
  const standing: VoteStanding = {
    agreeingFrames: mostWithin(agreeing, rules.windowMs),
    weakestCharacter: Math.min(...evidence.characters.map(({ confidence }) => confidence)),
    marginNats: evidence.marginNats,
    fixedDoubt: other
      ? "second_opinion_differs"
      : isRepaired
        ? "repaired_read"
        : match.kind === "ambiguous"
          ? "ambiguous_enrolment"
          : null,
    secondDoubt:
      match.kind === "enrolled" && rules.needsSecondOpinion
        ? doubtBySecond(read, reads, ballot, index, rules)
        : null,
  };
  const doubt = doubtUnder(standing, rules);
  return { ...evidence, standing, isSure: doubt === null, doubt };
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
function votedCharacters(read: string, ballot: Ballot): VotedCharacter[] {
  const best = ballot.meanOf(read);
  const plate = ballot.plateOf(read);
  return [...read].map((character, place) => {
    const before = read.slice(0, place);
    const after = read.slice(place + 1);
    const others = ["", ...PLATE_ALPHABET]
      .filter((other) => ballot.plateOf(before + other + after) !== plate)
      .map((other) => ({
        character: other,
        odds: Math.exp(ballot.meanOf(before + other + after) - best),
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
    together: null,
    standing: null,
  };
}
