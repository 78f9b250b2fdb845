import { describe, expect, it } from "vitest";
import { eventOf, sighting } from "./desk-fixtures.ts";
import { neighbourOf } from "./use-in-hand.ts";
import { storyOf } from "./visits.ts";

const events = ["a", "b", "c"].map((id) => eventOf(id, "unknown_vehicle", sighting(id)));
const all = [...storyOf(events, []).visits.values()];
const of = (id: string) => all.find(({ event }) => event.id === id);

describe("moving along the queue", () => {
  it.each([
    ["goes on from one that waits", "abc", "a", 1, "b"],
    ["goes back from one that waits", "abc", "c", -1, "b"],
    ["stays at the end", "abc", "c", 1, "c"],
    ["stays at the beginning", "abc", "a", -1, "a"],
    ["goes on from one that has been answered, past those before it", "ac", "b", 1, "c"],
    ["goes back from one that has been answered", "ac", "b", -1, "a"],
    ["begins with the longest wait", "abc", "", 1, "a"],
  ] as const)("%s", (_name, queue, from, step, to) => {
    const waiting = [...queue].flatMap((id) => of(id) ?? []);
    expect(waiting[neighbourOf(waiting, of(from), step)]?.event.id).toBe(to);
  });
});
