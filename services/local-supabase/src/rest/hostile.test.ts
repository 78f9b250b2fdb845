import { UnsecuredJWT } from "jose";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Executor } from "./execute.ts";
import { sql } from "./sql/fragment.ts";
import { type AnyClient, startTestRest, type TestRest } from "./testing.ts";
import { FILM_ROWS, FILM_SCHEMA } from "./testing-schema.ts";

const MINE = "11111111-1111-4111-8111-111111111111";
const THEIRS = "22222222-2222-4222-8222-222222222222";
const TENANTS = `
create table vehicles (
  id uuid primary key default gen_random_uuid(), tenant uuid not null, plate text unique);
alter table vehicles enable row level security;
create policy mine on vehicles to authenticated
  using (tenant = (select auth.uid())) with check (tenant = (select auth.uid()));
insert into vehicles values
  ('11111111-0000-4000-8000-000000000000', '${MINE}', 'MINE'),
  ('22222222-0000-4000-8000-000000000000', '${THEIRS}', 'THEIRS');
alter role service_role set statement_timeout = '300ms';`;

let rest: TestRest;
let admin: AnyClient;

beforeAll(async () => {
  rest = await startTestRest(FILM_SCHEMA + FILM_ROWS + TENANTS);
  admin = await rest.client("service_role");
});
afterAll(() => rest?.stop());

describe("SQL in a URL", () => {
  const evil = [
    `id;drop table films`,
    `id"; drop table films; --`,
    `"id\\"; drop table films; --"`,
    `id)) union select * from secrets --`,
    `(select pg_sleep(9))`,
    `id::int4; drop table films`,
    `$1`,
    `id\0`,
  ];
  const places = (text: string) => {
    const e = encodeURIComponent(text);
    return [
      `/${e}`,
      `/rpc/${e}`,
      `/films?select=${e}`,
      `/films?select=a:${e}`,
      `/films?select=${e}:id`,
      `/films?select=id::${e}`,
      `/films?select=info->${e}`,
      `/films?select=${e}(id)`,
      `/films?select=directors!${e}(id)`,
      `/films?${e}=eq.1`,
      `/films?id=${e}`,
      `/films?id=eq.${e}`,
      `/films?id=in.(${e})`,
      `/films?title=fts(${e}).x`,
      `/films?or=(${e})`,
      `/films?or=(id.eq.${e})`,
      `/films?order=${e}`,
      `/films?order=id.${e}`,
      `/films?limit=${e}`,
      `/films?${e}.limit=1`,
      `/films?columns=${e}`,
      `/films?on_conflict=${e}`,
      `/rpc/add?a=${e}`,
    ];
  };

  it.each(evil)("is answered, not run: %j", async (text) => {
    for (const path of places(text)) {
      for (const method of ["GET", "POST", "DELETE"]) {
        const response = await rest.fetch(path, {
          method,
          ...(method === "POST"
            ? { body: "{}", headers: { "content-type": "application/json" } }
            : {}),
        });
        expect(response.status, `${method} ${path}`).toBeLessThan(500);
        const body = await response.text();
        expect(body).not.toMatch(/syntax error|pgrst_|"t0"/u);
      }
    }
    const { rows } = await rest.query(
      "select (select count(*) from films) as films, (select count(*) from secrets) as secrets",
    );
    expect(rows).toEqual([{ films: "5", secrets: "1" }]);
  });

  it("is a name where it is only a name", async () => {
    const alias = `x";drop-table(films);--`;
    const { data } = await admin
      .from("films")
      .select(`"${alias.replace('"', '\\"')}":id`)
      .eq("id", 1);
    expect(data).toEqual([{ [alias]: 1 }]);
  });

  it("is inert in bodies and headers", async () => {
    const response = await rest.fetch("/actors?columns=id", {
      method: "POST",
      body: `[{"id":"1); drop table films; --"}]`,
      headers: {
        "content-type": "application/json",
        prefer: "return=representation, timezone='; drop table films",
        cookie: "a='; drop table films; --",
      },
    });
    expect([response.status, await response.json()]).toMatchObject([400, { code: "22P02" }]);
    const profile = { "accept-profile": `public", pg_catalog; drop table films; --` };
    expect((await rest.fetch("/films", { headers: profile })).status).toBe(406);
  });
});

describe("what is out of reach", () => {
  it("stays out of reach", async () => {
    for (const path of [
      "/pg_authid",
      "/pg_catalog.pg_authid",
      "/users",
      "/auth.users",
      "/rpc/pg_sleep",
      "/rpc/pg_read_file?filename=x",
    ]) {
      expect((await rest.fetch(path)).status, path).toBe(404);
    }
    for (const profile of ["auth", "pg_catalog", "storage", "information_schema", ""]) {
      const response = await rest.fetch("/users", { headers: { "accept-profile": profile } });
      expect(response.status, profile).toBeGreaterThanOrEqual(404);
    }
  });

  it("is 401 for anon and 403 for users without the right", async () => {
    const anonymous = await (await rest.client("anon")).from("secrets").select();
    expect(anonymous).toMatchObject({
      status: 401,
      error: { code: "42501", message: "permission denied for table secrets" },
    });
    const user = await (await rest.client({})).from("secrets").select();
    expect(user).toMatchObject({ status: 403, error: { code: "42501" } });
  });
});

