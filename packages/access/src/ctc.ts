/** The characters a plate may carry; class k > 0 of a reader's output is `PLATE_ALPHABET[k - 1]`. */
export const PLATE_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Classes of a reader's output: the CTC blank (class 0) and the alphabet. */
export const CTC_CLASSES = PLATE_ALPHABET.length + 1;

/**
 * What a reader saw in one crop: `Float32Array`, steps × 37, row-major, each row a probability
 * distribution (class 0 is the CTC blank). Plain data: it crosses threads and can be stored.
 */
export type CtcMatrix = Float32Array;

/** One character of a greedy reading: the steps that show it and the mean probability there. */
export interface CtcCharacter {
  character: string;
  confidence: number;
  firstStep: number;
  lastStep: number;
}

/** Below this a class counts as "almost impossible", so that one bad crop cannot veto all others. */
export const PROBABILITY_FLOOR = 1e-7;

/** The most probable class of every step, repetitions and blanks removed (Graves et al. 2006). */
export function readGreedily(matrix: CtcMatrix): CtcCharacter[] {
  const characters: CtcCharacter[] = [];
  let previous = 0;
  for (let step = 0; step < stepsOf(matrix); step++) {
    const row = step * CTC_CLASSES;
    let best = 0;
    for (let k = 1; k < CTC_CLASSES; k++) {
      if (at(matrix, row + k) > at(matrix, row + best)) best = k;
    }
    const probability = at(matrix, row + best);
    const last = characters.at(-1);
    if (best !== 0 && best === previous && last) {
      last.lastStep = step;
      last.confidence = Math.max(last.confidence, probability);
    } else if (best !== 0) {
      const character = PLATE_ALPHABET.charAt(best - 1);
      characters.push({ character, confidence: probability, firstStep: step, lastStep: step });
    }
    previous = best;
  }
  return characters;
}

/** The characters of a greedy reading as text. */
export function textOf(characters: readonly CtcCharacter[]): string {
  return characters.map(({ character }) => character).join("");
}

/**
 * Natural logarithm of the probability that the crop shows exactly `text`, summed over all CTC
 * alignments (the forward pass of Graves et al. 2006), in the probability domain with rescaling.
 */
export function logLikelihood(matrix: CtcMatrix, text: string): number {
  const states = text.length * 2 + 1;
  const classes = new Uint8Array(states);
  for (let i = 0; i < text.length; i++) {
    classes[2 * i + 1] = PLATE_ALPHABET.indexOf(text.charAt(i)) + 1;
  }
  const steps = stepsOf(matrix);
  const forward = new Float64Array(states);
  forward[0] = floored(at(matrix, 0));
  if (states > 1) forward[1] = floored(at(matrix, at(classes, 1)));
  let logScale = 0;
  for (let step = 1; step < steps; step++) {
    const row = step * CTC_CLASSES;
    // A state is reached from at most two states further back at each step.
    const last = Math.min(states - 1, 2 * step + 1);
    const blank = floored(at(matrix, row));
    let highest = 0;
    for (let state = last; state >= 0; state--) {
      let sum = at(forward, state);
      if (state > 0) sum += at(forward, state - 1);
      let value: number;
      if ((state & 1) === 0) {
        value = sum * blank;
      } else {
        const own = at(classes, state);
        if (state > 1 && own !== at(classes, state - 2)) sum += at(forward, state - 2);
        value = sum * floored(at(matrix, row + own));
      }
      forward[state] = value;
      if (value > highest) highest = value;
    }
    if (highest < 1e-60 && highest > 0) {
      for (let state = 0; state < states; state++) forward[state] = at(forward, state) / highest;
      logScale += Math.log(highest);
    }
  }
  const total = at(forward, states - 1) + (states > 1 ? at(forward, states - 2) : 0);
  return logScale + Math.log(total);
}

/** Mean log-likelihood of `text` over the crops of one read. */
export function meanLogLikelihood(crops: readonly CtcMatrix[], text: string): number {
  return crops.reduce((sum, crop) => sum + logLikelihood(crop, text), 0) / crops.length;
}

function stepsOf(matrix: CtcMatrix): number {
  return Math.floor(matrix.length / CTC_CLASSES);
}

function floored(probability: number): number {
  return Math.max(probability, PROBABILITY_FLOOR);
}

/** The loops above stay within the arrays; this tells the compiler so. */
function at(values: Float32Array | Float64Array | Uint8Array, index: number): number {
  return values[index] as number;
}
