import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";

/** Why something could not be sealed or opened. */
export type SealingErrorCode = "invalid_key" | "malformed" | "cannot_open";

/** A camera's credentials could not be sealed or opened. Carries no part of a key or of the plaintext. */
export class SealingError extends Error {
  override readonly name = "SealingError";
  readonly code: SealingErrorCode;

  constructor(code: SealingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Both halves as text: `public_key` of the site's row, and the private half that stays on the edge box. */
export interface SiteKeyPair {
  publicKey: string;
  privateKey: string;
}

/** What a sealed text belongs to. Sealed for one camera, it cannot be opened as another's. */
export interface SealingContext {
  tenantId: string;
  siteId: string;
  cameraId: string;
}

/** HPKE (RFC 9180) with P-256, which every browser's WebCrypto has; X25519 came to them late. */
function createSuite(): CipherSuite {
  return new CipherSuite({
    kem: new DhkemP256HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
}

const PUBLIC_PREFIX = "p256-public.";
const PRIVATE_PREFIX = "p256-private.";
const SEALED_PREFIX = "hpke1.";
const NO_AAD = new ArrayBuffer(0);

/** A new key pair for one site, made at its enrolment. */
export async function generateSiteKeyPair(): Promise<SiteKeyPair> {
  const { kem } = createSuite();
  const pair = await kem.generateKeyPair();
  return {
    publicKey: PUBLIC_PREFIX + toBase64Url(await kem.serializePublicKey(pair.publicKey)),
    privateKey: PRIVATE_PREFIX + toBase64Url(await kem.serializePrivateKey(pair.privateKey)),
  };
}

/**
 * Seals `plaintext` so that only the site's private key opens it, and only for the same `context`.
 *
 * @throws {SealingError} `invalid_key`
 */
export async function seal(
  publicKey: string,
  plaintext: string,
  context: SealingContext,
): Promise<string> {
  const suite = createSuite();
  const recipientPublicKey = await keyOf(publicKey, PUBLIC_PREFIX, (bytes) =>
    suite.kem.deserializePublicKey(bytes),
  );
  const { ct, enc } = await suite.seal(
    { recipientPublicKey, info: infoOf(context) },
    bytesOf(plaintext),
    NO_AAD,
  );
  return `${SEALED_PREFIX}${toBase64Url(enc)}.${toBase64Url(ct)}`;
}

/**
 * Opens what `seal` made for this key and context.
 *
 * @throws {SealingError} `invalid_key`, `malformed`, or `cannot_open` for another key, another context or a changed text
 */
export async function open(
  privateKey: string,
  sealed: string,
  context: SealingContext,
): Promise<string> {
  const suite = createSuite();
  const recipientKey = await keyOf(privateKey, PRIVATE_PREFIX, (bytes) =>
    suite.kem.deserializePrivateKey(bytes),
  );
  const [enc, ct, ...rest] = sealed.startsWith(SEALED_PREFIX)
    ? sealed.slice(SEALED_PREFIX.length).split(".").map(fromBase64Url)
    : [];
  if (!enc || !ct || rest.length > 0) {
    throw new SealingError("malformed", "this is not a sealed text of version hpke1");
  }
  try {
    const plain = await suite.open({ recipientKey, enc, info: infoOf(context) }, ct, NO_AAD);
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch (cause) {
    const message = "sealed for another site or camera, or changed since";
    throw new SealingError("cannot_open", message, { cause });
  }
}

async function keyOf<Key>(
  text: string,
  prefix: string,
  read: (bytes: ArrayBuffer) => Promise<Key>,
): Promise<Key> {
  const bytes = text.startsWith(prefix) ? fromBase64Url(text.slice(prefix.length)) : undefined;
  if (!bytes) throw new SealingError("invalid_key", `a key here begins with ${prefix}`);
  try {
    return await read(bytes);
  } catch (cause) {
    throw new SealingError("invalid_key", `not a point or number of P-256 after ${prefix}`, {
      cause,
    });
  }
}

/** Eight digits of a public key, for people to compare: "4821 9930". @throws {SealingError} `invalid_key` */
export async function fingerprintOf(publicKey: string): Promise<string> {
  const bytes = publicKey.startsWith(PUBLIC_PREFIX)
    ? fromBase64Url(publicKey.slice(PUBLIC_PREFIX.length))
    : undefined;
  if (!bytes) throw new SealingError("invalid_key", `a key here begins with ${PUBLIC_PREFIX}`);
  const digest = new DataView(await crypto.subtle.digest("SHA-256", bytes));
  const digits = String(digest.getUint32(0) % 100_000_000).padStart(8, "0");
  return `${digits.slice(0, 4)} ${digits.slice(4)}`;
}

/** A list, not joined text: no two contexts may give the same bytes. */
function infoOf({ tenantId, siteId, cameraId }: SealingContext): ArrayBuffer {
  return bytesOf(JSON.stringify(["portero camera credentials", 1, tenantId, siteId, cameraId]));
}

function bytesOf(text: string): ArrayBuffer {
  return new TextEncoder().encode(text).slice().buffer;
}

function toBase64Url(bytes: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): ArrayBuffer | undefined {
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0)).buffer;
  // One spelling for the same bytes: the last letter's unused bits must be zero.
  return toBase64Url(bytes) === text ? bytes : undefined;
}
