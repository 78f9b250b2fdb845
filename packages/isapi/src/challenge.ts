/** One offer of a `WWW-Authenticate` header, its parameter names in lower case. */
export interface Challenge {
  scheme: "digest" | "basic";
  parameters: ReadonlyMap<string, string>;
}

const SCHEME = /(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)\s+(?=[A-Za-z0-9-]+\s*=)/g;
const PARAMETER = /([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/g;
const ALGORITHMS = [
  "SHA-512-256-sess",
  "SHA-512-256",
  "SHA-256-sess",
  "SHA-256",
  "MD5-sess",
  "MD5",
] as const;

/** Strongest first. The names are digest-fetch's. */
export type DigestAlgorithm = (typeof ALGORITHMS)[number];

/**
 * The offers of a `WWW-Authenticate` header (RFC 7235 §4.1): several schemes may share a line,
 * parameters come in any order, quoted or not.
 */
export function parseChallenges(header: string): Challenge[] {
  const starts = [...header.slice(0, 4096).matchAll(SCHEME)];
  return starts.flatMap((start, index) => {
    const scheme = start[1]?.toLowerCase();
    if (scheme !== "digest" && scheme !== "basic") return [];
    const from = start.index + start[0].length;
    const text = header.slice(from, starts[index + 1]?.index ?? header.length);
    const parameters = new Map<string, string>();
    for (const [, name = "", quoted, bare] of text.matchAll(PARAMETER)) {
      parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "");
    }
    return [{ scheme, parameters }];
  });
}

/** The algorithm a digest challenge asks for, or null when we cannot do it. */
export function algorithmOf(challenge: Challenge): DigestAlgorithm | null {
  const name = challenge.parameters.get("algorithm") ?? "MD5";
  return ALGORITHMS.find((known) => known.toLowerCase() === name.toLowerCase()) ?? null;
}

/** The strongest digest offer; Basic only where `allowBasic` says the network can be trusted. */
export function chooseChallenge(header: string, allowBasic: boolean): Challenge | null {
  const offers = parseChallenges(header);
  const digests = offers.flatMap((offer) => {
    const algorithm = offer.scheme === "digest" ? algorithmOf(offer) : null;
    return algorithm && offer.parameters.get("nonce") ? [{ offer, algorithm }] : [];
  });
  digests.sort((a, b) => ALGORITHMS.indexOf(a.algorithm) - ALGORITHMS.indexOf(b.algorithm));
  const basic = allowBasic ? offers.find((offer) => offer.scheme === "basic") : undefined;
  return digests[0]?.offer ?? basic ?? null;
}

/** The device says that the digest was right and only its nonce too old (RFC 7616 §3.3). */
export function isStale(challenge: Challenge): boolean {
  return challenge.parameters.get("stale")?.toLowerCase() === "true";
}
