import { type Log, poll } from "@portero/runtime";
import type pg from "pg";
import type { Files } from "./storage/files.ts";
import { sweepFiles } from "./storage/sweep.ts";

const hourMs = 3_600_000;
const retentionBatch = 1000;

/** Today's partition of `realtime.messages` and the next ones: without it every broadcast is lost. */
export async function maintainPartitions(superuser: pg.Pool): Promise<void> {
  await superuser.query("select realtime.maintain_partitions()");
}

export interface MaintainedParts {
  superuser: pg.Pool;
  /** As `postgres`, who owns what the migrations made. */
  owner: pg.Pool;
  /** As `supabase_storage_admin`. */
  storage: pg.Pool;
  files: Files;
  log: Log;
}

/** What `pg_cron` does on hosted Supabase: partitions, the schema's own retention, and files nobody needs, every hour until the signal. */
export async function maintain(parts: MaintainedParts, signal: AbortSignal): Promise<void> {
  await poll(
    async () => {
      await maintainPartitions(parts.superuser);
      await applyRetention(parts.owner, signal);
      await sweepFiles(parts.storage, parts.files, signal);
    },
    {
      everyMs: hourMs,
      backoff: { baseMs: 1000, maxMs: 60_000 },
      signal,
      onFailure: (err, _attempt, waitMs) => parts.log.warn({ err, waitMs }, "maintenance failed"),
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
