import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Log } from "@portero/runtime";
import type pg from "pg";
import { LocalSupabaseError } from "../errors.ts";
import { restore } from "./restore.ts";
import { withDatabase } from "./running.ts";

export interface BackupOptions {
  dataDir: string;
  /** A folder that isn't there yet; it appears when the backup is complete and has been restored once. */
  to: string;
  log: Log;
}

export interface BackupReport {
  folder: string;
  sizeBytes: number;
  objects: number;
  /** Objects whose file isn't in the backup, and wasn't in the data folder either. */
  objectsWithoutFile: string[];
}

/** What Postgres makes anew at start, and its log, of which only the backup's own part is taken. */
const emptied = [
  "pg_dynshmem",
  "pg_notify",
  "pg_replslot",
  "pg_serial",
  "pg_snapshots",
  "pg_stat_tmp",
  "pg_subtrans",
  "pg_wal",
];
const skipped = ["postmaster.pid", "postmaster.opts", "pg_internal.init"];

/**
 * Copies a data folder that may be in use: the cluster between `pg_backup_start` and `pg_backup_stop`, with the log
 * written meanwhile, the stored files, the secrets. Then restores it elsewhere to see that it works.
 * @throws {LocalSupabaseError} `backup_failed`
 */
export async function backUp({ dataDir, to, log }: BackupOptions): Promise<BackupReport> {
  const folder = resolve(to);
  if (await stat(folder).catch(() => undefined)) throw failed(`${folder} is there already`);
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(`${folder}.partial-`);
  try {
    // Files never change, only come and go: what came while the database was copied is taken afterwards.
    await copyTree(join(dataDir, "storage"), join(partial, "storage"));
    await withDatabase({ dataDir, log }, (client) => copyCluster(client, dataDir, partial));
    await copyTree(join(dataDir, "storage"), join(partial, "storage"));
    await copyFile(join(dataDir, "secrets.json"), join(partial, "secrets.json"));
    const report = await tryOut(partial, log);
    // One call instead of a thousand: what the name promises must be on the disk.
    if (process.platform !== "win32") await promisify(execFile)("sync");
    await rename(partial, folder);
    return { folder, ...report };
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    if (cause instanceof LocalSupabaseError) throw cause;
    throw failed((cause as Error).message, cause);
  }
}

async function copyCluster(client: pg.Client, dataDir: string, partial: string): Promise<void> {
  const from = join(dataDir, "postgres");
  const to = join(partial, "postgres");
  // The slot, which ends with the connection, keeps the log that the copy will need.
  await client.query(
    "select pg_create_physical_replication_slot('portero_backup_' || pg_backend_pid(), true, true)",
  );
  const started = await client.query(
    "select pg_walfile_name(pg_backup_start('portero', true)) as first",
  );
  await copyTree(
    from,
    to,
    (path) => emptied.includes(path) || skipped.includes(path.split("/").at(-1) ?? ""),
  );
  for (const name of emptied) await mkdir(join(to, name), { recursive: true, mode: 0o700 });
  const stopped = await client.query(
    "select labelfile, pg_walfile_name(lsn) as last from pg_backup_stop(false)",
  );
  const { labelfile, last } = stopped.rows[0];
  await writeFile(join(to, "backup_label"), labelfile, { mode: 0o600 });
  const { first } = started.rows[0];
  const segments = (await readdir(join(from, "pg_wal"))).filter(
    (name) => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last,
  );
  if (!segments.includes(first) || !segments.includes(last)) {
    throw failed("more was written meanwhile than the database keeps; try again at a quieter time");
  }
  for (const name of segments) await copyFile(join(from, "pg_wal", name), join(to, "pg_wal", name));
}

async function tryOut(backup: string, log: Log): Promise<Omit<BackupReport, "folder">> {
  const trial = `${backup}-trial`;
  try {
    await restore({ from: backup, dataDir: trial });
    const versions = new Set(
      await filesBelow(join(backup, "storage")).then((files) =>
        files.map((file) => file.split("/").at(-1)),
      ),
    );
    const { rows } = await withDatabase({ dataDir: trial, log, isDurable: false }, (client) =>
      client.query<{ path: string; version: string }>(
        "select bucket_id || '/' || name as path, version from storage.objects",
      ),
    );
    const sizes = await Promise.all(
      (await filesBelow(backup)).map(async (file) => (await stat(join(backup, file))).size),
    );
    return {
      sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
      objects: rows.length,
      objectsWithoutFile: rows
        .filter(({ version }) => !versions.has(version))
        .map(({ path }) => path),
    };
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/** Copies what isn't there yet; a file that goes meanwhile is not missed, the log or its row knows. */
async function copyTree(
  from: string,
  to: string,
  isSkipped: (path: string) => boolean = () => false,
): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const copy = async (path: string): Promise<void> => {
    const entries = await readdir(join(from, path), { withFileTypes: true }).catch(ignoreMissing);
    for (const entry of entries ?? []) {
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      if (isSkipped(inner)) continue;
      if (entry.isDirectory()) {
        await mkdir(join(to, inner), { recursive: true, mode: 0o700 });
        await copy(inner);
      } else if (entry.isFile() && !(await stat(join(to, inner)).catch(ignoreMissing))) {
        await copyFile(join(from, inner), join(to, inner)).catch(ignoreMissing);
      }
    }
  };
  await copy("");
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

const failed = (why: string, cause?: unknown) =>
  new LocalSupabaseError("backup_failed", `No backup was made: ${why}.`, { cause });
