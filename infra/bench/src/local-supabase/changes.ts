import { randomUUID } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import pg from "pg";
import { WebSocket } from "ws";
import { type ServerUnderTest, tokenOf } from "./server-under-test.ts";

const SUBSCRIBERS = 100;
const TENANTS = 10;
/** Everyone's: its events mark the end of a round. */
const EVERYONE = 0;
const ROWS_A_ROUND = 20;
const SPEED_ROWS = 500;
const AT_ONCE = 25;
const PATIENCE_MS = 60_000;

export interface ChangesFigures {
  subscribers: number;
  deliveries: number;
  missing: number;
  extra: number;
  rounds: number;
  changesPerSecond: number;
}

interface Subscriber {
  person: string;
  seen: Set<string>;
  /** Resolves once a row with that id has come. */
  until(id: string): Promise<void>;
}

/**
 * `postgres_changes` under changing memberships, held against what the database shows each subscriber when it asks as
 * that person; then its speed.
 */
export async function measureChanges(
  server: ServerUnderTest,
  wantedDeliveries: number,
): Promise<ChangesFigures> {
  const pool = new pg.Pool({ connectionString: server.databaseUrl, max: 4 });
  const people = Array.from({ length: SUBSCRIBERS }, () => randomUUID());
  await pool.query("insert into members select $1, unnest($2::uuid[])", [EVERYONE, people]);
  const subscribers: Subscriber[] = [];
  for (let from = 0; from < SUBSCRIBERS; from += AT_ONCE) {
    const some = people.slice(from, from + AT_ONCE);
    subscribers.push(...(await Promise.all(some.map((person) => subscribe(server, person)))));
  }
  const figures = { deliveries: 0, missing: 0, extra: 0, rounds: 0 };
  while (figures.deliveries < wantedDeliveries) {
    await changeMemberships(pool, people);
    const ids = await insertRows(pool, ROWS_A_ROUND);
    await insertLast(pool, subscribers);
    for (const { person, seen } of subscribers) {
      const shown = await oracle(pool, person, ids);
      const delivered = ids.filter((id) => seen.has(id));
      figures.missing += shown.filter((id) => !seen.has(id)).length;
      figures.extra += delivered.filter((id) => !shown.includes(id)).length;
      figures.deliveries += delivered.length;
    }
    figures.rounds++;
  }
  const startedMs = performance.now();
  await insertRows(pool, SPEED_ROWS);
  await insertLast(pool, subscribers);
  const changesPerSecond = Math.round(SPEED_ROWS / ((performance.now() - startedMs) / 1000));
  await pool.end();
  return { subscribers: SUBSCRIBERS, ...figures, changesPerSecond };
}

async function subscribe(server: ServerUnderTest, person: string): Promise<Subscriber> {
  const token = await tokenOf(person);
  const client = createClient(server.url, server.publishableKey, {
    accessToken: async () => token,
    realtime: { transport: WebSocket as never },
  });
  await client.realtime.setAuth();
  const seen = new Set<string>();
  const waiting = new Map<string, () => void>();
  const ready = Promise.withResolvers<void>();
  client
    .channel("changes")
    .on(
      "postgres_changes",
      { event: "INSERT", schema: "public", table: "changed_events" },
      (change) => {
        const id = String(change.new["id"]);
        seen.add(id);
        waiting.get(id)?.();
      },
    )
    .on("system", {}, ({ status, message }) => {
      if (status === "ok") ready.resolve();
      else ready.reject(new Error(message));
    })
    .subscribe((state, cause) => {
      if (state !== "SUBSCRIBED" && state !== "CLOSED") ready.reject(cause ?? new Error(state));
    });
  await ready.promise;
  return {
    person,
    seen,
    until: (id) =>
      new Promise((resolve, reject) => {
        if (seen.has(id)) return resolve();
        const late = setTimeout(() => reject(new Error(`row ${id} never came`)), PATIENCE_MS);
        waiting.set(id, () => {
          clearTimeout(late);
          resolve();
        });
      }),
  };
}

/** Some people join a tenant, some leave one. */
async function changeMemberships(pool: pg.Pool, people: string[]): Promise<void> {
  const some = people.filter(() => Math.random() < 0.3);
  const tenants = some.map(() => 1 + Math.floor(Math.random() * (TENANTS - 1)));
  await pool.query(
    "insert into members select * from unnest($1::int[], $2::uuid[]) on conflict do nothing",
    [tenants, some],
  );
  await pool.query("delete from members where tenant <> $1 and random() < 0.2", [EVERYONE]);
}

/** Rows of random tenants, from four connections at once, a few in a transaction. */
async function insertRows(pool: pg.Pool, count: number): Promise<string[]> {
  const inserts: Promise<pg.QueryResult<{ id: string }>>[] = [];
  for (let left = count; left > 0; ) {
    const rows = Math.min(left, 1 + Math.floor(Math.random() * 4));
    const tenants = Array.from(
      { length: rows },
      () => 1 + Math.floor(Math.random() * (TENANTS - 1)),
    );
    const text =
      "insert into changed_events (tenant, payload) select t, $2 from unnest($1::int[]) t returning id";
    inserts.push(pool.query(text, [tenants, { plate: "ABC1D23", confidence: 0.97 }]));
    left -= rows;
  }
  return (await Promise.all(inserts)).flatMap(({ rows }) => rows.map(({ id }) => id));
}

/** A row for everyone: who has it has all that were committed before. */
async function insertLast(pool: pg.Pool, subscribers: Subscriber[]): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(
    "insert into changed_events (tenant, payload) values ($1, '{}') returning id",
    [EVERYONE],
  );
  const [last] = rows;
  if (last) await Promise.all(subscribers.map(({ until }) => until(last.id)));
}

/** Which of the rows the database shows this person. */
async function oracle(pool: pg.Pool, person: string, ids: string[]): Promise<string[]> {
  const client = await pool.connect();
  try {
    await client.query("begin read only");
    await client.query(
      "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)",
      [JSON.stringify({ sub: person, role: "authenticated" })],
    );
    const text = "select id from changed_events where id = any($1::bigint[])";
    const { rows } = await client.query<{ id: string }>(text, [ids]);
    return rows.map(({ id }) => id);
  } finally {
    await client.query("rollback");
    client.release();
  }
}
