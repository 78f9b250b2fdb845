import type pg from "pg";
import type { Files } from "./files.ts";

/** No upload takes longer from its file to its row. */
const graceMs = 3_600_000;

/** Deletes files without a row: of uploads that a crash cut short, and of objects that SQL deleted. */
export async function sweepFiles(
  storage: pg.Pool,
  files: Files,
  signal: AbortSignal,
): Promise<void> {
  for await (const versions of files.olderThan(graceMs)) {
    if (signal.aborted) return;
    const { rows } = await storage.query<{ version: string }>(
      `select version from unnest($1::text[]) as version
       where not exists (select from storage.objects o where o.version = version.version)`,
      [versions],
    );
    await files.remove(rows.map(({ version }) => version));
  }
}
