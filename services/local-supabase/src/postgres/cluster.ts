import { execFile } from "node:child_process";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { LocalSupabaseError } from "../errors.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";

const run = promisify(execFile);
const major = "17";

export interface ClusterOptions {
  clusterDir: string;
  binaries: Binaries;
  account: Account;
  superuserPassword: string;
  /** Off only for clusters that may be lost. */
  isDurable: boolean;
}

/**
 * Makes the Postgres cluster if it isn't there; killed half-way it starts anew, because the cluster gets its
 * name last. The superuser is `supabase_admin`, as on hosted Supabase.
 * @throws {LocalSupabaseError}
 */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { clusterDir, account } = options;
  const version = await readFile(join(clusterDir, "PG_VERSION"), "utf8").catch((error) => {
    if (error.code !== "ENOENT") throw notOurs(clusterDir, error);
    return undefined;
  });
  if (version === undefined) return makeCluster(options, account);
  if (version.trim() !== major) {
    throw new LocalSupabaseError(
      "folder_too_new",
      `${clusterDir} was written by Postgres ${version.trim()}, this is ${major}. Back up with the version that wrote it, and restore here.`,
    );
  }
}

async function makeCluster(options: ClusterOptions, account: Account): Promise<void> {
  const workDir = `${options.clusterDir}.new`;
  await rm(workDir, { recursive: true, force: true });
  const partialDir = join(workDir, "cluster");
  await mkdir(partialDir, { recursive: true, mode: 0o700 });
  const passwordFile = join(workDir, "password");
  await writeFile(passwordFile, options.superuserPassword, { mode: 0o600 });
  for (const path of [workDir, partialDir, passwordFile]) await account.own(path);
  const args = [
    `--pgdata=${account.pathOf(partialDir)}`,
    "--pwfile=../password",
    "--username=supabase_admin",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=icu",
    "--icu-locale=en-US",
    ...(options.isDurable ? [] : ["--no-sync"]),
  ];
  try {
    await run(options.binaries.initdb, args, {
      ...account.ids,
      cwd: partialDir,
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" },
    });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim();
    throw new LocalSupabaseError(
      "initdb_failed",
      `initdb could not make ${options.clusterDir}: ${said || (cause as Error).message}`,
      { cause },
    );
  }
  await rename(partialDir, options.clusterDir);
  await rm(workDir, { recursive: true });
}

const notOurs = (clusterDir: string, cause: unknown) =>
  new LocalSupabaseError(
    "folder_not_ours",
    `${clusterDir} belongs to another user. Start as that user, as root, or choose another data folder.`,
    { cause },
  );
