import { type Ballot, neighboursOf } from "./candidates.ts";
import { logLikelihood } from "./ctc.ts";
import { neighbourLikelihoods } from "./ctc-neighbours.ts";
import { lookAlikeClass } from "./plate.ts";
import type { PlateIndex } from "./plate-index.ts";
import type { SightedRead } from "./sighting.ts";
import { type DoubtReason, priorOf, type VoteRules } from "./vote-rules.ts";

/**
 * A second engine confirms when both engines together still prefer the winner to every text one step
 * away. An opinion that contradicts stands: asking again is no second throw of the dice. It need not tell O from 0: that was the first reader's and the formats' part. An engine that
 * shows no probabilities has to read the very same plate.
 */
export function doubtBySecond(
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

  const others = neighboursOf(read).filter((text) => !isSameClass(text));
  const marginOf = (scoreOf: (text: string) => number) =>
    others.reduce(
      (margin, text) => Math.min(margin, scoreOf(read) - scoreOf(text)),
      Number.POSITIVE_INFINITY,
    );
  const scorers = opinions
    .flatMap(({ crops }) => crops)
    .map((crop) => {
      const byText = neighbourLikelihoods(crop, read);
      return (text: string) => byText.get(text) ?? logLikelihood(crop, text);
    });
  const isContradicted = scorers.some((scoreOf) => marginOf(scoreOf) < -rules.maxContradictionNats);
  const jointOf = (text: string) =>
    ballot.meanOf(text) +
    scorers.reduce((sum, scoreOf) => sum + scoreOf(text), 0) / Math.max(1, scorers.length) +
    priorOf(ballot.plateOf(text), index, rules);
  const isConfirmed = !isContradicted && marginOf(jointOf) >= rules.minJointMarginNats;
  return isConfirmed ? null : "second_opinion_differs";
}
