import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { openPool } from "../connections.ts";
import { startTestSupabase } from "../testing.ts";
import { Files } from "./files.ts";
import { sweepFiles } from "./sweep.ts";

test("keeps files with a row and young ones, deletes the others", async () => {
  const supabase = await startTestSupabase();
  const folder = await mkdtemp(join(tmpdir(), "portero-sweep-"));
  const pool = openPool({ connectionString: supabase.databaseUrl, max: 1 });
  try {
    const files = new Files(folder);
    const write = async () => (await files.write(Readable.from([Buffer.from("x")]), 10)).version;
    const [withRow, young, orphan] = [await write(), await write(), await write()];
    await pool.query("insert into storage.buckets (id, name) values ('b', 'b')");
    await pool.query(
      "insert into storage.objects (bucket_id, name, version) values ('b', 'a', $1)",
      [withRow],
    );
    for (const version of [withRow, orphan]) {
      await utimes(join(folder, version.slice(0, 2), version), 0, 0);
    }
    await sweepFiles(pool, files, new AbortController().signal);
    const left = (await readdir(folder, { recursive: true })).filter((name) => name.includes("/"));
    expect(left.map((name) => name.slice(3)).sort()).toEqual([withRow, young].sort());
  } finally {
    await pool.end();
    await supabase.stop();
    await rm(folder, { recursive: true });
  }
});
