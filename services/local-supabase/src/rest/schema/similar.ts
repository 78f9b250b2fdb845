/** How alike two names are, in [0, 1]: one minus the share of characters to change (Levenshtein). */
export function similarity(a: string, b: string): number {
  const longest = Math.max(a.length, b.length);
  if (longest === 0) return 1;
  if (longest > 200) return 0;
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(
        Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + change),
      );
    }
    previous = row;
  }
  return 1 - (previous[b.length] ?? longest) / longest;
}

/** The most similar of `names`, if it is at least `minimum` alike. */
export function mostSimilar(
  name: string,
  names: Iterable<string>,
  minimum: number,
): string | undefined {
  let best: string | undefined;
  let score = minimum;
  for (const candidate of names) {
    const likeness = similarity(name.toLowerCase(), candidate.toLowerCase());
    if (likeness > score || (best === undefined && likeness === score)) {
      best = candidate;
      score = likeness;
    }
  }
  return best;
}
