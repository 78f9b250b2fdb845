/** How many characters to insert, delete or replace to get from one name to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** Longer than any name in a catalog; nothing is similar to it. */
const MAX_LENGTH = 200;

/** The most similar of `names`, if at least the share `minimum` of it is the same. */
export function mostSimilar(
  name: string,
  names: Iterable<string>,
  minimum: number,
): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let bestShare = minimum;
  for (const candidate of names) {
    const changes = distance(name.toLowerCase(), candidate.toLowerCase());
    const share = 1 - changes / Math.max(name.length, candidate.length, 1);
    if (share > bestShare || (best === undefined && share === bestShare)) {
      best = candidate;
      bestShare = share;
    }
  }
  return best;
}

/** The column that Postgres would suggest: at most 3 changes away, at most half its length, unrivalled. */
export function misspelled(name: string, columns: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const near = [...columns]
    .map((column) => ({ column, changes: distance(name, column) }))
    .filter(({ column, changes }) => changes <= Math.min(3, Math.floor(column.length / 2)))
    .sort((a, b) => a.changes - b.changes);
  const [first, second] = near;
  return first && first.changes !== second?.changes ? first.column : undefined;
}
