import { randomFrom } from "./random.ts";

const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * `count` other plates that look like this one: every plate that differs in one character, then such
 * that differ in two. Never the plate itself.
 */
export function decoysOf(plate: string, count: number, seed: string): string[] {
  const random = randomFrom(seed);
  const changed = (text: string, place: number, character: string) =>
    text.slice(0, place) + character + text.slice(place + 1);
  const decoys = new Set<string>();
  for (let place = 0; place < plate.length; place++) {
    for (const character of CHARACTERS) decoys.add(changed(plate, place, character));
  }
  decoys.delete(plate);
  while (decoys.size < count) {
    let decoy = plate;
    for (let change = 0; change < 2; change++) {
      const place = Math.floor(random() * plate.length);
      decoy = changed(decoy, place, CHARACTERS.charAt(Math.floor(random() * CHARACTERS.length)));
    }
    if (decoy !== plate) decoys.add(decoy);
  }
  return [...decoys].slice(0, count);
}