describe("another tenant's rows", () => {
  it("answer like rows that do not exist", async () => {
    const me = await rest.client({ sub: MINE });
    const ids = ["22222222-0000-4000-8000-000000000000", "99999999-0000-4000-8000-000000000000"];
    const answers = [];
    for (const id of ids) {
      const table = () => me.from("vehicles");
      answers.push([
        await table().select().eq("id", id),
        await table().select("*", { count: "exact", head: true }).eq("id", id),
        await table().select().eq("id", id).single(),
        await table().update({ plate: "X" }).eq("id", id).select(),
        await table().delete({ count: "exact" }).eq("id", id),
      ]);
    }
    expect(answers[0]).toEqual(answers[1]);
    const { rows } = await rest.query("select plate from vehicles order by 1");
    expect(rows).toEqual([{ plate: "MINE" }, { plate: "THEIRS" }]);
  });

  it("cannot be written", async () => {
    const me = await rest.client({ sub: MINE });
    const answer = await me.from("vehicles").insert({ tenant: THEIRS, plate: "NEW" });
    expect(answer).toMatchObject({ status: 403, error: { code: "42501", details: null } });
    expect((await me.from("vehicles").update({ tenant: THEIRS }).eq("plate", "MINE")).status).toBe(
      403,
    );
  });

  it("are not there for claims that say nothing", async () => {
    for (const sub of ["", "not-a-uuid"]) {
      const { data, error } = await (await rest.client({ sub })).from("vehicles").select();
      expect(data ?? []).toEqual([]);
      expect(JSON.stringify(error)).not.toContain("MINE");
    }
    expect((await (await rest.client("anon")).from("vehicles").select()).data).toEqual([]);
  });
});

describe("tokens", () => {
  const withToken = (token: string) =>
    fetch(`${rest.url}/rest/v1/films`, {
      headers: { apikey: rest.issuer.anonKey, authorization: `Bearer ${token}` },
    });

  it.each([
    ["nonsense", "PGRST301", "Expected 3 parts in JWT; got 1"],
    ["a.b.c", "PGRST301", "No suitable key or wrong key type"],
  ])("%s is refused", async (token, code, message) => {
    const response = await withToken(token);
    expect([response.status, await response.json()]).toMatchObject([401, { code, message }]);
    expect(response.headers.get("www-authenticate")).toBe(
      `Bearer error="invalid_token", error_description="${message}"`,
    );
  });

  it("without signature or over its time are refused", async () => {
    const none = new UnsecuredJWT({ role: "service_role" }).setExpirationTime("1h").encode();
    expect(await (await withToken(none)).json()).toMatchObject({ code: "PGRST301" });
    const claims = { role: "authenticated", aud: "authenticated", sub: MINE, exp: 1_700_000_000 };
    const response = await withToken(await rest.issuer.sign(claims));
    expect([response.status, await response.json()]).toMatchObject([
      401,
      { code: "PGRST303", message: "JWT expired" },
    ]);
  });

  it("for roles that authenticator may not take are refused by the database", async () => {
    for (const role of ["postgres", "supabase_admin", "no_such_role"]) {
      const { status, error } = await (await rest.client({ role })).from("films").select();
      expect([status, error?.code], role).toEqual(
        role === "no_such_role" ? [401, "22023"] : [403, "42501"],
      );
    }
  });

  it("are not needed by what anon may see", async () => {
    const response = await fetch(`${rest.url}/rest/v1/films?select=id&id=eq.1`);
    expect(await response.json()).toEqual([{ id: 1 }]);
  });
});

