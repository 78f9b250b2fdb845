import { DigestClient } from "digest-fetch";
import { algorithmOf, type Challenge } from "./challenge.ts";
import { IsapiError } from "./isapi-error.ts";

/** A camera account. */
export interface Credentials {
  username: string;
  password: string;
}

/**
 * Signs requests with the newest challenge of a device, re-using its nonce with a growing count so
 * that every request but the first costs one round trip.
 *
 * digest-fetch does the digest. Around it: it takes its algorithm from the caller, not from the
 * challenge; it reads "Basic …, Digest …" as Basic and drops blanks of a nonce; it writes the count
 * in decimal where RFC 7616 §3.4 wants hexadecimal, and never starts it again for a new nonce.
 */
export class DigestSession {
  readonly #credentials: Credentials;
  #client: DigestClient | null = null;
  #nonceCount = 0;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** The nonce at hand has signed no request yet, so a refusal cannot be about its age. */
  get isFresh(): boolean {
    return this.#nonceCount === 0;
  }

  /** From now on sign for this challenge. */
  accept(challenge: Challenge): void {
    const { username, password } = this.#credentials;
    const basic = challenge.scheme === "basic";
    const algorithm = basic ? "MD5" : algorithmOf(challenge);
    if (!algorithm) throw new IsapiError("protocol", "the device asks for an unknown algorithm");
    const client = new DigestClient(username, password, { algorithm, basic });
    client.parseAuth(normalised(challenge));
    this.#client = client;
    this.#nonceCount = 0;
  }

  /** Begin again with the next challenge. */
  forget(): void {
    this.#client = null;
    this.#nonceCount = 0;
  }

  /** The `Authorization` header for a request, or null before the first challenge. */
  sign(method: string, url: URL): string | null {
    const client = this.#client;
    if (!client) return null;
    this.#nonceCount += 1;
    if (client.basic) return client.addBasicAuth({}).headers.Authorization;
    // digest-fetch pads whatever stands here with zeros: a hexadecimal string survives.
    Object.assign(client.digest, { nc: this.#nonceCount.toString(16) });
    const signed: { headers: { Authorization: string } } = client.addAuth(url.href, { method });
    return signed.headers.Authorization;
  }
}

/** The challenge alone, in the one spelling that digest-fetch reads safely. */
function normalised(challenge: Challenge): string {
  const parts = ["realm", "nonce", "qop", "opaque"].flatMap((name) => {
    const value = challenge.parameters.get(name);
    return value === undefined ? [] : [`${name}="${value.replaceAll('"', "")}"`];
  });
  return `Digest ${parts.join(", ")}`;
}

/**
 * Refuses accounts that cannot be written into a header unchanged.
 * @throws {IsapiError} `bad_options`
 */
export function assertUsableCredentials({ username, password }: Credentials): void {
  const printable = /^[\x20-\x7e\xa0-\xff]+$/;
  if (!printable.test(username) || /["\\]/.test(username)) {
    throw new IsapiError("bad_options", "the camera's user name has characters HTTP cannot carry");
  }
  if (password === "") throw new IsapiError("bad_options", "the camera's password is empty");
}
