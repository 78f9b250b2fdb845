import type { KeptVote } from "@portero/access";
import type { VoteFact } from "@portero/store";

/**
 * The vehicles of these facts, each with the vote that decided about it. One that a guard was asked about and that was
 * admitted by itself after all counts as admitted.
 */
export function keptVotesOf(facts: readonly VoteFact[]): KeptVote[] {
  const answers = Map.groupBy(
    facts.filter(({ alertEventId }) => alertEventId !== null),
    ({ alertEventId }) => alertEventId,
  );
  const vehicles = Map.groupBy(
    facts.filter(({ alertEventId }) => alertEventId === null),
    ({ id, sightingId }) => sightingId ?? id,
  );
  return [...vehicles.values()].flatMap((decisions) => {
    const decided = decisions.find(({ kind }) => kind === "grant") ?? decisions.at(-1);
    if (!decided) return [];
    const wasWrong = decisions.some(({ id, plate }) =>
      answers
        .get(id)
        ?.some((answer) => answer.eventType === "entry_refused" || answer.plate !== plate),
    );
    const { vote, kind } = decided;
    return {
      standing: vote && {
        agreeingFrames: vote.agreeing_frames,
        weakestCharacter: vote.weakest_character,
        marginNats: vote.margin_nats,
        fixedDoubt: vote.fixed_doubt as NonNullable<KeptVote["standing"]>["fixedDoubt"],
        secondDoubt: vote.second_doubt as NonNullable<KeptVote["standing"]>["secondDoubt"],
      },
      ifSure: vote?.if_sure ?? null,
      wasAsked: kind !== "grant",
      wasWrong,
    };
  });
}
