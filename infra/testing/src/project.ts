import { fileURLToPath } from "node:url";
import { startTestSupabase, type TestSupabase } from "@portero/local-supabase/testing";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import pg from "pg";

const MIGRATIONS = fileURLToPath(new URL("../../supabase/migrations", import.meta.url));

/** A Supabase of a test's own, with the product's schema and nothing in it. */
export interface TestProject {
  supabase: TestSupabase;
  /** With the secret key: bypasses every policy. */
  admin: SupabaseClient;
  /** Connected as `postgres`, the role that migrations have. */
  database: pg.Client;
  /** A client that nobody has logged in to, or `account` has. */
  client(account?: { email: string; password: string }): Promise<SupabaseClient>;
  stop(): Promise<void>;
}

/** Starts in about a second; `stop` removes everything. */
export async function startProject(): Promise<TestProject> {
  const supabase = await startTestSupabase({ migrationsDir: MIGRATIONS });
  const clients: SupabaseClient[] = [];
  const auth = { persistSession: false, autoRefreshToken: false };
  const admin = createClient(supabase.url, supabase.secretKey, { auth });
  const database = new pg.Client({ connectionString: supabase.databaseUrl });
  await database.connect();
  // The server ends the connection when it stops; a test that stops it on purpose must not fail by that.
  database.on("error", () => {});
  return {
    supabase,
    admin,
    database,
    async client(account) {
      const client = createClient(supabase.url, supabase.publishableKey, { auth });
      clients.push(client);
      if (account) {
        const { error } = await client.auth.signInWithPassword(account);
        if (error) throw error;
        await client.realtime.setAuth();
      }
      return client;
    },
    async stop() {
      await Promise.all(clients.map((client) => client.removeAllChannels()));
      for (const client of clients) await client.realtime.disconnect();
      await database.end().catch(() => {});
      await supabase.stop();
    },
  };
}
