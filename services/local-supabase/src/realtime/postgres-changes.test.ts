import type { RealtimePostgresChangesPayload } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Heard, hear, join, startWorld, subscribe, type World } from "./testing.ts";

type Row = Record<string, unknown>;
interface Change {
  eventType: string;
  schema: string;
  table: string;
  commit_timestamp: string;
  new: Row;
  old: Row;
  errors: string[] | null;
}

const ana = "00000000-0000-4000-8000-00000000000a";
const bea = "00000000-0000-4000-8000-00000000000b";
let world: World;

beforeAll(async () => {
  world = await startWorld(`
    create table public.notes (
      id bigint generated always as identity primary key, owner uuid, title text, secret text default 's',
      count int, price numeric, done boolean, tags text[], body jsonb, at timestamptz);
    alter table public.notes enable row level security;
    revoke select on public.notes from authenticated, anon;
    grant select (id, owner, title, count, price, done, tags, body, at) on public.notes to authenticated, anon;
    create policy own on public.notes for select to authenticated using ((select auth.uid()) = owner);
    create policy broken on public.notes for select to anon using (1 / (count - 1) < 100 and owner is null);
    create table public.open (id int primary key, name text, flag boolean, n numeric, u uuid, at timestamptz);
    create table public.full_rows (id int primary key, name text, secret text);
    alter table public.full_rows replica identity full;
    create table public.guarded_full (id int primary key, name text);
    alter table public.guarded_full enable row level security;
    alter table public.guarded_full replica identity full;
    create policy all_of_it on public.guarded_full for select to anon using (true);
    create table public.keyless (a int);
    create table public.hidden (id int primary key);
    revoke all on public.hidden from anon;
    create table public.private_table (id int primary key);
    create schema other;
    grant usage on schema other to anon;
    create table other.things (id int primary key, "Odd ""name" text, primary_kind text);
    grant select on other.things to anon;
    alter publication supabase_realtime add table
      public.notes, public.open, public.full_rows, public.guarded_full, public.keyless, public.hidden, other.things`);
});
afterAll(() => world?.stop());

interface Wish {
  event?: string;
  schema?: string;
  table?: string;
  filter?: string;
  select?: string[];
}

let rooms = 0;

async function listener(wish: Wish, token?: string, realtime: object = {}) {
  const heard = hear<Change>(JSON.stringify(wish));
  const channel = (await world.client(token, realtime)).channel(`room ${rooms++}`);
  listen(channel, wish, heard);
  await join(channel);
  return { channel, heard };
}

function listen(channel: { on: unknown }, wish: Wish, heard: Heard<Change>): void {
  const filter = { event: "*", schema: "public", ...wish };
  type On = (type: string, filter: object, callback: (change: unknown) => void) => void;
  (channel.on as On).call(channel, "postgres_changes", filter, (change) =>
    heard.push(change as RealtimePostgresChangesPayload<Row> as Change),
  );
}

const sql = (text: string, values: unknown[] = []) => world.database.query(text, values);

