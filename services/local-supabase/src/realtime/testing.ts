import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import { createClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import pg from "pg";
import { startTestSupabase, type TestSupabase } from "../testing.ts";

const jwtSecret = "a-secret-of-thirty-two-characters-or-more";
const patienceMs = 10_000;

/** A Supabase for tests, its database, and clients for anyone. */
export interface World {
  supabase: TestSupabase;
  database: pg.Pool;
  tokenFor(sub: string, claims?: Record<string, unknown>, secondsToLive?: number): Promise<string>;
  /** An unmodified client; without a token it speaks as `anon`. */
  client(token?: string, realtime?: object): SupabaseClient;
  stop(): Promise<void>;
}

/** Starts one. `sql` runs as `postgres`. */
export async function startWorld(sql: string): Promise<World> {
  const supabase = await startTestSupabase({ jwtSecret });
  const database = new pg.Pool({ connectionString: supabase.databaseUrl, max: 4 });
  database.on("error", () => {});
  const clients: SupabaseClient[] = [];
  await database.query(sql);
  return {
    supabase,
    database,
    tokenFor: (sub, claims = {}, secondsToLive = 3600) =>
      new SignJWT({ role: "authenticated", aud: "authenticated", sub, ...claims })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setExpirationTime(Math.floor(Date.now() / 1000) + secondsToLive)
        .sign(new TextEncoder().encode(jwtSecret)),
    client(token, realtime = {}) {
      const options = { realtime, ...(token && { accessToken: async () => token }) };
      const client = createClient(supabase.url, supabase.publishableKey, options);
      clients.push(client);
      return client;
    },
    async stop() {
      await Promise.all(clients.map((client) => client.removeAllChannels()));
      await database.end();
      await supabase.stop();
    },
  };
}

/** Things that were heard, in order; whoever waits for one is woken. */
export interface Heard<T> {
  all: T[];
  push(item: T): void;
  /** The first that fits, heard already or yet to come. */
  until(fits: (item: T) => boolean): Promise<T>;
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
        reject(new Error(`${what} was not heard, only ${JSON.stringify(all)}`));
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
  if (channel.bindings["postgres_changes"]) {
    await hears.system.until(({ message }) => message === "Subscribed to PostgreSQL");
  }
  return hears;
}
