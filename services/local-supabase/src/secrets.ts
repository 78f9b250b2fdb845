import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWK } from "jose";

/** What one installation keeps secret; made at the first start, in `secrets.json` (0600) of its data folder. */
export interface Secrets {
  /** Of `postgres`, the role that migrations and tools use. */
  databasePassword: string;
  /** Of the roles that only this process uses, one of them a superuser. */
  internalPassword: string;
  /** HS256, for tools that sign their own tokens and for the legacy anon and service keys. */
  jwtSecret: string;
  publishableKey: string;
  secretKey: string;
  /** Private ES256 keys with `kid`; the first signs, all verify. */
  signingKeys: JWK[];
}

/** Reads the folder's secrets, making the folder (0700) and them when missing. */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, "secrets.json");
  try {
    return JSON.parse(await readFile(path, "utf8")) as Secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const secrets: Secrets = {
    databasePassword: token(18),
    internalPassword: token(18),
    jwtSecret: token(36),
    publishableKey: apiKey("sb_publishable_"),
    secretKey: apiKey("sb_secret_"),
    signingKeys: [await newSigningKey()],
  };
  await writeSecrets(dataDir, secrets);
  return secrets;
}

/**
 * From the next start on a new key signs. Tokens of the one before are still trusted, so nobody is logged out; rotate
 * twice, or wait an hour in between, to be rid of a key that leaked.
 */
export async function rotateSigningKey(dataDir: string): Promise<void> {
  const secrets = await loadSecrets(dataDir);
  const signingKeys = [await newSigningKey(), ...secrets.signingKeys.slice(0, 1)];
  await writeSecrets(dataDir, { ...secrets, signingKeys });
}

async function newSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: "ES256", use: "sig", kid: crypto.randomUUID() };
}

const token = (bytes: number) => randomBytes(bytes).toString("base64url");

/** Supabase's form: 22 random characters and 8 more, so that scanners for leaked secrets know it. */
const apiKey = (prefix: string) => `${prefix}${token(17).slice(0, 22)}_${token(6)}`;

/** A killed process leaves the old file or the new one. */
async function writeSecrets(dataDir: string, secrets: Secrets): Promise<void> {
  const path = join(dataDir, "secrets.json");
  const partial = `${path}.${process.pid}`;
  const text = `${JSON.stringify(secrets, null, 2)}\n`;
  await writeFile(partial, text, { mode: 0o600, flush: true });
  await rename(partial, path);
}
