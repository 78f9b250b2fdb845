import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type pg from "pg";
import { createConnection } from "../connections.ts";
import { LocalSupabaseError } from "../errors.ts";
import type { LoginRole } from "../postgres/postgres.ts";
import { loadSecrets } from "../secrets.ts";

/** Raise it when an older program could not work with what these files make. */
const version = 1;
const files = [
  "roles.sql",
  "auth.sql",
  "local.sql",
  "storage.sql",
  "realtime.sql",
  "rest.sql",
  "guard.sql",
];

/**
 * Brings what Supabase itself provides (roles, schemas, functions) up to this program's version: all of it in one
 * transaction, only when the files have changed since. Killed half-way, everything is as before.
 * @throws {LocalSupabaseError} `folder_too_new`, `bootstrap_failed`
 */
export async function bootstrapDatabase(
  dataDir: string,
  urlOf: (role: LoginRole) => string,
): Promise<void> {
  const scripts = await Promise.all(
    files.map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  const digest = createHash("sha256").update(scripts.join("\0")).digest("hex");
  const client = createConnection({ connectionString: urlOf("supabase_admin") });
  await client.connect();
  try {
    const applied = await readApplied(client);
    if (applied && applied.version > version) {
      throw new LocalSupabaseError(
        "folder_too_new",
        `${dataDir} was last used by a newer version of this program. Update, or choose another data folder.`,
      );
    }
    if (applied?.digest === digest) return;
    await client.query("begin; set local client_min_messages = error");
    for (const [i, script] of scripts.entries()) await applyScript(client, script, files[i] ?? "");
    await setPasswords(client, dataDir);
    await client.query(`
      create table if not exists _local.bootstrap (version int not null, digest text not null);
      delete from _local.bootstrap`);
    await client.query("insert into _local.bootstrap values ($1, $2)", [version, digest]);
    await client.query("commit");
  } finally {
    await client.end();
  }
}

async function readApplied(
  client: pg.Client,
): Promise<{ version: number; digest: string } | undefined> {
  const { rows } = await client.query(
    "select to_regclass('_local.bootstrap') is not null as known",
  );
  if (!rows[0].known) return undefined;
  return (await client.query("select version, digest from _local.bootstrap")).rows[0];
}

async function applyScript(client: pg.Client, script: string, file: string): Promise<void> {
  try {
    await client.query(script);
  } catch (cause) {
    throw new LocalSupabaseError("bootstrap_failed", `${file}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function setPasswords(client: pg.Client, dataDir: string): Promise<void> {
  const { databasePassword, internalPassword } = await loadSecrets(dataDir);
  const passwords = {
    postgres: databasePassword,
    authenticator: internalPassword,
    supabase_auth_admin: internalPassword,
    supabase_storage_admin: internalPassword,
  } satisfies Partial<Record<LoginRole, string>>;
  for (const [role, password] of Object.entries(passwords)) {
    await client.query(`alter role ${role} password ${client.escapeLiteral(password)}`);
  }
}
