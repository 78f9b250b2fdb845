import { readFile } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hear, join, startWorld, type World } from "./testing.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld(`
    create table public.tenants_of (person uuid, tenant int, primary key (person, tenant));
    create function public.is_of(tenant int) returns boolean language sql stable security definer
      set search_path = '' as $$ select exists (select from public.tenants_of t
        where t.tenant = is_of.tenant and t.person = (select auth.uid())) $$;
    create table public.events (id int primary key, tenant int, payload text);
    alter table public.events enable row level security;
    create policy members on public.events for select to authenticated using (public.is_of(tenant));
    grant select on public.tenants_of to authenticated;
    alter publication supabase_realtime add table public.events`);
}, 60_000);
afterAll(() => world?.stop());

const personOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

describe("changes under a changing membership", () => {
  const people = 12;
  const tenants = 4;
  const rounds = 40;
  const rowsPerRound = 6;

  it("reach exactly those who could have selected the row", async () => {
    const random = lehmer(20261122);
    const heard = Array.from({ length: people }, () => new Set<number>());
    for (const [n, ids] of heard.entries()) {
      const client = await world.client(await world.tokenFor(personOf(n)));
      const channel = client.channel("events");
      channel.on(
        "postgres_changes",
        { event: "INSERT", schema: "public", table: "events" },
        (change) => ids.add(change.new["id"]),
      );
      await join(channel);
    }
    const witness = hear<number>("a row by the witness");
    const service = await world.client(
      await world.tokenFor(personOf(999), { role: "service_role" }),
    );
    const all = service.channel("events");
    const everything = { event: "INSERT", schema: "public", table: "events" } as const;
    all.on("postgres_changes", everything, (change) => witness.push(change.new["id"]));
    await join(all);

    const expected = heard.map(() => new Set<number>());
    let id = 0;
    for (let round = 0; round < rounds; round++) {
      await toggleMembership(Math.floor(random() * people), Math.floor(random() * tenants));
      const rows = Array.from({ length: rowsPerRound }, () => ({
        id: ++id,
        tenant: Math.floor(random() * tenants),
      }));
      // At the same time, so that commits come through before snapshots see them.
      await Promise.all(
        rows.map((row) =>
          world.database.query("insert into events values ($1, $2, 'x')", [row.id, row.tenant]),
        ),
      );
      for (const [n, ids] of expected.entries()) {
        for (const visible of await selectAs(
          personOf(n),
          rows.map((row) => row.id),
        ))
          ids.add(visible);
      }
      // Whoever may see a row is decided together with the witness: only then may memberships change.
      await witness.count(id);
    }
    await expect
      .poll(() => heard.reduce((sum, ids) => sum + ids.size, 0))
      .toBeGreaterThanOrEqual(expected.reduce((sum, ids) => sum + ids.size, 0));
    expect(heard).toEqual(expected);
    expect(expected.some((ids) => ids.size > 0)).toBe(true);
  }, 60_000);

  async function toggleMembership(n: number, tenant: number): Promise<void> {
    const values = [personOf(n), tenant];
    const { rowCount } = await world.database.query(
      "delete from tenants_of where person = $1 and tenant = $2",
      values,
    );
    if (!rowCount) await world.database.query("insert into tenants_of values ($1, $2)", values);
  }

  async function selectAs(person: string, ids: number[]): Promise<number[]> {
    const client = await world.superuser.connect();
    try {
      await client.query("begin");
      await client.query(
        "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)",
        [JSON.stringify({ sub: person, role: "authenticated" })],
      );
      const { rows } = await client.query("select id from events where id = any($1)", [ids]);
      return rows.map((row) => row.id);
    } finally {
      await client.query("rollback");
      client.release();
    }
  }
});

describe("when Postgres is killed", () => {
  it("clients join again by themselves and hear what comes after", async () => {
    const token = await world.tokenFor(personOf(1), { role: "service_role" });
    const channel = (await world.client(token)).channel("survivor", { config: { private: true } });
    const messages = hear<string>("a message");
    const changes = hear<number>("a change");
    channel.on("broadcast", { event: "*" }, ({ event }) => messages.push(event));
    channel.on(
      "postgres_changes",
      { event: "INSERT", schema: "public", table: "events" },
      (change) => changes.push(change.new["id"]),
    );
    const plainMessages = hear<string>("a message without any wish for changes");
    const plainChannel = (await world.client(token)).channel("plain");
    plainChannel.on("broadcast", { event: "*" }, ({ event }) => plainMessages.push(event));
    const plain = await join(plainChannel);
    const { statuses, system } = await join(channel);
    const before = system.all.length;

    const pidFile = joinPath(world.supabase.dataDir, "postgres", "postmaster.pid");
    process.kill(Number((await readFile(pidFile, "utf8")).split("\n")[0]), "SIGKILL");

    // A gap is no secret: the client learns of it and catches up once it is subscribed again.
    await plain.statuses.until(({ status }) => status === "CHANNEL_ERROR");
    await plain.statuses.until(({ status }, index) => status === "SUBSCRIBED" && index > 0);
    await world.database.query("select realtime.send('{}', 'after', 'plain', false)");
    await plainMessages.until((event) => event === "after");
    await statuses.until(({ status }) => status === "CHANNEL_ERROR");
    await statuses.until(({ status }, index) => status === "SUBSCRIBED" && index > 0);
    await system.count(before + 1);
    // Who asked for changes, too, is told of two gaps, one a stream: what falls into the second is lost to it.
    let id = 1_000_000;
    const isHeard = async () => {
      await world.database.query("select realtime.send('{}', 'after', 'survivor', true)");
      await world.database.query("insert into events values ($1, 1, 'x')", [++id]);
      return messages.all.includes("after") && changes.all.some((heard) => heard > 1_000_000);
    };
    await expect.poll(isHeard, { timeout: 20_000 }).toBe(true);
  }, 60_000);

  it("nothing is kept back for streams that are gone", async () => {
    const { rows } = await world.superuser.query(
      "select temporary, active from pg_replication_slots",
    );
    expect(rows.length).toBeLessThanOrEqual(2);
    expect(rows.every(({ temporary, active }) => temporary && active)).toBe(true);
  });
});

/** A reproducible source of numbers in [0, 1). */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
