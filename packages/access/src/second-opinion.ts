import { type Ballot, neighboursOf } from "./candidates.ts";
import { logLikelihood, meanLogLikelihood, readGreedily, textOf } from "./ctc.ts";
import { neighbourLikelihoods } from "./ctc-neighbours.ts";
import { hasPlateLength, isSameClass } from "./plate.ts";
import type { PlateIndex } from "./plate-index.ts";
import type { SightedRead, Sighting } from "./sighting.ts";
import type { Vote } from "./vote.ts";
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
  const isOtherText = opinions.some(
    ({ text, crops }) => crops.length === 0 && !isSameClass(text, read),
  );
  if (isOtherText) return "second_opinion_differs";

  const others = neighboursOf(read).filter((text) => !isSameClass(text, read));
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

/** A vehicle that stands in doubt and waits for a guard is shown to the second engine no more often than this. */
const ASK_AGAIN_MS = 1000;

/**
 * The newest read of a sighting where the second engine should look at it: where its word is all that is missing for an
 * opening, or will be when the next frame agrees, so that it is known by then; and once before a guard is told of a
 * plate, which the first engine may have misread. `doubtMs`: how long a doubtful vehicle stands before a guard is told.
 */
export function readToAskAbout(
  { reads, firstSeenMs, lastSeenMs }: Sighting,
  { doubt, enrolledPlate, isSure }: Vote,
  doubtMs: number,
): SightedRead | null {
  const newest = reads.at(-1);
  if (!newest || newest.secondOpinion) return null;
  const asked = reads.findLast(({ secondOpinion }) => secondOpinion !== undefined);
  const hasStood = lastSeenMs - firstSeenMs >= doubtMs;
  const isAwaited = doubt === "too_few_frames" && enrolledPlate !== null;
  const wasJustAsked = asked && lastSeenMs - asked.capturedAtMs < ASK_AGAIN_MS;
  const isDue =
    doubt === "second_opinion_differs"
      ? !(hasStood && wasJustAsked)
      : isAwaited ||
        doubt === "second_opinion_missing" ||
        (asked === undefined && (isSure || hasStood));
  return isDue ? newest : null;
}

/** The second engine may count against a text by no more than this: it, too, takes a slogan for a plate now and then. */
const MAX_SECOND_LOSS_NATS = 12;

/** What two engines take a plate for, and how probable that is among all that either of them reads. */
export interface JointRead {
  plate: string;
  probability: number;
}

/**
 * The plate that both engines together find likeliest of all that either of them reads. It is what a guard is told;
 * nothing opens for it where the first engine reads another one (safety G7). Null where no second network has looked.
 */
export function readTogether(
  reads: readonly SightedRead[],
  ballot: Ballot,
  index: PlateIndex,
  rules: VoteRules,
): JointRead | null {
  const crops = reads.flatMap(({ secondOpinion }) => secondOpinion?.crops ?? []);
  if (crops.length === 0) return null;
  const texts = new Set(
    [
      ...reads.flatMap(({ text, freeText }) => [text, freeText]),
      ...crops.map((crop) => textOf(readGreedily(crop))),
    ].filter(hasPlateLength),
  );
  if (texts.size === 0) return null;
  const second = new Map([...texts].map((text) => [text, meanLogLikelihood(crops, text)]));
  const least = Math.max(...second.values()) - MAX_SECOND_LOSS_NATS;
  const scores = new Map<string, number>();
  for (const [text, secondScore] of second) {
    const plate = ballot.plateOf(text);
    const score = ballot.meanOf(text) + Math.max(secondScore, least) + priorOf(plate, index, rules);
    scores.set(plate, Math.max(score, scores.get(plate) ?? Number.NEGATIVE_INFINITY));
  }
  const [[plate, highest] = ["", 0]] = [...scores].sort(
    ([a, scoreA], [b, scoreB]) => scoreB - scoreA || (a < b ? -1 : 1),
  );
  const total = [...scores.values()].reduce((sum, score) => sum + Math.exp(score - highest), 0);
  return { plate, probability: 1 / total };
}
