import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "@portero/runtime";
import { createClient } from "@supabase/supabase-js";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openPool } from "../connections.ts";
import { loadSecrets } from "../secrets.ts";
import { startLocalSupabase } from "../server.ts";
import { startTestSupabase, type TestSupabase } from "../testing.ts";
import { backUp } from "./backup.ts";
import { examine } from "./doctor.ts";
import { restore } from "./restore.ts";

vi.setConfig({ testTimeout: 60_000 });

const log = createLog("operation", { level: "silent" });
let supabase: TestSupabase;
let root: string;
let pool: pg.Pool;

beforeEach(async () => {
  supabase = await startTestSupabase();
  root = await mkdtemp(join(tmpdir(), "portero-operation-"));
  pool = openPool({ connectionString: supabase.databaseUrl, max: 2 });
});
afterEach(async () => {
  await pool.end();
  await supabase.stop();
  await rm(root, { recursive: true, force: true });
});

test("a backup taken under writes restores to a moment when each write was whole", async () => {
  await pool.query("create table public.pairs (id int, half text, primary key (id, half))");
  const service = createClient(supabase.url, supabase.secretKey, {
    auth: { persistSession: false },
  });
  await service.storage.createBucket("b");
  await service.storage.from("b").upload("before.txt", "before");
  await pool.query("insert into pairs values (0, 'a'), (0, 'b')");

  const writing = new AbortController();
  const writer = (async () => {
    for (let id = 1; !writing.signal.aborted; id++) {
      await pool.query("insert into pairs values ($1, 'a'), ($1, 'b')", [id]);
      await service.storage.from("b").upload(`${id}.txt`, "during");
    }
  })();
  const backup = backUp({ dataDir: supabase.dataDir, to: join(root, "backup"), log });
  await Promise.allSettled([backup]);
  writing.abort();
  await writer;
  const report = await backup;
  expect(report.objectsWithoutFile).toEqual([]);
  expect(report.objects).toBeGreaterThan(0);
  expect((await stat(report.folder)).mode & 0o777).toBe(0o700);
  expect(await readdir(root)).toEqual(["backup"]);

  const dataDir = join(root, "restored");
  await restore({ from: report.folder, dataDir });
  const restored = await startLocalSupabase({ dataDir, log });
  try {
    const client = new pg.Client({ connectionString: restored.databaseUrl });
    await client.connect();
    const { rows } = await client.query(
      "select count(*)::int as pairs, count(*) filter (where n <> 2)::int as halves from (select count(*) as n from pairs group by id) p",
    );
    await client.end();
    expect(rows[0].halves).toBe(0);
    expect(rows[0].pairs).toBeGreaterThan(0);
    const again = createClient(restored.url, supabase.secretKey, {
      auth: { persistSession: false },
    });
    const { data } = await again.storage.from("b").download("before.txt");
    expect(await data?.text()).toBe("before");
  } finally {
    await restored.stop();
  }
});

test("nothing is overwritten, and what is no backup is not restored", async () => {
  const to = join(root, "backup");
  await backUp({ dataDir: supabase.dataDir, to, log });
  await expect(backUp({ dataDir: supabase.dataDir, to, log })).rejects.toMatchObject({
    code: "backup_failed",
  });
  await expect(restore({ from: to, dataDir: supabase.dataDir })).rejects.toMatchObject({
    code: "restore_failed",
  });
  await expect(restore({ from: root, dataDir: join(root, "new") })).rejects.toMatchObject({
    code: "restore_failed",
  });
});

test("the doctor finds what is wrong and says what to do", async () => {
  const complaints = async () =>
    (await examine(supabase.dataDir)).filter(({ isWell }) => !isWell).map(({ text }) => text);
  expect(await complaints()).toEqual([]);
  await chmod(supabase.dataDir, 0o755);
  await pool.query("insert into storage.buckets (id, name) values ('b', 'b')");
  await pool.query(
    "insert into storage.objects (bucket_id, name, version) values ('b', 'lost.txt', 'abc')",
  );
  expect(await complaints()).toEqual([
    expect.stringContaining("chmod 700"),
    expect.stringContaining("b/lost.txt"),
  ]);
});

test("the doctor finds broadcasts that would be lost and migrations that wait", async () => {
  const { internalPassword } = await loadSecrets(supabase.dataDir);
  const url = new URL(supabase.databaseUrl);
  url.username = "supabase_admin";
  url.password = internalPassword;
  const superuser = new pg.Client({ connectionString: url.href });
  await superuser.connect();
  await superuser.query(`do $$ begin
    execute format('drop table realtime.%I', 'messages_' || to_char(now() at time zone 'utc', 'YYYY_MM_DD'));
  end $$`);
  await superuser.end();
  await writeFile(join(root, "20260101000000_gates.sql"), "select 1");
  const findings = await examine(supabase.dataDir, root);
  expect(findings.filter(({ isWell }) => !isWell).map(({ text }) => text)).toEqual([
    expect.stringMatching(/partition .* is missing: broadcasts are lost\. Restart/),
    "1 migration(s) wait: 20260101000000_gates. The next start applies them.",
  ]);
});

test("the doctor says where to begin when nothing runs", async () => {
  const texts = (await examine(join(root, "new"))).map(({ text }) => text);
  expect(texts).toContain(`${join(root, "new")} is not there yet; the first start makes it.`);
  expect(texts).toContain("The database is not running. Start it and ask again to look inside.");
});
