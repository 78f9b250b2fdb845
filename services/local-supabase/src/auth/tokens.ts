import { createHash, timingSafeEqual } from "node:crypto";
import {
  decodeProtectedHeader,
  errors,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from "jose";
import { type Claims, TokenError, type Tokens } from "../context.ts";
import type { Secrets } from "../secrets.ts";

/** The installation's keys: what signs, what verifies, and what the public may know of them. */
export interface Issuer extends Tokens {
  /** Signs an access token with the newest key. */
  sign(claims: Omit<Claims, "iat">): Promise<string>;
  jwks: JSONWebKeySet;
  /** Legacy API keys: HS256 tokens without a user. */
  anonKey: string;
  serviceRoleKey: string;
}

const cachedTokens = 2000;
const legacyKeyIssuedAtS = Date.UTC(2025, 0, 1) / 1000;
const legacyKeyExpiresAtS = Date.UTC(2036, 0, 1) / 1000;

/**
 * Tokens of this installation. A token is trusted if it is signed by one of our own ES256 keys, named by its `kid`, or
 * by the legacy HS256 secret without a `kid`; each key is used with its one algorithm only, and `exp` is required.
 */
export async function createIssuer(
  secrets: Pick<Secrets, "jwtSecret" | "signingKeys" | "publishableKey" | "secretKey">,
): Promise<Issuer> {
  const legacySecret = new TextEncoder().encode(secrets.jwtSecret);
  const publicKeys = secrets.signingKeys.map(publicHalf);
  const verifiers = new Map(
    await Promise.all(publicKeys.map(async (key) => [key.kid, await importJWK(key)] as const)),
  );
  const [signingJwk] = secrets.signingKeys;
  if (!signingJwk?.kid) throw new TypeError("an installation has a signing key with a kid");
  const { kid } = signingJwk;
  const signingKey = await importJWK(signingJwk);
  const legacyKey = (role: string) =>
    new SignJWT({ role, iss: "supabase", ref: "local" })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuedAt(legacyKeyIssuedAtS)
      .setExpirationTime(legacyKeyExpiresAtS)
      .sign(legacySecret);
  const anonKey = await legacyKey("anon");
  const serviceRoleKey = await legacyKey("service_role");
  const keyRoles = [
    { key: digest(secrets.publishableKey), role: "anon" },
    { key: digest(secrets.secretKey), role: "service_role" },
  ];
  const trusted = new Map<string, Claims>();

  async function verifySignature(token: string): Promise<JWTPayload> {
    const { alg, kid } = decodeProtectedHeader(token);
    if (alg === "HS256" && kid === undefined) {
      const options = { algorithms: ["HS256"], requiredClaims: ["exp"] };
      return (await jwtVerify(token, legacySecret, options)).payload;
    }
    const key = alg === "ES256" ? verifiers.get(kid) : undefined;
    if (!key) throw new TokenError("invalid", "the token is signed by no key of this installation");
    const options = {
      algorithms: ["ES256"],
      audience: "authenticated",
      requiredClaims: ["exp", "sub"],
    };
    return (await jwtVerify(token, key, options)).payload;
  }

  async function verify(token: string): Promise<Claims> {
    const known = trusted.get(token);
    if (known && (known.exp ?? 0) > Date.now() / 1000) return known;
    const claims = await verifySignature(token).catch((cause) => {
      if (cause instanceof TokenError) throw cause;
      if (cause instanceof errors.JWTExpired)
        throw new TokenError("expired", "the token has expired", { cause });
      throw new TokenError("invalid", "the token is not valid", { cause });
    });
    if (typeof claims["role"] !== "string")
      throw new TokenError("invalid", "the token names no role");
    if (trusted.size >= cachedTokens) trusted.delete(trusted.keys().next().value ?? "");
    trusted.set(token, claims as Claims);
    return claims as Claims;
  }

  return {
    anonKey,
    serviceRoleKey,
    jwks: { keys: publicKeys },
    verify,
    async verifyKey(apiKey) {
      if (!apiKey) throw new TokenError("missing", "there is no API key");
      const given = digest(apiKey);
      const known = keyRoles.find(({ key }) => timingSafeEqual(key, given));
      if (known) return { role: known.role };
      if (apiKey !== anonKey && apiKey !== serviceRoleKey) {
        const claims = await verify(apiKey).catch(() => undefined);
        const isLegacyKey =
          claims?.sub === undefined && ["anon", "service_role"].includes(claims?.role ?? "");
        if (!claims || !isLegacyKey)
          throw new TokenError("invalid", "the API key is not known here");
        return claims;
      }
      return verify(apiKey);
    },
    sign: (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
        .setIssuedAt()
        .sign(signingKey),
  };
}

function publicHalf({ kty, crv, x, y, kid }: JWK): JWK {
  return { kty, crv, x, y, kid, alg: "ES256", use: "sig", key_ops: ["verify"], ext: true } as JWK;
}

const digest = (text: string) => createHash("sha256").update(text).digest();
