import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateSiteKeyPair } from "@portero/sealing";
import { CONDOMINIUMS } from "./demo.ts";

/** What one condominium of this installation is called by, and its secrets. */
export interface InstalledTenant {
  tenantId: string;
  siteId: string;
  gateId: string;
  cameraId: string;
  sitePublicKey: string;
  sitePrivateKey: string;
  edgeEmail: string;
  edgePassword: string;
  cameraPassword: string;
  /** Shared by the worker and the controller of an MQTT gate. */
  gateKey: string;
  /** By e-mail. */
  passwords: Record<string, string>;
}

/** Generated at the first start and kept in the data folder, readable by its owner alone. */
export interface Installation {
  tenants: Record<string, InstalledTenant>;
  controlToken: string;
  isSeeded: boolean;
}

export const INSTALLATION_FILE = "installation.json";
export const MIGRATIONS_DIR = fileURLToPath(
  new URL("../../../../infra/supabase/migrations", import.meta.url),
);

/** Where an installation, or a backup of one, keeps its database and pictures. */
export const supabaseDir = (dataDir: string): string => join(dataDir, "supabase");

/** Words a person can type: 40 bits are plenty for an account that locks out guessing. */
function newPassword(): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  const pick = (byte: number) => letters[byte % letters.length];
  const word = () => Array.from(randomBytes(4), pick).join("");
  return `${word()}-${word()}`;
}

const newSecret = (): string => randomBytes(32).toString("base64url");

async function newInstallation(): Promise<Installation> {
  const tenants: Record<string, InstalledTenant> = {};
  for (const { key, people } of CONDOMINIUMS) {
    const keys = await generateSiteKeyPair();
    tenants[key] = {
      tenantId: randomUUID(),
      siteId: randomUUID(),
      gateId: randomUUID(),
      cameraId: randomUUID(),
      sitePublicKey: keys.publicKey,
      sitePrivateKey: keys.privateKey,
      edgeEmail: `edge@${key}.example`,
      edgePassword: newSecret(),
      cameraPassword: newPassword(),
      gateKey: newSecret(),
      passwords: Object.fromEntries(people.map(({ email }) => [email, newPassword()])),
    };
  }
  return { tenants, controlToken: newSecret(), isSeeded: false };
}

/** Reads the installation of a data folder, or makes a new one in it. */
export async function openInstallation(dataDir: string): Promise<Installation> {
  try {
    return JSON.parse(await readFile(join(dataDir, INSTALLATION_FILE), "utf8")) as Installation;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const installation = await newInstallation();
  await saveInstallation(dataDir, installation);
  return installation;
}

export async function saveInstallation(dataDir: string, installation: Installation): Promise<void> {
  const path = join(dataDir, INSTALLATION_FILE);
  await writeFile(`${path}.new`, JSON.stringify(installation, null, 2), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Deletes everything that an installation keeps, and nothing else that may lie in the folder. */
export async function removeInstallation(dataDir: string): Promise<void> {
  for (const name of [INSTALLATION_FILE, "supabase", "sites", "gates"]) {
    await rm(join(dataDir, name), { recursive: true, force: true });
  }
}
