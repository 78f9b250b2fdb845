import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { backUp, examine, LocalSupabaseError, restore } from "@portero/local-supabase";
import type { Log } from "@portero/runtime";
import { OperatorError } from "./operator-error.ts";
import { INSTALLATION_FILE, MIGRATIONS_DIR, supabaseDir } from "./start/installation.ts";

/**
 * Copies an installation, also while it runs: the database, the pictures and the keys. What a worker has not yet
 * sent lies in its own journal, on its own machine, and is no part of it.
 */
export async function backUpInstallation(data: string, to: string, log: Log): Promise<string> {
  const [dataDir, folder] = [resolve(data), resolve(to)];
  if (!existsSync(join(dataDir, INSTALLATION_FILE))) {
    throw new OperatorError(`${dataDir} holds no installation; name its folder with --data`);
  }
  if (existsSync(folder)) throw new OperatorError(`${folder} is there already; name a new one`);
  const { sizeBytes, objects } = await inWords(
    backUp({ dataDir: supabaseDir(dataDir), to: supabaseDir(folder), log }),
  );
  await copyFile(join(dataDir, INSTALLATION_FILE), join(folder, INSTALLATION_FILE));
  return `${folder}: ${(sizeBytes / 1e6).toFixed(0)} MB, ${objects} pictures; restored once to see that it works. It holds keys and passwords: keep it as safe as the installation.`;
}

/** Makes a new data folder from a backup. */
export async function restoreInstallation(from: string, data: string): Promise<string> {
  const [folder, dataDir] = [resolve(from), resolve(data)];
  if (!existsSync(join(folder, INSTALLATION_FILE))) {
    throw new OperatorError(`${folder} is no backup of an installation`);
  }
  if (existsSync(join(dataDir, INSTALLATION_FILE))) {
    throw new OperatorError(`${dataDir} holds an installation already; name a new folder`);
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await inWords(restore({ from: supabaseDir(folder), dataDir: supabaseDir(dataDir) }));
  await copyFile(join(folder, INSTALLATION_FILE), join(dataDir, INSTALLATION_FILE));
  return `${dataDir} is restored. Start it: npm start -- --data ${data}`;
}

/** Says in words what is well and what is wrong; false when something is wrong. */
export async function examineInstallation(
  data: string,
  say: (line: string) => void,
): Promise<boolean> {
  const findings = await inWords(examine(supabaseDir(resolve(data)), MIGRATIONS_DIR));
  for (const { isWell, text } of findings) say(`${isWell ? "well " : "WRONG"}  ${text}`);
  return findings.every(({ isWell }) => isWell);
}

/** The local Supabase's errors are sentences for the operator already. */
async function inWords<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LocalSupabaseError) throw new OperatorError(error.message);
    throw error;
  }
}
