import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestSupabase, type TestSupabase } from "./testing.ts";

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startTestSupabase();
});
afterAll(() => supabase?.stop());

async function asPostgres(sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: supabase.databaseUrl });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

test("postgres is no superuser, as on hosted Supabase", async () => {
  const { rows } = await asPostgres(
    "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user",
  );
  expect(rows).toEqual([
    { rolsuper: false, rolbypassrls: true, rolcreaterole: true, rolcreatedb: true },
  ]);
});

test.each([
  "create policy p on realtime.messages for select to authenticated using (true)",
  "drop policy p on realtime.messages",
  "create policy p on storage.objects for select to authenticated using (bucket_id = 'a')",
  "alter policy p on storage.objects using (bucket_id = 'b')",
  "insert into storage.buckets (id, name) values ('a', 'a')",
  "create table public.t (id uuid references auth.users, at timestamptz default now())",
  "alter publication supabase_realtime add table public.t",
  "create extension citext with schema extensions",
  "create role portero_rls nologin bypassrls",
  "create function public.f() returns void language sql as ''",
])("lets postgres: %s", async (sql) => {
  await expect(asPostgres(sql)).resolves.toBeDefined();
});

test.each([
  ["alter table storage.objects add column extra text", "must be owner of table objects"],
  ["alter table realtime.messages disable row level security", "must be owner of table messages"],
  ["create table auth.extra (id int)", "permission denied for schema auth"],
  ["create function realtime.extra() returns int language sql as 'select 1'", "permission denied"],
  ["drop table storage.objects cascade", "must be owner of table objects"],
  [
    "create event trigger e on ddl_command_end execute function extensions.pgrst_ddl_watch()",
    "permission denied",
  ],
])("refuses postgres: %s", async (sql, message) => {
  await expect(asPostgres(sql)).rejects.toThrow(message);
});
