import type { StoreClient } from "../client.ts";
import { unwrap } from "../errors.ts";

const BUCKET = "snapshots";
const LIFETIME_S = 300;
/** A link is renewed while it still has this long to live. */
const SPARE_MS = 60_000;
const MAX_CACHED = 500;

export interface SnapshotUrls {
  /**
   * A link to a picture that works for at least a minute. The same link is given while it lasts, so that the browser's
   * cache works. @throws {StoreError} `not_found` while the picture has not arrived
   */
  urlOf(path: string): Promise<string>;
}

/** Signs links to private pictures and keeps them as long as they are good. */
export function createSnapshotUrls(client: StoreClient, now: () => number): SnapshotUrls {
  const cached = new Map<string, { url: Promise<string>; untilMs: number }>();
  const sign = async (path: string): Promise<string> => {
    const answer = await client.storage.from(BUCKET).createSignedUrl(path, LIFETIME_S);
    return unwrap("sign a picture's link", answer).signedUrl;
  };
  return {
    urlOf(path) {
      const known = cached.get(path);
      if (known && known.untilMs > now()) return known.url;
      const url = sign(path);
      cached.delete(path);
      cached.set(path, { url, untilMs: now() + LIFETIME_S * 1000 - SPARE_MS });
      for (const oldest of cached.keys()) {
        if (cached.size <= MAX_CACHED) break;
        cached.delete(oldest);
      }
      url.catch(() => cached.delete(path));
      return url;
    },
  };
}
