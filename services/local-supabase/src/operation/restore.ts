import { execFile } from "node:child_process";
import { chmod, cp, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { LocalSupabaseError } from "../errors.ts";
import { chooseAccount } from "../postgres/account.ts";

export interface RestoreOptions {
  /** A folder that a backup made. */
  from: string;
  /** Not there yet, or empty. */
  dataDir: string;
}

/** Makes a data folder from a backup; the next start recovers the database. @throws {LocalSupabaseError} `restore_failed` */
export async function restore({ from, dataDir }: RestoreOptions): Promise<void> {
  const target = resolve(dataDir);
  const isBackup = await stat(join(from, "postgres/backup_label")).catch(() => undefined);
  if (!isBackup) throw failed(`${from} is not a backup`);
  const present = await readdir(target).catch(() => []);
  if (present.length > 0) throw failed(`${target} is not empty; name a new folder`);
  const partial = `${target}.restoring`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  await cp(from, partial, { recursive: true });
  await chmod(partial, 0o700);
  const { ids } = await chooseAccount(join(partial, "none"));
  if ("uid" in ids) {
    await promisify(execFile)("chown", ["-R", `${ids.uid}:${ids.gid}`, join(partial, "postgres")]);
  }
  await rm(target, { recursive: true, force: true });
  await rename(partial, target);
}

const failed = (why: string) =>
  new LocalSupabaseError("restore_failed", `Nothing was restored: ${why}.`);
