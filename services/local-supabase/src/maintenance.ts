import { type Log, poll } from "@portero/runtime";
import type pg from "pg";

const hourMs = 3_600_000;
const retentionBatch = 1000;

/** Today's partition of `realtime.messages` and the next ones: without it every broadcast is lost. */
export async function maintainPartitions(superuser: pg.Pool): Promise<void> {
  await superuser.query("select realtime.maintain_partitions()");
}

export interface Maintained {
  superuser: pg.Pool;
  /** As `postgres`, who owns what the migrations made. */
  owner: pg.Pool;
  log: Log;
}

/** What `pg_cron` does on hosted Supabase: partitions and the schema's own retention, every hour until the signal. */
export async function maintain(databases: Maintained, signal: AbortSignal): Promise<void> {
  await poll(
    async () => {
      await maintainPartitions(databases.superuser);
      await applyRetention(databases.owner, signal);
    },
    {
      everyMs: hourMs,
      backoff: { baseMs: 1000, maxMs: 60_000 },
      signal,
      onFailure: (err, _attempt, waitMs) =>
        databases.log.warn({ err, waitMs }, "maintenance failed"),
    },
  );
}

/** `app.apply_retention(batch)` is the migrations' to provide; it deletes up to `batch` rows and returns how many. */
async function applyRetention(owner: pg.Pool, signal: AbortSignal): Promise<void> {
  const { rows } = await owner.query(
    "select to_regprocedure('app.apply_retention(integer)') is not null as provided",
  );
  if (!rows[0].provided) return;
  let deleted = retentionBatch;
  while (deleted >= retentionBatch && !signal.aborted) {
    const result = await owner.query("select app.apply_retention($1) as deleted", [retentionBatch]);
    deleted = result.rows[0].deleted;
  }
}
