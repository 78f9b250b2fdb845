import { CTC_CLASSES, type CtcMatrix, PLATE_ALPHABET } from "@portero/access";
import { describe, expect, it } from "vitest";
import { readingOf } from "./plate-reading.ts";

/** A crop whose characters each stand for one step with this probability, blanks between them; the rest is spread. */
function cropOf(text: string, probability: number): CtcMatrix {
  const classes = [...text].flatMap((character) => [0, PLATE_ALPHABET.indexOf(character) + 1]);
  const crop = new Float32Array(classes.length * CTC_CLASSES);
  crop.fill((1 - probability) / (CTC_CLASSES - 1));
  for (const [step, k] of classes.entries()) crop[step * CTC_CLASSES + k] = probability;
  return crop;
}

describe("what the crops of one plate show together", () => {
  it("is no more certain than the crop that likes it least", () => {
    const certain = readingOf([cropOf("AB123CD", 0.999), cropOf("AB123CD", 0.999)], [], 3);
    const spoilt = readingOf([cropOf("AB123CD", 0.999), cropOf("AB123CD", 0.9)], [], 3);
    const worst = readingOf([cropOf("AB123CD", 0.9)], [], 3);
    expect(spoilt.text).toBe("AB123CD");
    expect(certain.confidence).toBeGreaterThan(0.98);
    expect(spoilt.confidence).toBeCloseTo(worst.confidence, 6);
  });

  it("is the text that the crops like best in the mean", () => {
    const crops = [cropOf("AB123CD", 0.99), cropOf("AB123CD", 0.99), cropOf("A8123CD", 0.9)];
    expect(readingOf(crops, [], 3).text).toBe("AB123CD");
  });

  it("is nothing where no crop shows a character", () => {
    const blank = new Float32Array(4 * CTC_CLASSES);
    for (let step = 0; step < 4; step++) blank[step * CTC_CLASSES] = 1;
    expect(readingOf([blank], [], 3)).toMatchObject({ text: "", confidence: 0 });
  });
});