describe("too much", () => {
  it("stops a query at its role's time, and serves the next", async () => {
    const answer = await admin.rpc("sleep_for", { seconds: 30 });
    expect(answer).toMatchObject({
      status: 500,
      error: { code: "57014", message: "canceling statement due to statement timeout" },
    });
    expect((await admin.from("films").select("id")).data).toHaveLength(5);
  });

  it("gives a function the time that it asks for itself", async () => {
    expect(await admin.rpc("sleep_long", { seconds: 0.6 })).toMatchObject({ error: null });
  });

  it("refuses a million characters", async () => {
    const response = await rest.fetch(`/films?title=eq.${"x".repeat(1_000_000)}`);
    expect(response.status).toBe(431);
    const body = JSON.stringify({ code: "x".repeat(1_000_000), message: "m" });
    const long = await rest.fetch("/rpc/nope", {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    expect([long.status, (await long.text()).length]).toEqual([404, expect.any(Number)]);
  });

  it("ends what nobody waits for any more", async () => {
    const running = async () => {
      const { rows } = await rest.query(
        "select from pg_stat_activity where state = 'active' and usename = 'authenticator' and query like '%sleep_long%'",
      );
      return rows.length;
    };
    const gone = new AbortController();
    const answer = rest.fetch("/rpc/sleep_long", {
      method: "POST",
      body: '{"seconds":15}',
      headers: { "content-type": "application/json" },
      signal: gone.signal,
    });
    await expect.poll(running).toBe(1);
    gone.abort();
    await expect(answer).rejects.toThrow("aborted");
    await expect.poll(running).toBe(0);
  });

  it("refuses who waits too long for a connection", async () => {
    const connectionString = rest.authenticatorUrl;
    const pool = new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: 50 });
    const taken = await pool.connect();
    const { signal } = new AbortController();
    const session = { claims: { role: "anon" }, settings: {}, isReadOnly: true, signal };
    await expect(new Executor(pool, pool).run(session, sql`select 1`)).rejects.toMatchObject({
      status: 504,
      code: "PGRST003",
    });
    taken.release();
    await pool.end();
  });

  it.each([
    ["a body beyond the limit", `[${"1,".repeat(9_000_000)}1]`, 413, undefined],
    ["a million brackets", "[".repeat(1e6) + "]".repeat(1e6), 400, "PGRST102"],
    [
      "a value nested beyond Postgres's stack",
      `{"info":${"[".repeat(1e5)}${"]".repeat(1e5)}}`,
      500,
      "54001",
    ],
    ["the names that every object has", '{"__proto__":{"id":1},"constructor":1}', 400, "PGRST204"],
    ["half a surrogate pair", '{"title":"\\ud800"}', 400, "22P02"],
    ["a NUL", '{"title":"\\u0000"}', 400, "22P05"],
  ])("refuses %s", async (_what, body, status, code) => {
    const headers = { "content-type": "application/json" };
    const answer = await rest.fetch("/films", { method: "POST", body, headers });
    expect([answer.status, await answer.json()]).toMatchObject([status, code ? { code } : {}]);
  });

  it.each([
    [
      "101 levels of embedding",
      `select=${"directors(films(".repeat(51)}id${"))".repeat(51)}`,
      400,
      "PGRST100",
    ],
    ["101 levels of logic", `or=${"(or".repeat(101)}(id.eq.1)${")".repeat(101)}`, 400, "PGRST100"],
    [
      "1,000 embedded tables",
      `select=${Array.from({ length: 1000 }, (_, n) => `a${n}:roles(*)`)}`,
      500,
      "57014",
    ],
    [
      "an expression that never ends",
      `title=match.${encodeURIComponent("^(.*)(.*)(.*)(.*)a\\4\\3\\2\\1$")}`,
      500,
      "57014",
    ],
  ])("bounds %s", async (_what, query, status, code) => {
    await rest.query(
      "insert into films (id, title) values (99, repeat('ab', 2000)) on conflict do nothing",
    );
    const answer = await rest.fetch(`/films?${query}`);
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
    await rest.query("delete from films where id = 99");
  });

  it("takes the last of two values under one key, as Postgres does", async () => {
    const answer = await rest.fetch("/rpc/add", {
      method: "POST",
      body: '{"a":1,"a":2,"b":3}',
      headers: { "content-type": "application/json" },
    });
    expect(await answer.json()).toBe(5);
  });

  it("answers while other requests wait", async () => {
    const slow = Array.from({ length: 7 }, () => admin.rpc("sleep_for", { seconds: 0.2 }));
    const quick = admin.from("films").select("id").eq("id", 1);
    const first = await Promise.race([...slow, quick]);
    expect(first.data).toEqual([{ id: 1 }]);
    await Promise.all(slow);
  });
});

describe("without the database", () => {
  it("says so, and recovers by itself", async () => {
    // Whoever cuts the connections must not be among them.
    const { rows } = await rest.query(
      "select pid from pg_stat_activity where usename = 'authenticator'",
    );
    expect(rows.length).toBeGreaterThan(0);
    const watcher = new pg.Client({ connectionString: rest.authenticatorUrl });
    await watcher.connect();
    await watcher.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'authenticator' and pid <> pg_backend_pid()",
    );
    await watcher.end();
    const status = async () => (await admin.from("films").select("id")).status;
    await expect.poll(status, { timeout: 10_000 }).toBe(200);
    expect((await admin.from("films").select("id")).data).toHaveLength(5);
  });

  it("fails the request whose connection is cut while it works, and nothing else", async () => {
    const answer = Promise.resolve(admin.rpc("sleep_for", { seconds: 20 }));
    const cut = async () => {
      const { rows } = await rest.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where state = 'active' and usename = 'authenticator' and query like '%sleep_for%'",
      );
      return rows.length;
    };
    await expect.poll(cut).toBe(1);
    expect(await answer).toMatchObject({ status: 503, error: { code: "57P01" } });
    expect((await admin.from("films").select("id")).data).toHaveLength(5);
  });
});
