import { createLog } from "@portero/runtime";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPool } from "../connections.ts";
import { maintain } from "../maintenance.ts";
import { loadSecrets } from "../secrets.ts";
import { Files } from "../storage/files.ts";
import { startTestSupabase, type TestSupabase } from "../testing.ts";
import { bootstrapDatabase } from "./bootstrap.ts";

let supabase: TestSupabase;
let superuser: pg.Pool;
let urlOf: (role: string) => string;

beforeEach(async () => {
  supabase = await startTestSupabase();
  const { internalPassword } = await loadSecrets(supabase.dataDir);
  urlOf = (role) => {
    const url = new URL(supabase.databaseUrl);
    url.username = role;
    if (role !== "postgres") url.password = internalPassword;
    return url.href;
  };
  superuser = openPool({ connectionString: urlOf("supabase_admin"), max: 2 });
});
afterEach(async () => {
  await superuser.end();
  await supabase.stop();
});

const upgrade = () => bootstrapDatabase(supabase.dataDir, urlOf);

/** Everything that the bootstrap makes, as far as the catalog tells. */
async function snapshot(): Promise<unknown> {
  const { rows } = await superuser.query(`
    select (select jsonb_agg(to_jsonb(r) - 'oid' - 'rolpassword' order by rolname) from pg_roles r) as roles,
      (select jsonb_agg(jsonb_build_array(n.nspname, c.relname, c.relkind, pg_get_userbyid(c.relowner)::text, c.relacl::text) order by n.nspname, c.relname)
         from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('auth', 'storage', 'realtime', '_local')) as relations,
      (select jsonb_agg(jsonb_build_array(p.oid::regprocedure::text, md5(p.prosrc), p.proacl::text) order by p.oid::regprocedure::text)
         from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('auth', 'storage', 'realtime', '_local', 'extensions')) as functions,
      (select jsonb_agg(jsonb_build_array(n.nspname, d.defaclobjtype::text, d.defaclacl::text) order by n.nspname, d.defaclobjtype, d.defaclrole) from pg_default_acl d join pg_namespace n on n.oid = d.defaclnamespace) as defaults`);
  return rows[0];
}

test("an upgrade changes nothing that is as it should be, and keeps what people made", async () => {
  await superuser.query("insert into storage.buckets (id, name) values ('kept', 'kept')");
  await superuser.query("create policy kept on storage.objects for select using (true)");
  const before = await snapshot();
  await superuser.query("update _local.bootstrap set digest = 'of an older program'");
  await upgrade();
  expect(await snapshot()).toEqual(before);
  const { rows } = await superuser.query(
    "select count(*)::int as n from storage.buckets where id = 'kept'",
  );
  expect(rows).toEqual([{ n: 1 }]);
});

test("an upgrade that fails half-way leaves everything as it was", async () => {
  await superuser.query("update _local.bootstrap set digest = 'of an older program'");
  await superuser.query("drop function realtime.topic() cascade; drop function auth.email()");
  await superuser.query("alter table storage.buckets rename to hidden"); // so that storage.sql, after auth.sql, fails
  await superuser.query("create view storage.buckets as select 1 as id");
  await expect(upgrade()).rejects.toMatchObject({
    code: "bootstrap_failed",
    message: expect.stringContaining("storage.sql"),
  });
  const { rows } = await superuser.query(
    "select to_regprocedure('auth.email()') as email, (select digest from _local.bootstrap) as digest",
  );
  expect(rows).toEqual([{ email: null, digest: "of an older program" }]);
});

test("an upgrade that is cut off half-way leaves everything as it was, and the next one succeeds", async () => {
  await superuser.query("update _local.bootstrap set digest = 'of an older program'");
  await superuser.query("drop function auth.email()");
  const holder = await superuser.connect();
  await holder.query("begin; lock table storage.buckets"); // storage.sql waits here, after auth.sql
  const upgrading = upgrade().catch((error: Error) => error.message);
  // An earlier script may wait a moment for somebody else.
  const waiting =
    "from pg_stat_activity where wait_event_type = 'Lock' and query like '-- Supabase Storage%'";
  await expect.poll(async () => (await superuser.query(`select ${waiting}`)).rowCount).toBe(1);
  await superuser.query(`select pg_terminate_backend(pid) ${waiting}`);
  await expect(upgrading).resolves.toContain("terminat");
  await holder.query("rollback");
  holder.release();
  const email = async () =>
    (await superuser.query("select to_regprocedure('auth.email()') is not null as there")).rows;
  expect(await email()).toEqual([{ there: false }]);
  await upgrade();
  expect(await email()).toEqual([{ there: true }]);
});

test("a folder of a newer program is left alone", async () => {
  await superuser.query("update _local.bootstrap set version = 99");
  await expect(upgrade()).rejects.toMatchObject({ code: "folder_too_new" });
});

test("maintenance makes partitions, drops old ones, and applies the schema's own retention until nothing is left", async () => {
  await superuser.query(`
    create table realtime.messages_2020_01_01 partition of realtime.messages for values from ('2020-01-01') to ('2020-01-02');
    create schema app authorization postgres;
    create table app.calls (batch int);
    alter table app.calls owner to postgres;
    create function app.apply_retention(batch integer) returns integer language plpgsql as $$
      begin
        insert into app.calls values (batch);
        return case when (select count(*) from app.calls) < 3 then batch else 7 end;
      end $$`);
  const owner = new pg.Pool({ connectionString: urlOf("postgres"), max: 1 });
  owner.on("error", () => {});
  const stop = new AbortController();
  const log = createLog("maintenance", { level: "silent" });
  const maintained = maintain(
    { superuser, owner, storage: superuser, files: new Files("/nonexistent"), log },
    stop.signal,
  );
  await expect
    .poll(async () => (await superuser.query("select batch from app.calls")).rowCount)
    .toBe(3);
  stop.abort();
  await maintained;
  await owner.end();
  const { rows } = await superuser.query(
    "select to_regclass('realtime.messages_2020_01_01') as old, to_regclass('realtime.messages_' || to_char(now() at time zone 'utc', 'YYYY_MM_DD')) is not null as today",
  );
  expect(rows).toEqual([{ old: null, today: true }]);
});
