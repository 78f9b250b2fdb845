import { fitsFormat, mayStandAt, type PlateFormat } from "./plate-formats.ts";

const SEPARATORS = /[ .-]/g;
const COMPARISON_FORM = /^[A-Z0-9]{2,10}$/;
const WRITTEN_FORM = /^[A-Za-z0-9 .-]{2,40}$/;

/**
 * The comparison form of a plate as people write it ("abc-1234" → "ABC1234"), or undefined where it
 * is none. Spaces, hyphens and dots are dropped. Letters of other scripts, zero-width characters and
 * letters that only become ASCII by upper-casing (ı, ß) are refused, never stripped or mapped.
 */
export function normalizePlate(written: string): string | undefined {
  const compatible = written.normalize("NFKC").trim();
  if (!WRITTEN_FORM.test(compatible)) return undefined;
  const plate = compatible.replace(SEPARATORS, "").toUpperCase();
  return COMPARISON_FORM.test(plate) ? plate : undefined;
}

/** Whether a text is as long as a plate may be: what is longer was read into a slogan or a grille. */
export function hasPlateLength(text: string): boolean {
  return text.length >= 2 && text.length <= 10;
}

/** The same text for all plates that differ by O/0/Q and I/1 alone: enrolment refuses two of one class. */
export function lookAlikeClass(plate: string): string {
  return plate.replace(/[OQ]/g, "0").replace(/I/g, "1");
}

/** Whether two plates differ by O/0/Q and I/1 at most. */
export function isSameClass(a: string, b: string): boolean {
  return lookAlikeClass(a) === lookAlikeClass(b);
}

const HAS_LOOK_ALIKE = /[0OQ1I]/;
const AS_DIGIT: Record<string, string> = { O: "0", Q: "0", I: "1" };
const AS_LETTER: Record<string, string> = { "0": "O", "1": "I" };

/**
 * The plate that a read must mean under these formats: O and Q become 0, and I becomes 1, where a
 * digit is fixed, and the reverse where a letter is. What is legal already, what fits no format and
 * what could become two different plates stays as it is: this never guesses.
 */
export function resolveLookAlikes(read: string, formats: readonly PlateFormat[]): string {
  if (!HAS_LOOK_ALIKE.test(read)) return read;
  if (formats.some((format) => fitsFormat(read, format))) return read;
  const meanings = new Set<string>();
  for (const format of formats) {
    if (format.pattern.length !== read.length) continue;
    const meaning = [...read].map((character, place) => {
      if (mayStandAt(character, place, format)) return character;
      const other = AS_DIGIT[character] ?? AS_LETTER[character];
      return other !== undefined && mayStandAt(other, place, format) ? other : undefined;
    });
    if (!meaning.includes(undefined)) meanings.add(meaning.join(""));
  }
  const [only] = meanings;
  return meanings.size === 1 && only !== undefined ? only : read;
}

/**
 * True where a read and an enrolled plate are the same plate: equal, or different only by O/0/Q and
 * I/1 at places where the site's formats leave no choice between letter and digit. Nothing else ever
 * counts as equal; two letters that look alike (O and Q) are two plates.
 */
export function isSamePlate(
  read: string,
  enrolled: string,
  formats: readonly PlateFormat[],
): boolean {
  if (read === enrolled) return true;
  return (
    isSameClass(read, enrolled) &&
    resolveLookAlikes(read, formats) === resolveLookAlikes(enrolled, formats)
  );
}
