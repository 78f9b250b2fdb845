import { lookAlikeClass } from "@portero/access";
import { randomFrom } from "./random.ts";

const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * `count` other plates that look like this one: every plate that differs in one character, then such
 * that differ in two. Never the plate itself, nor one that differs by O/0/Q and I/1 alone: enrolment
 * refuses two plates of one look-alike class.
 */
export function decoysOf(plate: string, count: number, seed: string): string[] {
  const random = randomFrom(seed);
  const changed = (text: string, place: number, character: string) =>
    text.slice(0, place) + character + text.slice(place + 1);
  const decoys = new Set<string>();
  const add = (decoy: string) => {
    if (lookAlikeClass(decoy) !== lookAlikeClass(plate)) decoys.add(decoy);
  };
  for (let place = 0; place < plate.length; place++) {
    for (const character of CHARACTERS) add(changed(plate, place, character));
  }
  while (decoys.size < count) {
    let decoy = plate;
    for (let change = 0; change < 2; change++) {
      const place = Math.floor(random() * plate.length);
      decoy = changed(decoy, place, CHARACTERS.charAt(Math.floor(random() * CHARACTERS.length)));
    }
    add(decoy);
  }
  return [...decoys].slice(0, count);
}
