import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createClient } from "@supabase/supabase-js";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

describe("the gateway", () => {
  const browser = { "user-agent": "Mozilla/5.0 (X11; Linux x64) Chrome/149" };

  test.each(["/auth/v1/settings", "/auth/v1/token?grant_type=password"])(
    "wants a known API key for %s",
    async (path) => {
      const method = path.includes("token") ? "POST" : "GET";
      const without = await fetch(supabase.url + path, { method });
      expect([without.status, await without.json()]).toMatchObject([
        401,
        { message: "No API key found in request" },
      ]);
      const wrong = await fetch(supabase.url + path, {
        method,
        headers: { apikey: "sb_secret_made-up" },
      });
      expect([wrong.status, await wrong.json()]).toMatchObject([
        401,
        { message: "Invalid API key" },
      ]);
    },
  );

  test("takes whoever calls REST without a key for anon, and refuses an unknown key", async () => {
    expect((await fetch(`${supabase.url}/rest/v1/t`)).status).toBe(200);
    const wrong = await fetch(`${supabase.url}/rest/v1/t?apikey=sb_secret_made-up`);
    expect([wrong.status, await wrong.json()]).toMatchObject([401, { message: "Invalid API key" }]);
  });

  test("refuses the secret key from a browser, everywhere", async () => {
    const headers = { apikey: supabase.secretKey, ...browser };
    for (const path of ["/rest/v1/t", "/auth/v1/admin/users", "/storage/v1/bucket"]) {
      const answer = await fetch(supabase.url + path, { headers });
      expect([answer.status, await answer.json()]).toMatchObject([
        401,
        { message: "Forbidden use of secret API key in browser" },
      ]);
    }
  });

  test("takes API keys as bearer only beside the same API key", async () => {
    const bearer = (key: string, apikey: string) =>
      fetch(`${supabase.url}/auth/v1/admin/users`, {
        headers: { apikey, authorization: `Bearer ${key}` },
      });
    expect((await bearer(supabase.secretKey, supabase.secretKey)).status).toBe(200);
    expect((await bearer(supabase.secretKey, supabase.publishableKey)).status).toBe(403);
  });

  test("lets any page call, with its preflight", async () => {
    const origin = "https://desk.example";
    const preflight = await fetch(`${supabase.url}/rest/v1/t`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "apikey,prefer",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toBe("apikey,prefer");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("PATCH");
    const answer = await fetch(`${supabase.url}/auth/v1/health`, { headers: { origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-expose-headers")).toContain("Content-Range");
  });

  test("answers an unknown path like Supabase's", async () => {
    const answer = await fetch(`${supabase.url}/nothing/here`);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { error: "requested path is invalid" },
    ]);
  });
});

test.each([
  ["explain()", "GET", "rest/v1/t", 406, "PGRST107", "application/vnd.pgrst.plan+json"],
  ["GeoJSON", "GET", "rest/v1/t", 406, "PGRST107", "application/geo+json"],
  ["the OpenAPI description", "GET", "rest/v1/", 404, "PGRST126"],
  ["a phone", "POST", "auth/v1/otp", 400, "phone_provider_disabled"],
  ["an account without a name", "POST", "auth/v1/signup", 422, "anonymous_provider_disabled"],
  ["PKCE", "POST", "auth/v1/token?grant_type=pkce", 400, "validation_failed"],
  ["social log-in", "GET", "auth/v1/authorize?provider=google", 404],
  ["MFA", "POST", "auth/v1/factors", 404],
  ["SSO", "POST", "auth/v1/sso", 404],
  ["resend", "POST", "auth/v1/resend", 404],
  ["reauthenticate", "GET", "auth/v1/reauthenticate", 404],
  ["images", "GET", "storage/v1/render/image/public/b/x.jpg", 400, "FeatureNotEnabled"],
  ["resumable uploads", "POST", "storage/v1/upload/resumable", 404],
  ["S3", "GET", "storage/v1/s3/b", 404],
  ["vectors", "POST", "storage/v1/vector/ListVectorBuckets", 404],
  ["analytics", "GET", "storage/v1/iceberg/bucket", 404],
  ["long polling", "GET", "realtime/v1/longpoll", 404],
  ["the management API", "GET", "realtime/v1/api/tenants", 404],
  ["Edge Functions", "POST", "functions/v1/hello", 404],
  ["GraphQL", "POST", "graphql/v1", 404],
])("says of what it lacks: %s", async (_what, method, path, status, code = "", accept = "*/*") => {
  const answer = await fetch(`${supabase.url}/${path}`, {
    method,
    headers: { apikey: supabase.publishableKey, accept, "content-type": "application/json" },
    ...(method === "POST" ? { body: "{}" } : {}),
  });
  const body = (await answer.json()) as { code?: unknown; error_code?: string };
  expect(answer.status).toBe(status);
  if (code !== "") expect([body.code, body.error_code]).toContain(code);
});

test("10,000 sockets that say nothing keep nobody from an answer", async () => {
  const { stdout } = await promisify(execFile)("sh", ["-c", "ulimit -n"]);
  // Each end of a connection takes a file descriptor: the other ends are a process of their own.
  const count = Math.min(10_000, (Number(stdout) || Number.POSITIVE_INFINITY) - 500);
  const args = [supabase.url, supabase.publishableKey, String(count)];
  const idle = fork(new URL("testing/idle-sockets.ts", import.meta.url), args);
  try {
    const [open] = await once(idle, "message");
    expect(open).toBe(count);
    const client = createClient(supabase.url, supabase.publishableKey, {
      auth: { persistSession: false },
    });
    expect(
      (await client.auth.signInWithPassword({ email: "no@example.com", password: "x" })).error
        ?.code,
    ).toBe("invalid_credentials");
    const joined = Promise.withResolvers<void>();
    client.channel("open").subscribe((status, error) => {
      if (status === "SUBSCRIBED") joined.resolve();
      else if (error) joined.reject(error);
    });
    await joined.promise;
    await client.removeAllChannels();
  } finally {
    idle.kill("SIGKILL");
  }
});

test("unmodified supabase-js logs in, writes, is told, stores and fetches under policies", async () => {
  await asPostgres(`
    create table public.letters (id int primary key, owner uuid not null default auth.uid(), text text);
    alter table public.letters enable row level security;
    create policy own on public.letters for all to authenticated using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
    alter publication supabase_realtime add table public.letters;
    create policy "listen" on realtime.messages for select to authenticated using (realtime.topic() = 'room:' || (select auth.uid()));
    insert into storage.buckets (id, name) values ('letters', 'letters');
    create policy "letters" on storage.objects for all to authenticated using (bucket_id = 'letters' and (storage.foldername(name))[1] = (select auth.uid())::text);
  `);
  const client = createClient(supabase.url, supabase.publishableKey, {
    auth: { persistSession: false },
  });
  const { data } = await client.auth.signUp({
    email: "ana@example.com",
    password: "correct horse",
  });
  const me = data.user?.id ?? "";

  const told: unknown[] = [];
  const subscribed = Promise.withResolvers<void>();
  client
    .channel("letters")
    .on(
      "postgres_changes",
      { event: "INSERT", schema: "public", table: "letters" },
      ({ new: row }) => told.push(row),
    )
    .on("system", {}, ({ status }) =>
      status === "ok" ? subscribed.resolve() : subscribed.reject(new Error(status)),
    )
    .subscribe();
  const joined = Promise.withResolvers<void>();
  client
    .channel(`room:${me}`, { config: { private: true } })
    .on("broadcast", { event: "note" }, ({ payload }) => told.push(payload))
    .subscribe((status, error) =>
      status === "SUBSCRIBED" ? joined.resolve() : joined.reject(error),
    );
  await Promise.all([subscribed.promise, joined.promise]);

  const { data: rows, error } = await client
    .from("letters")
    .insert({ id: 1, text: "hello" })
    .select();
  expect(error).toBeNull();
  expect(rows).toEqual([{ id: 1, owner: me, text: "hello" }]);
  await asPostgres(`select realtime.send('{"a": 1}', 'note', 'room:${me}')`);
  await expect.poll(() => told.length, { timeout: 5000 }).toBe(2);
  expect(told).toEqual(
    expect.arrayContaining([
      { id: 1, owner: me, text: "hello" },
      expect.objectContaining({ a: 1 }),
    ]),
  );

  await client.storage.from("letters").upload(`${me}/a.txt`, "hello");
  const { data: signed } = await client.storage.from("letters").createSignedUrl(`${me}/a.txt`, 60);
  expect(await (await fetch(signed?.signedUrl ?? "")).text()).toBe("hello");
  await client.removeAllChannels();
});

const cli = new URL("../../../node_modules/@supabase/cli-linux-x64/bin/supabase", import.meta.url)
  .pathname;

test.skipIf(!existsSync(cli))("the Supabase CLI reads types and migrations", async () => {
  await asPostgres("create table public.typed (id int primary key, note text)");
  const workdir = await mkdtemp(join(tmpdir(), "portero-cli-"));
  try {
    await mkdir(join(workdir, "supabase"));
    await writeFile(join(workdir, "supabase/config.toml"), 'project_id = "test"\n');
    const args = ["gen", "types", `--remote=${supabase.databaseUrl}`, "--workdir", workdir];
    const { stdout } = await promisify(execFile)(cli, args);
    expect(stdout).toMatch(/"typed": \{\s*Row: \{\s*"id": number,\s*"note": string \| null/);
  } finally {
    await rm(workdir, { recursive: true });
  }
});

test("log-ins are limited per address, without a word on which are known", async () => {
  const limited = await startTestSupabase({ isLimited: true });
  try {
    const client = createClient(limited.url, limited.publishableKey, {
      auth: { persistSession: false },
    });
    const logIn = (email: string) => client.auth.signInWithPassword({ email, password: "wrong" });
    const errors = await Promise.all(Array.from({ length: 31 }, () => logIn("ana@example.com")));
    const codes = errors.map(({ error }) => error?.code);
    expect(codes.filter((code) => code === "invalid_credentials")).toHaveLength(30);
    expect(codes).toContain("over_request_rate_limit");
    expect((await logIn("ANA@example.com ")).error).toMatchObject({ status: 429 });
    expect((await logIn("eva@example.com")).error?.code).toBe("invalid_credentials");

    // A link's hash may be guessed no more often, whatever address stands beside it.
    const guess = async (n: number, more: object = {}) => {
      const body = { type: "magiclink", token_hash: `guess ${n}`, ...more };
      const answer = await fetch(`${limited.url}/auth/v1/verify`, {
        method: "POST",
        headers: { apikey: limited.publishableKey, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return ((await answer.json()) as { error_code: string }).error_code;
    };
    expect(await guess(0, { email: "eva@example.com" })).toBe("validation_failed");
    const guesses = await Promise.all(Array.from({ length: 31 }, (_, n) => guess(n)));
    expect(guesses.filter((code) => code === "otp_expired")).toHaveLength(30);
    expect(guesses).toContain("over_request_rate_limit");
  } finally {
    await limited.stop();
  }
});
