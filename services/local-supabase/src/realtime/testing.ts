import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import { createClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import type pg from "pg";
import { openPool } from "../connections.ts";
import { loadSecrets } from "../secrets.ts";
import { startTestSupabase, type TestSupabase } from "../testing.ts";

const jwtSecret = "a-secret-of-thirty-two-characters-or-more";
const patienceMs = 10_000;

/** A Supabase for tests, its database, and clients for anyone. */
export interface World {
  supabase: TestSupabase;
  /** As `postgres`. */
  database: pg.Pool;
  superuser: pg.Pool;
  tokenFor(sub: string, claims?: Record<string, unknown>, secondsToLive?: number): Promise<string>;
  /** An unmodified client, its token in place for the first join; without one it speaks as `anon`. */
  client(token?: string | (() => string), realtime?: object): Promise<SupabaseClient>;
  stop(): Promise<void>;
}

/** Starts one. `sql` runs as `postgres`. */
export async function startWorld(sql: string): Promise<World> {
  const supabase = await startTestSupabase({ jwtSecret });
  const { internalPassword } = await loadSecrets(supabase.dataDir);
  const { port, pathname } = new URL(supabase.databaseUrl);
  const superuserUrl = `postgresql://supabase_admin:${internalPassword}@127.0.0.1:${port}${pathname}`;
  const database = openPool({ connectionString: supabase.databaseUrl, max: 4 });
  const superuser = openPool({ connectionString: superuserUrl, max: 4 });
  const clients: SupabaseClient[] = [];
  await database.query(sql);
  return {
    supabase,
    database,
    superuser,
    tokenFor: (sub, claims = {}, secondsToLive = 3600) =>
      new SignJWT({ role: "authenticated", aud: "authenticated", sub, ...claims })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setExpirationTime(Math.floor(Date.now() / 1000) + secondsToLive)
        .sign(new TextEncoder().encode(jwtSecret)),
    async client(token, realtime = {}) {
      const accessToken = async () => (typeof token === "function" ? token() : (token ?? null));
      const options = { realtime, ...(token && { accessToken }) };
      const client = createClient(supabase.url, supabase.publishableKey, options);
      if (token) await client.realtime.setAuth();
      clients.push(client);
      return client;
    },
    async stop() {
      await Promise.all(clients.map((client) => client.removeAllChannels()));
      await Promise.all([database.end(), superuser.end()]);
      await supabase.stop();
    },
  };
}

/** Things that were heard, in order; whoever waits for one is woken. */
export interface Heard<T> {
  all: T[];
  push(item: T): void;
  /** The first that fits, heard already or yet to come. */
  until(fits: (item: T, index: number) => boolean): Promise<T>;
  /** Resolves once so many have been heard. */
  count(wanted: number): Promise<T[]>;
}

export function hear<T>(what = "what was waited for"): Heard<T> {
  const all: T[] = [];
  const checks = new Set<() => void>();
  const when = <R>(look: () => R | undefined): Promise<R> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        checks.delete(check);
        reject(new Error(`${what} was not heard, only ${JSON.stringify(all).slice(-2000)}`));
      }, patienceMs);
      const check = (): void => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(late);
        checks.delete(check);
        resolve(found);
      };
      checks.add(check);
      check();
    });
  return {
    all,
    push(item) {
      all.push(item);
      for (const check of [...checks]) check();
    },
    until: (fits) => when(() => all.find(fits)),
    count: (wanted) => when(() => (all.length >= wanted ? all : undefined)),
  };
}

export interface Status {
  status: string;
  message: string | undefined;
}

export interface SystemMessage {
  extension: string;
  status: string;
  message: string;
}

/** Subscribes and tells what became of it and what the server said. */
export async function subscribe(
  channel: RealtimeChannel,
): Promise<{ statuses: Heard<Status>; system: Heard<SystemMessage> }> {
  const statuses = hear<Status>("a status");
  const system = hear<SystemMessage>("a system message");
  channel.on("system", {}, (message) => system.push(message));
  channel.subscribe((status, error) => statuses.push({ status, message: error?.message }));
  await statuses.count(1);
  return { statuses, system };
}

/** Subscribes and waits for success, and where the channel has bindings for the stream of changes. */
export async function join(channel: RealtimeChannel): ReturnType<typeof subscribe> {
  const hears = await subscribe(channel);
  const [first] = hears.statuses.all;
  if (first?.status !== "SUBSCRIBED") throw new Error(`${first?.status}: ${first?.message}`);
  if (channel.bindings["postgres_changes"]?.length) {
    await hears.system.until(({ message }) => message === "Subscribed to PostgreSQL");
  }
  return hears;
}
