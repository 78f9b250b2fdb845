import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CTC_CLASSES, logLikelihood, PLATE_ALPHABET, readGreedily, textOf } from "./ctc.ts";
import { neighbourLikelihoods } from "./ctc-neighbours.ts";
import { sampleMatrix } from "./read-samples.ts";

const plates = fc.stringMatching(/^[A-Z0-9]{2,8}$/);

/** Every probability distribution over a few steps of three classes: blank, "0" and "1". */
const tinyMatrices = fc
  .array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 5 })
  .map((rows) => {
    const matrix = new Float32Array(rows.length * CTC_CLASSES);
    for (const [step, row] of rows.entries()) {
      const total = row[0] + row[1] + row[2] + 3;
      for (const k of [0, 1, 2]) matrix[step * CTC_CLASSES + k] = ((row[k] ?? 0) + 1) / total;
    }
    return matrix;
  });

describe("logLikelihood", () => {
  it("equals the sum over all alignments, counted one by one", () => {
    fc.assert(
      fc.property(tinyMatrices, fc.stringMatching(/^[01]{0,3}$/), (matrix, text) => {
        expect(Math.exp(logLikelihood(matrix, text))).toBeCloseTo(sumOfPaths(matrix, text), 4);
      }),
    );
  });

  it("is highest for the text that the matrix shows", () => {
    fc.assert(
      fc.property(plates, plates, (shown, other) => {
        fc.pre(shown !== other);
        const matrix = sampleMatrix(shown);
        expect(logLikelihood(matrix, shown)).toBeGreaterThan(logLikelihood(matrix, other));
      }),
    );
  });

  it("stays finite for a text that the matrix rules out", () => {
    expect(logLikelihood(sampleMatrix("ABC123", { confidence: 1 }), "XYZ789")).toBeLessThan(-50);
    expect(Number.isFinite(logLikelihood(sampleMatrix("AB", { confidence: 1 }), "XY"))).toBe(true);
  });

  it("is -Infinity for a text longer than the steps", () => {
    expect(logLikelihood(sampleMatrix("AB"), "ABCDEFGH12345")).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("neighbourLikelihoods", () => {
  it("scores every plate that differs in one character as logLikelihood does", () => {
    fc.assert(
      fc.property(
        plates,
        plates,
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (shown, text, confidence) => {
          const matrix = sampleMatrix(shown, { confidence });
          const likelihoods = neighbourLikelihoods(matrix, text);
          expect(likelihoods.size).toBe(text.length * 35 + 1);
          for (const [neighbour, likelihood] of likelihoods) {
            const isImpossible = !Number.isFinite(likelihood);
            expect(isImpossible).toBe(!Number.isFinite(logLikelihood(matrix, neighbour)));
            if (isImpossible) continue;
            const difference = Math.abs(likelihood - logLikelihood(matrix, neighbour));
            expect(difference).toBeLessThan(1e-6 * Math.abs(likelihood) + 1e-6);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("readGreedily", () => {
  it("reads back what a matrix shows, doubled characters included", () => {
    fc.assert(
      fc.property(plates, (text) => {
        expect(textOf(readGreedily(sampleMatrix(text)))).toBe(text);
      }),
    );
  });

  it("tells where a character stands and how probable it is", () => {
    const [first] = readGreedily(sampleMatrix("A1", { confidence: 0.75 }));
    expect(first).toEqual({ character: "A", confidence: 0.75, firstStep: 1, lastStep: 1 });
  });
});

/** All paths of classes through the steps that collapse to `text`. */
function sumOfPaths(matrix: Float32Array, text: string): number {
  const steps = matrix.length / CTC_CLASSES;
  let sum = 0;
  for (let path = 0; path < 3 ** steps; path++) {
    let probability = 1;
    let shown = "";
    let previous = 0;
    for (let step = 0; step < steps; step++) {
      const k = Math.floor(path / 3 ** step) % 3;
      probability *= matrix[step * CTC_CLASSES + k] ?? 0;
      if (k !== 0 && k !== previous) shown += PLATE_ALPHABET.charAt(k - 1);
      previous = k;
    }
    if (shown === text) sum += probability;
  }
  return sum;
}
