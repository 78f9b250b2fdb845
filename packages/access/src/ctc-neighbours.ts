import { CTC_CLASSES, type CtcMatrix, PLATE_ALPHABET, PROBABILITY_FLOOR } from "./ctc.ts";

/**
 * `logLikelihood` of every text that differs from `text` in one character, `text` itself included, from
 * one forward and one backward pass: a character's segment is joined to what comes before and after it.
 * A hundred times cheaper than scoring them one by one.
 */
export function neighbourLikelihoods(matrix: CtcMatrix, text: string): Map<string, number> {
  const steps = Math.floor(matrix.length / CTC_CLASSES);
  const probability = flooredCopy(matrix);
  const classes = classesOf(text);
  const before = forwardPass(probability, classes, steps);
  const after = backwardPass(probability, classes, steps);
  const states = classes.length;
  const likelihoods = new Map<string, number>();

  for (let place = 0; place < text.length; place++) {
    const blankBefore = 2 * place;
    const blankAfter = 2 * place + 2;
    const previous = place > 0 ? at(classes, blankBefore - 1) : 0;
    const next = place < text.length - 1 ? at(classes, blankAfter + 1) : 0;
    for (let k = 1; k < CTC_CLASSES; k++) {
      let segment = place === 0 ? at(probability, k) : 0;
      let total = 0;
      for (let step = 0; step < steps; step++) {
        if (step > 0) {
          const row = (step - 1) * states;
          let entering = at(before, row + blankBefore);
          if (previous !== 0 && k !== previous) entering += at(before, row + blankBefore - 1);
          segment = (segment + entering) * at(probability, step * CTC_CLASSES + k);
        }
        if (step === steps - 1) {
          if (next === 0) total += segment;
        } else {
          const row = (step + 1) * states;
          let leaving = at(after, row + blankAfter);
          if (next !== 0 && k !== next) leaving += at(after, row + blankAfter + 1);
          total += segment * leaving;
        }
      }
      const neighbour = text.slice(0, place) + PLATE_ALPHABET.charAt(k - 1) + text.slice(place + 1);
      likelihoods.set(neighbour, Math.log(total));
    }
  }
  return likelihoods;
}

/** Probability of all paths that stand in a state at a step, that step included (steps × states). */
function forwardPass(probability: Float64Array, classes: Uint8Array, steps: number): Float64Array {
  const states = classes.length;
  const table = new Float64Array(steps * states);
  table[0] = at(probability, 0);
  table[1] = at(probability, at(classes, 1));
  for (let step = 1; step < steps; step++) {
    const from = (step - 1) * states;
    for (let state = 0; state < states; state++) {
      let sum = at(table, from + state);
      if (state > 0) sum += at(table, from + state - 1);
      if (maySkip(classes, state)) sum += at(table, from + state - 2);
      table[step * states + state] = sum * at(probability, step * CTC_CLASSES + at(classes, state));
    }
  }
  return table;
}

/** Probability of all ways on from a state at a step, that step included (steps × states). */
function backwardPass(probability: Float64Array, classes: Uint8Array, steps: number): Float64Array {
  const states = classes.length;
  const table = new Float64Array(steps * states);
  const end = (steps - 1) * states;
  table[end + states - 1] = at(probability, (steps - 1) * CTC_CLASSES);
  table[end + states - 2] = at(probability, (steps - 1) * CTC_CLASSES + at(classes, states - 2));
  for (let step = steps - 2; step >= 0; step--) {
    const to = (step + 1) * states;
    for (let state = 0; state < states; state++) {
      let sum = at(table, to + state);
      if (state < states - 1) sum += at(table, to + state + 1);
      if (state < states - 2 && maySkip(classes, state + 2)) sum += at(table, to + state + 2);
      table[step * states + state] = sum * at(probability, step * CTC_CLASSES + at(classes, state));
    }
  }
  return table;
}

/** A blank between two characters may be left out, unless they are equal. */
function maySkip(classes: Uint8Array, state: number): boolean {
  return state > 1 && at(classes, state) !== 0 && at(classes, state) !== at(classes, state - 2);
}

/** A blank before, between and after the characters. */
function classesOf(text: string): Uint8Array {
  const classes = new Uint8Array(2 * text.length + 1);
  for (let i = 0; i < text.length; i++) {
    classes[2 * i + 1] = PLATE_ALPHABET.indexOf(text.charAt(i)) + 1;
  }
  return classes;
}

function flooredCopy(matrix: CtcMatrix): Float64Array {
  // `Float64Array.from` with a function takes as long as all the rest here.
  const copy = new Float64Array(matrix);
  for (let i = 0; i < copy.length; i++) copy[i] = Math.max(at(copy, i), PROBABILITY_FLOOR);
  return copy;
}

/** The loops above stay within the arrays; this tells the compiler so. */
function at(values: Float64Array | Uint8Array, index: number): number {
  return values[index] as number;
}
