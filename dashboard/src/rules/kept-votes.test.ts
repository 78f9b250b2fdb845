import type { VoteFact } from "@portero/store";
import { describe, expect, it } from "vitest";
import { keptVotesOf } from "./kept-votes.ts";

const vote = {
  agreeing_frames: 2,
  weakest_character: 0.9,
  margin_nats: 6,
  fixed_doubt: null,
  second_doubt: null,
  if_sure: "grant",
};
const fact = (rest: Partial<VoteFact>): VoteFact => ({
  id: "alert",
  eventType: "unknown_vehicle",
  plate: "ABC1234",
  sightingId: "s1",
  alertEventId: null,
  kind: "alert",
  vote,
  ...rest,
});
const answer = (eventType: string, plate: string | null) =>
  fact({ id: eventType, eventType, plate, sightingId: null, alertEventId: "alert", kind: null });
const arrival = fact({ id: "arrival", eventType: "resident_arrived", kind: "grant" });

describe("keptVotesOf", () => {
  it.each<[string, VoteFact[], object[]]>([
    ["keeps what a guard was asked", [fact({})], [{ wasAsked: true, wasWrong: false }]],
    [
      "takes a vehicle that got in by itself in the end for admitted",
      [arrival, fact({})],
      [{ wasAsked: false }],
    ],
    [
      "tells two vehicles apart",
      [arrival, fact({ sightingId: "s2" })],
      [{ wasAsked: false }, { wasAsked: true }],
    ],
    ["knows a refusal", [answer("entry_refused", null), fact({})], [{ wasWrong: true }]],
    ["knows a correction", [answer("plate_corrected", "A8C1234"), fact({})], [{ wasWrong: true }]],
    [
      "takes a correction to the same plate for a confirmation",
      [answer("plate_corrected", "ABC1234"), fact({})],
      [{ wasWrong: false }],
    ],
    ["makes nothing of an answer alone", [answer("entry_refused", null)], []],
    [
      "counts a vehicle of earlier versions without a vote",
      [fact({ vote: null })],
      [{ standing: null, ifSure: null }],
    ],
  ])("%s", (_name, facts, expected) => {
    expect(keptVotesOf(facts)).toMatchObject(expected);
  });
});
