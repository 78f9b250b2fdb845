import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createLog } from "@portero/runtime";
import { listMigrations } from "./migrations.ts";
import { type LocalSupabase, type LocalSupabaseOptions, startLocalSupabase } from "./server.ts";

const dayMs = 86_400_000;

export interface TestSupabaseOptions {
  /** Migrations to start with. The migrated database is kept as a template, so that later tests start in under a second. */
  migrationsDir?: string;
  jwtSecret?: string;
  siteUrl?: string;
  /** Limits on log-ins, off by default. */
  isLimited?: boolean;
  /** Where its log goes; default nowhere. */
  log?: LocalSupabaseOptions["log"];
}

export interface TestSupabase extends LocalSupabase {
  dataDir: string;
}

/**
 * A local Supabase of its own in a temporary folder, on free ports, with a database that would not survive a power cut.
 * `stop` removes the folder.
 */
export async function startTestSupabase(options: TestSupabaseOptions = {}): Promise<TestSupabase> {
  const log = options.log ?? createLog("local-supabase", { level: "silent" });
  const root = await mkdtemp(join(tmpdir(), "portero-supabase-"));
  const dataDir = join(root, "data");
  try {
    await prepareTestData(dataDir, options.migrationsDir);
    const supabase = await startLocalSupabase({
      isLimited: false,
      ...options,
      dataDir,
      log,
      isDurable: false,
    });
    return {
      ...supabase,
      dataDir,
      async stop() {
        await supabase.stop();
        await rm(root, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
}

/** Makes a data folder with the migrations applied, in a fraction of the time of a first start. */
export async function prepareTestData(dataDir: string, migrationsDir?: string): Promise<void> {
  const template = await ensureTemplate(migrationsDir);
  // `cp` keeps the owner, which matters when Postgres runs as another user than this process.
  if (process.platform === "win32") await cp(template, dataDir, { recursive: true });
  else await promisify(execFile)("cp", ["-a", template, dataDir]);
}

async function ensureTemplate(migrationsDir: string | undefined): Promise<string> {
  const log = createLog("local-supabase", { level: "silent" });
  const cache = join(tmpdir(), `portero-templates-${process.getuid?.() ?? "user"}`);
  const template = join(cache, await digestOf(migrationsDir));
  if (await exists(template)) return template;
  await mkdir(cache, { recursive: true, mode: 0o700 });
  await removeOlderThanADay(cache);
  const partial = await mkdtemp(join(cache, "partial-"));
  const supabase = await startLocalSupabase({
    dataDir: partial,
    migrationsDir,
    log,
    isDurable: false,
  });
  await supabase.stop();
  // Another test file may have been faster; its template is as good.
  await rename(partial, template).catch(() => rm(partial, { recursive: true, force: true }));
  return template;
}

/** Templates of migrations that have changed since. */
async function removeOlderThanADay(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const facts = await stat(join(cache, name)).catch(() => undefined);
    if (facts && Date.now() - facts.mtimeMs > dayMs) {
      await rm(join(cache, name), { recursive: true, force: true });
    }
  }
}

/** Changes with whatever the database of a fresh installation depends on. */
async function digestOf(migrationsDir: string | undefined): Promise<string> {
  const bootstrap = new URL("bootstrap/", import.meta.url).pathname;
  const files = (await readdir(bootstrap)).sort().map((file) => join(bootstrap, file));
  const migrations = migrationsDir ? await listMigrations(migrationsDir) : [];
  const hash = createHash("sha256");
  for (const path of [...files, ...migrations.map((migration) => migration.path)]) {
    hash.update(path).update(await readFile(path));
  }
  return hash.digest("hex").slice(0, 24);
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
