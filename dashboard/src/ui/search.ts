/** A text as a search compares it: without case, accents and repeated blanks. */
function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

/** A plate written with separators or look-alikes still finds it. */
function foldPlate(text: string): string {
  return fold(text)
    .replace(/[^a-z0-9]/g, "")
    .replace(/[oq]/g, "0")
    .replace(/i/g, "1")
    .replace(/z/g, "2")
    .replace(/s/g, "5")
    .replace(/b/g, "8");
}

/**
 * Whether every word of what was typed is somewhere in the entry. Forgives case, accents, the order of words and, in
 * plates, separators and the characters that people mistake for one another (O 0 Q, I 1, Z 2, S 5, B 8).
 */
export function matches(
  typed: string,
  entry: { texts: readonly string[]; plates?: readonly string[] },
): boolean {
  const text = fold(entry.texts.join(" "));
  const plates = (entry.plates ?? []).map(foldPlate);
  const whole = foldPlate(typed);
  if (whole.length >= 2 && plates.some((plate) => plate.includes(whole))) return true;
  return fold(typed)
    .split(" ")
    .every(
      (word) =>
        text.includes(word) ||
        (foldPlate(word) !== "" && plates.some((plate) => plate.includes(foldPlate(word)))),
    );
}
