/** A field that somebody else has changed while it was being edited, in words. */
export interface ConflictingField {
  /** The column's name, as the record has it. */
  field: string;
  before: string;
  now: string;
  /** What the person at this screen wrote there; null where they left it alone. */
  typed: string | null;
}

/** An edit that somebody else's came before. Saving again is knowing: what was typed here wins, the rest stays theirs. */
export class EditConflict extends Error {
  /** Null where the record may not be read or does not say. */
  readonly who: string | null;
  readonly isRemoved: boolean;
  readonly fields: readonly ConflictingField[];

  constructor(conflict: {
    who: string | null;
    isRemoved: boolean;
    fields: readonly ConflictingField[];
  }) {
    super("changed by somebody else");
    this.name = "EditConflict";
    this.who = conflict.who;
    this.isRemoved = conflict.isRemoved;
    this.fields = conflict.fields;
  }
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

type Fields = Record<string, unknown>;

/** What to save: the fields that were changed here, over the entry as it is now. */
export function mergedEdit<V extends object>(base: object, now: object, typed: V): V {
  const merged = Object.entries(typed).map(([field, value]) => [
    field,
    same(value, (base as Fields)[field]) ? (now as Fields)[field] : value,
  ]);
  return Object.fromEntries(merged) as V;
}

/** The fields that are not any more as they were on the screen when the edit began. */
export function conflictingFields(
  base: object,
  now: object,
  typed: object,
  words: (field: string, value: unknown) => string,
): ConflictingField[] {
  const [was, is] = [base as Fields, now as Fields];
  return Object.entries(typed)
    .filter(([field]) => !same(was[field], is[field]))
    .map(([field, value]) => ({
      field: field.replace(/Ms$/, "").replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      before: words(field, was[field]),
      now: words(field, is[field]),
      typed: same(value, was[field]) || same(value, is[field]) ? null : words(field, value),
    }));
}
