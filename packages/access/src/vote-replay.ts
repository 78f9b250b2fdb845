import {
  doubtUnder,
  type OpeningRules,
  type VoteRules,
  type VoteStanding,
  voteRulesUnder,
} from "./vote-rules.ts";

/** One vehicle as it was decided about, with what was kept of its vote. */
export interface KeptVote {
  /** Null where nothing was kept that rules could be tried on. */
  standing: VoteStanding | null;
  /** What a sure vote would have led to: `grant` for whoever may enter. */
  ifSure: string | null;
  /** It had its time before the camera, and a guard was asked. */
  wasAsked: boolean;
  /** A guard corrected the plate or refused the entry: to open for it would have been wrong. */
  wasWrong: boolean;
}

/** How other rules would have dealt with the same vehicles; each part counts vehicles. */
export interface Replay {
  /** Those whose votes were kept well enough to say. */
  replayed: number;
  /** Admitted by the rules that hold, and by the others. */
  admittedNow: number;
  admittedThen: number;
  /** Left to a guard by the rules that hold, and not by the others. */
  more: number;
  moreWrong: number;
  /** Not certain enough any more: a guard is asked, unless further pictures make it certain. */
  fewer: number;
  fewerWrong: number;
  /** Certain enough, and short of a picture or two: they wait a moment longer. */
  later: number;
}

type Fate = "admitted" | "later" | "guard" | "unclear";

/**
 * Tries rules on kept votes, beside the rules that hold. A vote was kept at the moment of its decision: what further
 * pictures would have shown is not in it.
 */
export function replayVotes(
  votes: readonly KeptVote[],
  holding: OpeningRules,
  tried: OpeningRules,
): Replay {
  const [now, then] = [voteRulesUnder(holding), voteRulesUnder(tried)];
  const fates = votes
    .map((vote) => ({ ...vote, was: fateOf(vote, now), would: fateOf(vote, then) }))
    .filter(({ was, would }) => was !== "unclear" && would !== "unclear");
  const count = (is: (fate: (typeof fates)[number]) => boolean) => fates.filter(is).length;
  return {
    replayed: fates.length,
    admittedNow: count(({ was }) => was === "admitted"),
    admittedThen: count(({ would }) => would === "admitted"),
    more: count(({ was, would }) => was === "guard" && would === "admitted"),
    moreWrong: count(
      ({ was, would, wasWrong }) => was === "guard" && would === "admitted" && wasWrong,
    ),
    fewer: count(({ was, would }) => was !== "guard" && would === "guard"),
    fewerWrong: count(
      ({ was, would, wasWrong }) => was !== "guard" && would === "guard" && wasWrong,
    ),
    later: count(({ was, would }) => was === "admitted" && would === "later"),
  };
}

function fateOf({ standing, ifSure, wasAsked }: KeptVote, rules: VoteRules): Fate {
  if (!standing || ifSure === null) return "unclear";
  if (ifSure !== "grant") return "guard";
  if (doubtUnder(standing, rules) === null) return "admitted";
  const doubt = doubtUnder({ ...standing, agreeingFrames: Number.POSITIVE_INFINITY }, rules);
  // The second engine is asked last: nobody knows what it would have said.
  if (doubt === "second_opinion_missing") return "unclear";
  return doubt === null && !wasAsked ? "later" : "guard";
}
