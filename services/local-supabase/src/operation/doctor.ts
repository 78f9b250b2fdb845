import { stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { listMigrations } from "../migrations.ts";
import { chooseAccount } from "../postgres/account.ts";
import { findBinaries } from "../postgres/binaries.ts";
import { connectToRunning } from "./running.ts";

/** One thing that was looked at, in words for whoever runs the machine. */
export interface Finding {
  isWell: boolean;
  text: string;
}

const scarceBytes = 1e9;

/** Looks at a data folder and, if it runs, its database. Changes nothing. */
export async function examine(dataDir: string, migrationsDir?: string): Promise<Finding[]> {
  const folder = await folderFindings(dataDir);
  const client = await connectToRunning(dataDir);
  if (!client)
    return [...folder, well("The database is not running. Start it and ask again to look inside.")];
  try {
    return [
      ...folder,
      well("The database answers."),
      ...(await databaseFindings(client, dataDir, migrationsDir)),
    ];
  } finally {
    await client.end();
  }
}

async function folderFindings(dataDir: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  const account = await chooseAccount(join(dataDir, "postgres"));
  await findBinaries(account).then(
    ({ postgres }) => findings.push(well(`Postgres is at ${postgres}.`)),
    (error: Error) => findings.push(unwell(error.message)),
  );
  const facts = await stat(dataDir).catch(() => undefined);
  if (!facts) return [...findings, well(`${dataDir} is not there yet; the first start makes it.`)];
  if (process.platform !== "win32" && (facts.mode & 0o077) !== 0) {
    findings.push(
      unwell(
        `Others on this machine can enter ${dataDir}, which holds keys. Run: chmod 700 ${dataDir}`,
      ),
    );
  }
  const { bavail, bsize } = await statfs(dataDir);
  const freeBytes = bavail * bsize;
  const free = `${(freeBytes / 1e9).toFixed(1)} GB are free`;
  findings.push(
    freeBytes < scarceBytes
      ? unwell(`Only ${free} for ${dataDir}. Make room before writes fail.`)
      : well(`${free}.`),
  );
  return findings;
}

async function databaseFindings(
  client: pg.Client,
  dataDir: string,
  migrationsDir: string | undefined,
): Promise<Finding[]> {
  const one = async (sql: string) => (await client.query(sql)).rows[0];
  const { has_partition: hasPartition } = await one(
    "select to_regclass('realtime.messages_' || to_char(now() at time zone 'utc', 'YYYY_MM_DD')) is not null as has_partition",
  );
  const { lost } = await one(
    "select count(*)::int as lost from pg_replication_slots where wal_status in ('lost', 'unreserved')",
  );
  const { waiting } = await one(
    "select count(*)::int as waiting from pg_stat_activity where state = 'idle in transaction' and state_change < now() - interval '1 minute'",
  );
  const { rows: objects } = await client.query<{ path: string; version: string | null }>(
    "select bucket_id || '/' || name as path, version from storage.objects",
  );
  const missing: string[] = [];
  for (const { path, version } of objects) {
    const file = join(dataDir, "storage", version?.slice(0, 2) ?? "", version ?? "none");
    if (!(await stat(file).catch(() => undefined))) missing.push(path);
  }
  return [
    hasPartition
      ? well("Today's partition for broadcasts is there.")
      : unwell(
          "Today's partition of realtime.messages is missing: broadcasts are lost. Restart; the start makes it.",
        ),
    lost === 0
      ? well("No stream of changes has fallen behind.")
      : unwell(
          `${lost} replication slot(s) fell behind and lost their place. Drop them: whoever owns them must read everything anew.`,
        ),
    waiting === 0
      ? well("No transaction was left open.")
      : unwell(
          `${waiting} connection(s) left a transaction open for more than a minute and hold up maintenance.`,
        ),
    missing.length === 0
      ? well(`All ${objects.length} stored objects have their file.`)
      : unwell(
          `${missing.length} stored object(s) have no file, for one ${missing[0]}. Restore them from a backup or delete them.`,
        ),
    ...(migrationsDir ? [await migrationFinding(client, migrationsDir)] : []),
  ];
}

async function migrationFinding(client: pg.Client, migrationsDir: string): Promise<Finding> {
  const { rows } = await client
    .query<{ version: string }>("select version from supabase_migrations.schema_migrations")
    .catch(() => ({ rows: [] }));
  const applied = new Set(rows.map(({ version }) => version));
  const pending = (await listMigrations(migrationsDir)).filter(
    ({ version }) => !applied.has(version),
  );
  return pending.length === 0
    ? well("All migrations are applied.")
    : unwell(
        `${pending.length} migration(s) wait: ${pending.map(({ version, name }) => `${version}_${name}`).join(", ")}. The next start applies them.`,
      );
}

const well = (text: string): Finding => ({ isWell: true, text });
const unwell = (text: string): Finding => ({ isWell: false, text });
