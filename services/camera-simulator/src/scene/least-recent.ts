/** Keeps the answers used last; what is not used for long makes room. */
export interface LeastRecent<T> {
  /** The kept answer for `key`, or the one `make` gives, which is kept too. */
  get(key: string, make: () => Promise<T>): Promise<T>;
}

/** A store of at most `limit` answers; a failed one is not kept. */
export function leastRecent<T>(limit: number): LeastRecent<T> {
  const kept = new Map<string, Promise<T>>();
  return {
    get(key, make) {
      const known = kept.get(key);
      if (known !== undefined) {
        kept.delete(key);
        kept.set(key, known);
        return known;
      }
      const made = make();
      kept.set(key, made);
      made.catch(() => kept.delete(key));
      for (const oldest of kept.keys()) {
        if (kept.size <= limit) break;
        kept.delete(oldest);
      }
      return made;
    },
  };
}
