import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

interface DigestGuardOptions {
  realm: string;
  username: string;
  password: string;
  /** How long a nonce lasts. */
  nonceLifeMs: number;
  /** Failures after which the account is locked. */
  maxFailures: number;
  lockMs: number;
}

/** What a camera makes of a request's credentials. */
export type Verdict =
  | { kind: "admitted" }
  | {
      kind: "refused";
      wwwAuthenticate: string;
      isLocked: boolean;
      unlockAfterMs: number;
      attemptsLeft: number;
    };

const MAX_NONCES = 1_000;

/**
 * Digest authentication as Hikvision cameras do it (RFC 7616, MD5, qop auth): nonces wear out, the
 * count must grow, and after some failures the account is locked for half an hour, even for the
 * right password.
 */
export class DigestGuard {
  readonly #options: DigestGuardOptions;
  readonly #nonces = new Map<string, { bornMs: number; count: number }>();
  #failures = 0;
  #lockedUntilMs = 0;

  constructor(options: DigestGuardOptions) {
    this.#options = options;
  }

  check(method: string, url: string, authorization: string, nowMs: number): Verdict {
    if (nowMs < this.#lockedUntilMs) return this.#refused(false, nowMs);
    const given = parametersOf(authorization);
    if (!given) return this.#refused(false, nowMs);
    const nonce = this.#nonces.get(given["nonce"] ?? "");
    const count = Number.parseInt(given["nc"] ?? "", 16);
    if (!this.#isRight(method, url, given)) return this.#failed(nowMs);
    const isStale = !nonce || nowMs - nonce.bornMs > this.#options.nonceLifeMs;
    if (isStale || !(count > nonce.count)) return this.#refused(true, nowMs);
    nonce.count = count;
    this.#failures = 0;
    return { kind: "admitted" };
  }

  /** Every nonce given out so far is too old. */
  forgetNonces(): void {
    this.#nonces.clear();
  }

  /** As a person at the camera's web page would. */
  unlock(): void {
    this.#failures = 0;
    this.#lockedUntilMs = 0;
  }

  isLockedAt(nowMs: number): boolean {
    return nowMs < this.#lockedUntilMs;
  }

  #failed(nowMs: number): Verdict {
    this.#failures += 1;
    if (this.#failures >= this.#options.maxFailures) {
      this.#lockedUntilMs = nowMs + this.#options.lockMs;
      this.#failures = 0;
    }
    return this.#refused(false, nowMs);
  }

  #refused(isStale: boolean, nowMs: number): Verdict {
    const nonce = randomBytes(16).toString("hex");
    if (this.#nonces.size >= MAX_NONCES) this.#nonces.clear();
    this.#nonces.set(nonce, { bornMs: nowMs, count: 0 });
    const stale = isStale ? "TRUE" : "FALSE";
    const isLocked = nowMs < this.#lockedUntilMs;
    return {
      kind: "refused",
      wwwAuthenticate: `Digest qop="auth", realm="${this.#options.realm}", nonce="${nonce}", stale="${stale}", opaque="", domain="::"`,
      isLocked,
      unlockAfterMs: isLocked ? this.#lockedUntilMs - nowMs : 0,
      attemptsLeft: isLocked ? 0 : this.#options.maxFailures - this.#failures,
    };
  }

  #isRight(method: string, url: string, given: Record<string, string>): boolean {
    const { realm, username, password } = this.#options;
    const ha1 = md5(`${username}:${realm}:${password}`);
    const ha2 = md5(`${method}:${given["uri"]}`);
    const expected = md5(`${ha1}:${given["nonce"]}:${given["nc"]}:${given["cnonce"]}:auth:${ha2}`);
    const response = given["response"] ?? "";
    if (given["uri"] !== url) return false;
    if (given["username"] !== username || response.length !== expected.length) return false;
    return timingSafeEqual(Buffer.from(response), Buffer.from(expected));
  }
}

function parametersOf(authorization: string): Record<string, string> | null {
  if (!authorization.startsWith("Digest ")) return null;
  const parameters: Record<string, string> = {};
  for (const [, name = "", quoted, bare] of authorization
    .slice(7)
    .matchAll(/([a-z]+)=(?:"([^"]*)"|([^\s,]*))/gi)) {
    parameters[name.toLowerCase()] = quoted ?? bare ?? "";
  }
  return parameters;
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
