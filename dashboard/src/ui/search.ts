/** A text as a search compares it: without case, accents and repeated blanks. */
function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

/** A plate written with separators or look-alikes still finds it. */
function foldPlate(text: string): string {
  return fold(text)
    .replace(/[^a-z0-9]/g, "")
    .replace(/[oq]/g, "0")
    .replace(/i/g, "1");
}

/**
 * Whether every word of what was typed is somewhere in the entry. Forgives case, accents, the order of words and, in
 * plates, separators and the characters that are one on a plate (O and 0, I and 1).
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