describe("postgres_changes", () => {
  it.each(["2.0.0", "1.0.0"])("tells of inserts, updates and deletes over %s", async (vsn) => {
    const { heard } = await listener({ table: "open" }, undefined, { vsn });
    await sql("insert into open (id, name) values (1, 'a')");
    await heard.count(1);
    await sql("update open set name = 'b' where id = 1");
    await heard.count(2);
    await sql("update open set id = 2 where id = 1");
    await heard.count(3);
    await sql("delete from open");
    await heard.count(4);
    const rest = { flag: null, n: null, u: null, at: null };
    expect(heard.all).toMatchObject([
      { eventType: "INSERT", new: { id: 1, name: "a", ...rest }, old: {}, errors: null },
      { eventType: "UPDATE", new: { id: 1, name: "b", ...rest }, old: { id: 1 } },
      { eventType: "UPDATE", new: { id: 2, name: "b" }, old: { id: 1 } },
      { eventType: "DELETE", new: {}, old: { id: 2 } },
    ]);
    expect(heard.all[0]?.commit_timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(heard.all[0]).toMatchObject({ schema: "public", table: "open" });
  });

  it("writes values as PostgREST does", async () => {
    const { heard } = await listener({ table: "notes" }, await world.tokenFor(ana));
    await sql(
      `insert into notes (owner, title, count, price, done, tags, body, at)
        values ($1, 'ñ "q"', 7, 1.5, true, '{"a,b",c}', '{"x": [1, null]}', '2026-01-02 03:04:05.678+01')`,
      [ana],
    );
    await heard.count(1);
    expect(heard.all[0]?.new).toEqual({
      id: expect.any(Number),
      owner: ana,
      title: 'ñ "q"',
      count: 7,
      price: 1.5,
      done: true,
      tags: ["a,b", "c"],
      body: { x: [1, null] },
      at: "2026-01-02T02:04:05.678+00:00",
    });
  });

  it("tells each subscriber only of the rows that its role may select", async () => {
    const [first, second, service] = [
      await listener({ table: "notes" }, await world.tokenFor(ana)),
      await listener({ table: "notes" }, await world.tokenFor(bea)),
      await listener({ table: "notes" }, await world.tokenFor(ana, { role: "service_role" })),
    ];
    await sql("insert into notes (owner, title) values ($1, 'hers'), ($2, 'his')", [ana, bea]);
    await sql("update notes set title = title || '!' where title in ('hers', 'his')");
    await service.heard.count(4);
    await first.heard.count(2);
    await second.heard.count(2);
    expect(first.heard.all.map((change) => change.new["title"])).toEqual(["hers", "hers!"]);
    expect(second.heard.all.map((change) => change.new["title"])).toEqual(["his", "his!"]);
    expect(service.heard.all[0]?.new["secret"]).toBe("s");
    expect(first.heard.all[0]?.new).not.toHaveProperty("secret");
  });

  it("never shows a version of a row that went to somebody else in between", async () => {
    const { heard } = await listener({ table: "notes" }, await world.tokenFor(bea));
    await sql(
      "insert into notes (owner, title) select $1, 'for ana' from generate_series(1, 300)",
      [ana],
    );
    await sql("update notes set owner = $1, title = 'for bea' where title = 'for ana'", [bea]);
    await heard.until(
      () => heard.all.filter(({ eventType }) => eventType === "UPDATE").length === 300,
    );
    expect(heard.all.filter((change) => change.new["title"] !== "for bea")).toEqual([]);
  });

  it("shows each version where no policy looks at what changed", async () => {
    const { heard } = await listener({ table: "notes" }, await world.tokenFor(ana));
    await sql("insert into notes (owner, title) select $1, 'first' from generate_series(1, 300)", [
      ana,
    ]);
    await sql("update notes set title = 'second' where title = 'first'");
    await heard.count(600);
    const titles = heard.all.map((change) => change.new["title"]);
    expect(titles).toEqual([...Array(300).fill("first"), ...Array(300).fill("second")]);
  });

  it("asks under a renewed token", async () => {
    let token = await world.tokenFor(ana);
    const client = await world.client(() => token);
    const channel = client.channel("renew changes");
    const heard = hear<Change>();
    listen(channel, { table: "notes", event: "INSERT" }, heard);
    const { system } = await join(channel);
    token = await world.tokenFor(bea);
    await client.realtime.setAuth();
    await system.count(2);
    await sql("insert into notes (owner, title) values ($1, 'no'), ($2, 'yes')", [ana, bea]);
    await heard.count(1);
    expect(heard.all.map((change) => change.new["title"])).toEqual(["yes"]);
  });

  it("reveals of deleted rows no more than their key, not even through filters", async () => {
    const all = await listener({ table: "guarded_full" });
    const byKey = await listener({ table: "guarded_full", event: "DELETE", filter: "id=eq.1" });
    const byName = await listener({ table: "guarded_full", event: "DELETE", filter: "name=eq.x" });
    const open = await listener({ table: "full_rows", event: "DELETE", filter: "name=eq.x" });
    await sql(
      "insert into guarded_full values (1, 'x'); insert into full_rows values (1, 'x', 's')",
    );
    await sql("delete from guarded_full; delete from full_rows");
    await all.heard.until(({ eventType }) => eventType === "DELETE");
    await byKey.heard.count(1);
    await open.heard.count(1);
    expect(all.heard.all.at(-1)?.old).toEqual({ id: 1 });
    expect(open.heard.all[0]?.old).toEqual({ id: 1, name: "x", secret: "s" });
    expect(byName.heard.all).toEqual([]);
  });

  it("tells the row before an update where the replica identity is full", async () => {
    const { heard } = await listener({ table: "full_rows", event: "UPDATE" });
    await sql(
      "insert into full_rows values (5, 'before', 's'); update full_rows set name = 'after'",
    );
    await heard.count(1);
    expect(heard.all[0]).toMatchObject({ new: { name: "after" }, old: { id: 5, name: "before" } });
  });

  it("brings values that are stored out of line and did not change", async () => {
    const { heard } = await listener({ table: "open", event: "UPDATE" });
    await sql("alter table open alter name set storage external");
    await sql("insert into open (id, name) values (77, repeat('x', 100000))");
    await sql("update open set flag = true where id = 77");
    await heard.count(1);
    expect(String(heard.all[0]?.new["name"])).toHaveLength(100000);
  });

  it("tells of a change above a megabyte only what is short, and that there was more", async () => {
    const { heard } = await listener({ table: "open", event: "INSERT" });
    await sql("insert into open (id, name, flag) values (78, repeat('x', 1100000), true)");
    const { new: row, errors } = (await heard.count(1))[0] as Change & { errors: string[] };
    expect(row).toMatchObject({ id: 78, flag: true });
    expect(row).not.toHaveProperty("name");
    expect(errors).toEqual(["Error 413: Payload Too Large"]);
  });

  it("tells roles that lack the key, tables without one and failing policies apart", async () => {
    const keyless = await listener({ table: "keyless" });
    const hidden = await listener({ table: "hidden" });
    const failing = await listener({ table: "notes", event: "INSERT" });
    await sql("insert into keyless values (1); insert into hidden values (1)");
    await sql("insert into notes (count, title) values (1, 'one')");
    await Promise.all([keyless, hidden, failing].map(({ heard }) => heard.count(1)));
    expect(
      [keyless, hidden, failing].map(({ heard }) => [heard.all[0]?.errors, heard.all[0]?.new]),
    ).toEqual([
      [["Error 400: Bad Request, no primary key"], {}],
      [["Error 401: Unauthorized"], {}],
      [["Error 500: Internal Server Error, RLS policy evaluation failed"], {}],
    ]);
  });

  it("listens to events, schemas and tables by name or to all of them", async () => {
    const inserts = await listener({ table: "open", event: "INSERT" });
    const schema = await listener({ schema: "other" });
    const everything = await listener({ schema: "*" });
    await sql(`insert into open (id) values (100); update open set name = 'x' where id = 100;
      insert into other.things values (1, 'odd', 'k')`);
    await everything.heard.count(3);
    await schema.heard.count(1);
    expect(schema.heard.all[0]?.new).toEqual({ id: 1, 'Odd "name': "odd", primary_kind: "k" });
    expect(inserts.heard.all.map(({ eventType }) => eventType)).toEqual(["INSERT"]);
  });

  it("sends the columns that were asked for, and the key", async () => {
    const { heard } = await listener(
      { table: "notes", select: ["title"] },
      await world.tokenFor(ana),
    );
    await sql("insert into notes (owner, title, count) values ($1, 'short', 3)", [ana]);
    await heard.count(1);
    expect(heard.all[0]?.new).toEqual({ id: expect.any(Number), title: "short" });
  });

  it("serves several wishes of a channel with one message each", async () => {
    const channel = (await world.client()).channel("several");
    const [all, inserts, other] = [hear<Change>(), hear<Change>(), hear<Change>()];
    listen(channel, { table: "open" }, all);
    listen(channel, { table: "open", event: "INSERT" }, inserts);
    listen(channel, { table: "open", filter: "id=eq.0" }, other);
    await join(channel);
    await sql("insert into open (id) values (201)");
    await inserts.count(1);
    await sql("delete from open where id = 201");
    await all.count(2);
    expect([all, inserts, other].map(({ all: { length } }) => length)).toEqual([2, 1, 0]);
  });

  it.each([
    ["id=eq.301", [301]],
    ["id=neq.301", [302, 303]],
    ["id=not.eq.301", [302, 303]],
    ["id=lt.302", [301]],
    ["id=lte.302", [301, 302]],
    ["id=gt.302", [303]],
    ["id=gte.302", [302, 303]],
    ["id=in.(301,303)", [301, 303]],
    ["id=not.in.(301,303)", [302]],
    ["name=like.a%", [301]],
    ["name=ilike.A%", [301, 302]],
    ["name=not.ilike.A%", []],
    ["name=match.^[aA]", [301, 302]],
    ["name=imatch.^a$", [301]],
    ["name=is.null", [303]],
    ["name=not.is.null", [301, 302]],
    ["flag=is.true", [301]],
    ["flag=not.is.true", [302, 303]],
    ["name=isdistinct.ab", [302, 303]],
    ["n=eq.1.50", [301]],
    ["u=eq.0000000000004000800000000000000A", [301]],
    ["at=gt.2026-01-01", [302]],
    ["id=gte.302,name=eq.Abc", [302]],
    ['name=eq."a,b"', []],
  ])("filters by %s", async (filter, ids) => {
    const { heard } = await listener({ table: "open", event: "INSERT", filter });
    const end = await listener({ table: "open", event: "INSERT", filter: "id=eq.399" });
    await sql("delete from open");
    const name = filter === "name=imatch.^a$" ? "A" : "ab";
    await sql(
      `insert into open (id, name, flag, n, u, at) values
        (301, $1, true, 1.5, $2, '2025-12-31T23:59:59Z'),
        (302, 'Abc', false, 2, null, '2026-01-01T00:00:01Z'), (303, null, null, null, null, null)`,
      [name, ana],
    );
    await sql("insert into open (id) values (399)");
    // Each listens on a socket of its own: what one has heard says nothing of the other.
    await end.heard.count(1);
    await heard.count(ids.length);
    const passed = heard.all.map((change) => change.new["id"]).filter((id) => id !== 399);
    expect(passed).toEqual(ids);
  });

  it.each([
    [{ table: "private_table" }, "Please check Realtime is enabled"],
    [{ table: "none" }, "Please check Realtime is enabled"],
    [{ table: "open", filter: "none=eq.1" }, "invalid column for filter none"],
    [{ table: "notes", filter: "secret=eq.s" }, "invalid column for filter secret"],
    [{ table: "open", filter: "id=eq.one" }, "invalid input syntax for type integer"],
    [{ table: "open", filter: "id=like.1" }, "operator does not exist"],
    [{ table: "open", filter: "name=match.(" }, "invalid regular expression"],
    [{ table: "open", filter: "name=is.true" }, "requires a boolean column"],
    [{ table: "open", filter: "id=foo.1" }, "Error parsing `filter` params"],
    [{ table: "open", filter: `id=in.(${Array(101).fill(1)})` }, "Maximum 100"],
    [{ table: "open", filter: "id=eq.1); drop table open; --" }, "invalid input syntax"],
    [
      { table: "open", filter: Array(101).fill("id=gt.1").join() },
      "too many conditions. Maximum 100",
    ],
    [{ table: "open", filter: "name=eq.\u0000" }, "invalid byte sequence"],
    [{ table: "\u0000" }, "invalid byte sequence"],
    [{ table: "open", filter: 'id"=eq.1' }, "invalid column for filter"],
    [{ table: "notes", select: ["secret"] }, "invalid column for select secret"],
    [{ schema: "*", select: ["id"] }, "Column selection is not supported for wildcard"],
  ] as [Wish, string][])("refuses %j", async (wish, message) => {
    const channel = (await world.client()).channel(`refused ${rooms++}`);
    listen(channel, wish, hear());
    const { system } = await subscribe(channel);
    await system.count(1);
    expect(system.all[0]).toMatchObject({ extension: "postgres_changes", status: "error" });
    expect(system.all[0]?.message).toContain(message);
  });

  it("lets no filter that takes forever keep others from their changes", async () => {
    const evil = await listener({
      table: "open",
      filter: "name=match.^(.*)(.*)(.*)(.*)a\\4\\3\\2\\1$",
    });
    const others = await listener({ table: "open", filter: "name=like.ab%" });
    await sql("insert into open (id, name) values (501, repeat('ab', 2000)), (502, 'abc')");
    await others.heard.count(2);
    expect(others.heard.all.map((change) => change.new["id"])).toEqual([501, 502]);
    expect(evil.heard.all).toEqual([]);
    await sql("delete from open");
  });

  it("holds the answer to a join until changes come, and refuses it when they never will", async () => {
    const wait = (name: string) =>
      world
        .client()
        .then((client) =>
          client.channel(name, { config: { postgres_changes_options: { wait: true } } }),
        );
    const channel = await wait("waits");
    const heard = hear<Change>();
    listen(channel, { table: "open", event: "INSERT" }, heard);
    await subscribe(channel);
    await sql("insert into open (id) values (401)");
    await heard.count(1);
    const never = await wait("never");
    listen(never, { table: "none" }, hear());
    const { statuses } = await subscribe(never);
    expect(statuses.all[0]?.message).toContain("RealtimeDisabledForConfiguration: Unable to");
    await never.unsubscribe();
  });

  it("goes on after a table was altered and after one was dropped", async () => {
    await sql(
      "create table changing (id int primary key); alter publication supabase_realtime add table changing",
    );
    const { heard } = await listener({ table: "changing" });
    await sql("insert into changing values (1)");
    await heard.count(1);
    await sql(
      "alter table changing add column more text default 'm'; insert into changing values (2)",
    );
    await heard.count(2);
    expect(heard.all[1]?.new).toEqual({ id: 2, more: "m" });
    await sql("insert into changing values (3); drop table changing");
    const after = await listener({ table: "open", event: "INSERT" });
    await sql("insert into open (id) values (501)");
    await after.heard.count(1);
  });
});
