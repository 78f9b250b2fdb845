import type { webcrypto } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  decodeProtectedHeader,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWK,
  SignJWT,
} from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSecrets, rotateSigningKey, type Secrets } from "../secrets.ts";
import { createIssuer, type Issuer } from "./tokens.ts";

let folder: string;
let secrets: Secrets;
let issuer: Issuer;
let ownKey: JWK;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "portero-tokens-"));
  secrets = await loadSecrets(join(folder, "data"));
  issuer = await createIssuer(secrets);
  ownKey = secrets.signingKeys[0] as JWK;
});
afterAll(() => rm(folder, { recursive: true }));

const claims = {
  role: "authenticated",
  sub: "8c7a5c3e-0000-4000-8000-000000000001",
  aud: "authenticated",
};
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;
const secretOf = (text: string) => new TextEncoder().encode(text);
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("access tokens", () => {
  test("are trusted when signed by the installation's key or its legacy secret", async () => {
    const own = await issuer.sign({ ...claims, exp: inAnHour() });
    await expect(issuer.verify(own)).resolves.toMatchObject(claims);
    const legacy = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("1h")
      .sign(secretOf(secrets.jwtSecret));
    await expect(issuer.verify(legacy)).resolves.toMatchObject(claims);
  });

  test("survive a restart", async () => {
    const token = await issuer.sign({ ...claims, exp: inAnHour() });
    const restarted = await createIssuer(await loadSecrets(join(folder, "data")));
    await expect(restarted.verify(token)).resolves.toMatchObject(claims);
    expect(restarted.anonKey).toBe(issuer.anonKey);
  });

  test.each<[string, string, () => Promise<string>]>([
    [
      "without a signature",
      "invalid",
      async () =>
        `${base64url({ alg: "none", typ: "JWT" })}.${base64url({ ...claims, exp: inAnHour() })}.`,
    ],
    [
      "signed with the public key as an HS256 secret",
      "invalid",
      async () => {
        const publicKey = (await importJWK(issuer.jwks.keys[0] as JWK, "ES256", {
          extractable: true,
        })) as webcrypto.CryptoKey;
        const header = { alg: "HS256", kid: ownKey.kid as string };
        return new SignJWT(claims)
          .setProtectedHeader(header)
          .setExpirationTime("1h")
          .sign(secretOf(await exportSPKI(publicKey)));
      },
    ],
    [
      "signed with the legacy secret under a key's name",
      "invalid",
      async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: "HS256", kid: ownKey.kid as string })
          .setExpirationTime("1h")
          .sign(secretOf(secrets.jwtSecret)),
    ],
    [
      "of a foreign kid",
      "invalid",
      async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: "ES256", kid: "other" })
          .setExpirationTime("1h")
          .sign(await importJWK(ownKey)),
    ],
    [
      "without a kid",
      "invalid",
      async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: "ES256" })
          .setExpirationTime("1h")
          .sign(await importJWK(ownKey)),
    ],
    [
      "of a foreign key under our kid",
      "invalid",
      async () => {
        const { privateKey } = await generateKeyPair("ES256");
        return new SignJWT(claims)
          .setProtectedHeader({ alg: "ES256", kid: ownKey.kid as string })
          .setExpirationTime("1h")
          .sign(privateKey);
      },
    ],
    [
      "of another algorithm",
      "invalid",
      async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: "HS512" })
          .setExpirationTime("1h")
          .sign(secretOf(secrets.jwtSecret)),
    ],
    [
      "without an expiry",
      "invalid",
      async () =>
        new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secretOf(secrets.jwtSecret)),
    ],
    [
      "for another audience",
      "invalid",
      async () =>
        new SignJWT({ ...claims, aud: "other" })
          .setProtectedHeader({ alg: "ES256", kid: ownKey.kid as string })
          .setExpirationTime("1h")
          .sign(await importJWK(ownKey)),
    ],
    [
      "without a role",
      "invalid",
      async () =>
        new SignJWT({ sub: claims.sub })
          .setProtectedHeader({ alg: "HS256" })
          .setExpirationTime("1h")
          .sign(secretOf(secrets.jwtSecret)),
    ],
    [
      "that expired a second ago",
      "expired",
      async () => issuer.sign({ ...claims, exp: inAnHour() - 3601 }),
    ],
    ["that is no token", "invalid", async () => "sb_publishable_aaaa"],
    [
      "that was changed",
      "invalid",
      async () => {
        const [header, , signature] = (await issuer.sign({ ...claims, exp: inAnHour() })).split(
          ".",
        );
        return `${header}.${base64url({ ...claims, role: "service_role", exp: inAnHour() })}.${signature}`;
      },
    ],
  ])("are refused: one %s", async (_name, code, token) => {
    await expect(issuer.verify(await token())).rejects.toMatchObject({ name: "TokenError", code });
  });

  test("stay good when a new key takes over, and are refused after the next", async () => {
    const rotated = join(folder, "rotated");
    const first = await createIssuer(await loadSecrets(rotated));
    const token = await first.sign({ ...claims, exp: inAnHour() });
    await rotateSigningKey(rotated);
    const second = await createIssuer(await loadSecrets(rotated));
    await expect(second.verify(token)).resolves.toMatchObject(claims);
    expect(second.jwks.keys).toHaveLength(2);
    const { kid } = decodeProtectedHeader(await second.sign({ ...claims, exp: inAnHour() }));
    expect(kid).not.toBe(first.jwks.keys[0]?.kid);
    await rotateSigningKey(rotated);
    const third = await createIssuer(await loadSecrets(rotated));
    await expect(third.verify(token)).rejects.toMatchObject({ code: "invalid" });
  });

  test("once verified are refused from the second they expire", async () => {
    const token = await issuer.sign({ ...claims, exp: Math.floor(Date.now() / 1000) + 1 });
    await expect(issuer.verify(token)).resolves.toBeDefined();
    await expect
      .poll(() => issuer.verify(token).catch((error) => error.code), { timeout: 3000 })
      .toBe("expired");
  });
});

describe("API keys", () => {
  test.each([
    ["publishable", () => secrets.publishableKey, "anon"],
    ["secret", () => secrets.secretKey, "service_role"],
    ["legacy anon", () => issuer.anonKey, "anon"],
    ["legacy service", () => issuer.serviceRoleKey, "service_role"],
  ])("the %s key stands for %s", async (_name, key, role) => {
    await expect(issuer.verifyKey(key())).resolves.toMatchObject({ role });
  });

  test("a person's token, a prefix of a key or nothing is no key", async () => {
    const token = await issuer.sign({ ...claims, exp: inAnHour() });
    for (const wrong of [token, secrets.secretKey.slice(0, -1), `${secrets.secretKey}x`]) {
      await expect(issuer.verifyKey(wrong)).rejects.toMatchObject({ code: "invalid" });
    }
    await expect(issuer.verifyKey("")).rejects.toMatchObject({ code: "missing" });
  });

  test("the public half shows nothing private", () => {
    expect(Object.keys(issuer.jwks.keys[0] ?? {})).not.toContain("d");
  });
});
