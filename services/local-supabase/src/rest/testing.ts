import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { fastify } from "fastify";
import type pg from "pg";
import { createIssuer, type Issuer } from "../auth/tokens.ts";
import { openPool } from "../connections.ts";
import type { Claims } from "../context.ts";
import { loadSecrets } from "../secrets.ts";
import { startTestSupabase } from "../testing.ts";
import { type RestOptions, registerRest } from "./index.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests use tables that have no generated types
export type AnyClient = SupabaseClient<any, { PostgrestVersion: "13" }, any, any>;

export interface TestRest {
  /** Of the API, without `/rest/v1`. */
  url: string;
  issuer: Issuer;
  /** Runs SQL as `postgres`, the owner of what tests create. */
  query(text: string, values?: unknown[]): Promise<pg.QueryResult>;
  /** A client as the owner of everything, as nobody, or with the given claims. */
  client(as: "service_role" | "anon" | Partial<Claims>): Promise<AnyClient>;
  /** A request as `service_role`, for what supabase-js does not send. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Login of the role that serves requests. */
  authenticatorUrl: string;
  stop(): Promise<void>;
}

/** REST alone on a Postgres of its own. */
export async function startTestRest(
  schema: string,
  options: Partial<RestOptions> = {},
): Promise<TestRest> {
  await using startup = new AsyncDisposableStack();
  const supabase = await startTestSupabase();
  startup.defer(() => supabase.stop());
  const secrets = await loadSecrets(supabase.dataDir);
  const issuer = await createIssuer(secrets);
  const urlAs = (role: string) => {
    const url = new URL(supabase.databaseUrl);
    url.username = role;
    url.password = secrets.internalPassword;
    return url.href;
  };
  const owner = openPool({ connectionString: supabase.databaseUrl, max: 2 });
  const adminPool = openPool({ connectionString: urlAs("supabase_admin"), max: 1 });
  const authenticatorUrl = urlAs("authenticator");
  const pool = openPool({ connectionString: authenticatorUrl, max: 8, pipeline: true });
  startup.defer(async () => {
    await Promise.all([pool.end(), adminPool.end(), owner.end()]);
  });
  await owner.query(schema);

  const app = fastify();
  startup.defer(() => app.close());
  registerRest(app, { pool, adminPool, tokens: issuer, ...options });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });

  const running = startup.move();
  return {
    url,
    issuer,
    authenticatorUrl,
    query: (text, values) => owner.query(text, values),
    async client(as) {
      const auth = { persistSession: false, autoRefreshToken: false };
      const client = (key: string, more: object = {}): AnyClient =>
        createClient(url, key, { auth, ...more }) as unknown as AnyClient;
      if (as === "anon") return client(issuer.anonKey);
      if (as === "service_role") return client(issuer.serviceRoleKey);
      const exp = Math.floor(Date.now() / 1000) + 3600;
      const base = { role: "authenticated", aud: "authenticated", sub: crypto.randomUUID(), exp };
      const token = await issuer.sign({ ...base, ...as });
      return client(issuer.anonKey, { accessToken: async () => token });
    },
    fetch: (path, init = {}) => {
      const key = issuer.serviceRoleKey;
      const headers = { apikey: key, authorization: `Bearer ${key}`, ...init.headers };
      return fetch(`${url}/rest/v1${path}`, { ...init, headers });
    },
    stop: () => running.disposeAsync(),
  };
}
