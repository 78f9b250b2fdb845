import { describe, expect, it } from "vitest";
import { type LinkEvent, type LinkState, nextLinkState } from "./link-state.ts";

const states: Record<string, LinkState> = {
  "connecting 5 #2": { kind: "connecting", version: 5, attempt: 2 },
  "connecting 4 #2": { kind: "connecting", version: 4, attempt: 2 },
  "connected 5 #0": { kind: "connected", version: 5, attempt: 0 },
  "connected 4 #0": { kind: "connected", version: 4, attempt: 0 },
  "waiting 5 #2": { kind: "waiting", version: 5, attempt: 2 },
  "waiting 4 #2": { kind: "waiting", version: 4, attempt: 2 },
};

/** Every state × every event. A dot stands for "stays". */
const TRANSITIONS = `
  state           | connected      | version_refused | hung_up      | failed       | rested
  connecting 5 #2 | connected 5 #0 | connecting 4 #2 | waiting 4 #2 | waiting 5 #2 | .
  connecting 4 #2 | connected 4 #0 | waiting 5 #2    | waiting 5 #2 | waiting 4 #2 | .
  connected 5 #0  | .              | .               | waiting 5 #0 | waiting 5 #0 | .
  connected 4 #0  | .              | .               | waiting 4 #0 | waiting 4 #0 | .
  waiting 5 #2    | .              | .               | .            | .            | connecting 5 #3
  waiting 4 #2    | .              | .               | .            | .            | connecting 4 #3
`;

const [header = [], ...body] = TRANSITIONS.trim()
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()));
const cases = body.flatMap(([row = "", ...cells]) =>
  cells.map((cell, index) => [row, header[index + 1] ?? "", cell] as const),
);

describe("nextLinkState", () => {
  it("has a row for every state", () => {
    expect(body.map(([row]) => row)).toEqual(Object.keys(states));
  });

  it.each(cases)("%s, %s → %s", (row, event, cell) => {
    const state = states[row];
    if (!state) throw new Error("no such row");
    const { kind, version, attempt } = nextLinkState(state, event as LinkEvent);
    expect(`${kind} ${version} #${attempt}`).toBe(cell === "." ? row : cell);
  });
});
