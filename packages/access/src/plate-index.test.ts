import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookAlikeClass, resolveLookAlikes } from "./plate.ts";
import { formatsOf } from "./plate-formats.ts";
import { indexPlates } from "./plate-index.ts";

const br = formatsOf(["br"]);

describe("PlateIndex.match (G7)", () => {
  it.each([
    ["finds a plate as it is enrolled", ["ABC1234"], "ABC1234", "ABC1234"],
    ["finds none for a neighbour", ["ABC1234"], "A8C1234", undefined],
    ["takes O for 0 where a digit is fixed", ["KLM5550"], "KLM555O", "KLM5550"],
    ["takes a plate that is enrolled with O for 0 as well", ["KLM555O"], "KLM5550", "KLM555O"],
    [
      "finds a spelling that no format holds, alone in its class",
      ["KLM555O"],
      "KLM555O",
      "KLM555O",
    ],
    ["leaves two of one class to the guard", ["OBC1234", "QBC1234"], "0BC1234", "ambiguous"],
    ["tells two letters apart", ["OBC1234", "QBC1234"], "QBC1234", "QBC1234"],
    ["takes the spelling that the format holds", ["KLM555O", "KLM5550"], "KLM5550", "KLM5550"],
    ["leaves a spelling that means another", ["KLM555O", "KLM5550"], "KLM555O", "ambiguous"],
  ] as const)("%s", (_name, enrolled, read, found) => {
    const match = indexPlates(enrolled, br).match(read);
    expect(match.kind === "enrolled" ? match.plate : match.kind).toBe(found ?? "none");
  });

  it("opens for one of several of a class only where the formats leave its spelling as it is", () => {
    const spelling = fc
      .array(fc.constantFrom(..."0OQ1IA5"), { minLength: 6, maxLength: 7 })
      .map((characters) => characters.join(""));
    const lookAlikesOf = (plate: string) =>
      fc
        .array(fc.constantFrom(..."0OQ"), { minLength: plate.length, maxLength: plate.length })
        .map((others) => [...plate].map((c, i) => ("0OQ".includes(c) ? others[i] : c)).join(""));
    const cases = spelling.chain((read) =>
      fc.record({
        read: fc.constant(read),
        enrolled: fc.array(fc.oneof(fc.constant(read), lookAlikesOf(read)), { maxLength: 4 }),
        sites: fc.subarray(["mx", "br", "ar", "eu", "us"]),
      }),
    );
    fc.assert(
      fc.property(cases, ({ read, enrolled, sites }) => {
        const formats = formatsOf(sites);
        const match = indexPlates(enrolled, formats).match(read);
        if (match.kind !== "enrolled") return;
        expect(enrolled).toContain(match.plate);
        const sharers = new Set(
          enrolled.filter((plate) => lookAlikeClass(plate) === lookAlikeClass(read)),
        );
        if (sharers.size > 1) expect(match.plate).toBe(resolveLookAlikes(read, formats));
      }),
      { numRuns: 2000 },
    );
  });
});
