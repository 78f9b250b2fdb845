import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "@portero/runtime";
import type pg from "pg";
import { createConnection } from "./connections.ts";
import { LocalSupabaseError } from "./errors.ts";

/** The Supabase CLI's naming: `<timestamp>_<name>.sql`. */
const migrationName = /^(\d+)_(.*)\.sql$/;

export interface Migration {
  version: string;
  name: string;
  path: string;
}

/** The migrations of a folder, oldest first. @throws {LocalSupabaseError} `migration_failed` when it can't be read */
export async function listMigrations(folder: string): Promise<Migration[]> {
  const files = await readdir(folder).catch((cause) => {
    throw new LocalSupabaseError("migration_failed", `Cannot read the migrations in ${folder}`, {
      cause,
    });
  });
  return files.sort().flatMap((file) => {
    const [, version, name] = migrationName.exec(file) ?? [];
    return version === undefined || name === undefined
      ? []
      : [{ version, name, path: join(folder, file) }];
  });
}

/**
 * Applies what is new in `folder`, as the role that `url` logs in with, one transaction each, recorded where the
 * Supabase CLI looks.
 * @throws {LocalSupabaseError} `migration_failed`, naming file and line; those before it stay applied
 */
export async function applyMigrations(url: string, folder: string, log: Log): Promise<void> {
  const migrations = await listMigrations(folder);
  const client = createConnection({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      set client_min_messages = warning;
      create schema if not exists supabase_migrations;
      create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
      alter table supabase_migrations.schema_migrations add column if not exists statements text[];
      alter table supabase_migrations.schema_migrations add column if not exists name text;
      reset client_min_messages`);
    const { rows } = await client.query<{ version: string }>(
      "select version from supabase_migrations.schema_migrations",
    );
    const applied = new Set(rows.map((row) => row.version));
    for (const migration of migrations) {
      if (applied.delete(migration.version)) continue;
      await applyMigration(client, migration);
      log.info({ migration: `${migration.version}_${migration.name}` }, "applied a migration");
    }
    if (applied.size > 0) {
      log.warn({ versions: [...applied] }, `the database has migrations that ${folder} has not`);
    }
  } finally {
    await client.end();
  }
}

async function applyMigration(client: pg.Client, migration: Migration): Promise<void> {
  const sql = await readFile(migration.path, "utf8");
  try {
    await client.query("reset all; begin");
    await client.query(sql);
    await client.query(
      "insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)",
      [migration.version, migration.name, [sql]],
    );
    await client.query("commit");
  } catch (cause) {
    const { position, message } = cause as pg.DatabaseError;
    const line = position ? `:${sql.slice(0, Number(position)).split("\n").length}` : "";
    throw new LocalSupabaseError("migration_failed", `${migration.path}${line}: ${message}`, {
      cause,
    });
  }
}
