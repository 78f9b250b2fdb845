import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyFeed, type FeedState, onCaughtUp, onDelivered } from "./feed.ts";

interface Numbered {
  seq: number;
}
const at = (...seqs: number[]): Numbered[] => seqs.map((seq) => ({ seq }));
const seqsOf = (events: readonly Numbered[]) => events.map((event) => event.seq);
const caughtUpTo = (head: number): FeedState<Numbered> =>
  onCaughtUp(emptyFeed<Numbered>(), [], head).state;

describe("the feed", () => {
  it("shows nothing live before the first catch-up", () => {
    const step = onDelivered(emptyFeed<Numbered>(), { seq: 7 });
    expect(step.show).toEqual([]);
    expect(step.mustCatchUp).toBe(true);
  });

  it("shows the next event at once", () => {
    const step = onDelivered(caughtUpTo(4), { seq: 5 });
    expect(seqsOf(step.show)).toEqual([5]);
    expect(step.mustCatchUp).toBe(false);
  });

  it("drops what it has shown", () => {
    expect(onDelivered(caughtUpTo(4), { seq: 4 }).show).toEqual([]);
  });

  it("holds back what is ahead of a hole and asks the table", () => {
    const step = onDelivered(caughtUpTo(4), { seq: 7 });
    expect(step.show).toEqual([]);
    expect(step.mustCatchUp).toBe(true);
    const filled = onCaughtUp(step.state, at(5, 6, 7), 7);
    expect(seqsOf(filled.show)).toEqual([5, 6, 7]);
    expect(filled.mustCatchUp).toBe(false);
  });

  it("moves over the holes that retention left at the old end", () => {
    const step = onCaughtUp(emptyFeed<Numbered>(), at(91, 92), 92);
    expect(seqsOf(step.show)).toEqual([91, 92]);
    expect(seqsOf(onDelivered(step.state, { seq: 93 }).show)).toEqual([93]);
  });

  it("converges to the table after any loss, repetition and disorder (E3)", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.array(
          fc.oneof(
            fc.record({ kind: fc.constant("deliver" as const), seq: fc.nat(70) }),
            fc.record({ kind: fc.constant("catch up" as const), head: fc.nat(70) }),
          ),
          { maxLength: 120 },
        ),
        (rows, inputs) => {
          let state = emptyFeed<Numbered>();
          const shown: number[] = [];
          const catchUp = (head: number) => {
            const cursor = state.cursor ?? 0;
            const table = at(...Array.from({ length: head }, (_, i) => i + 1));
            const step = onCaughtUp(
              state,
              table.filter((event) => event.seq > cursor),
              head,
            );
            state = step.state;
            shown.push(...seqsOf(step.show));
          };
          for (const input of inputs) {
            if (input.kind === "catch up") catchUp(Math.min(input.head, rows));
            else if (input.seq >= 1 && input.seq <= rows) {
              const step = onDelivered(state, { seq: input.seq });
              state = step.state;
              shown.push(...seqsOf(step.show));
            }
          }
          catchUp(rows);
          expect(shown).toEqual(Array.from({ length: rows }, (_, i) => i + 1));
        },
      ),
    );
  });
});
