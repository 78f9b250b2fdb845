import cors from "@fastify/cors";
import type { Log } from "@portero/runtime";
import fastify, { type FastifyPluginAsync } from "fastify";
import pg from "pg";
import { registerAuth } from "./auth/index.ts";
import { registerMailPage } from "./auth/mail-page.ts";
import { createIssuer } from "./auth/tokens.ts";
import { bootstrapDatabase } from "./bootstrap/bootstrap.ts";
import { maintain, maintainPartitions } from "./maintenance.ts";
import { applyMigrations } from "./migrations.ts";
import { freePort, type LoginRole, startPostgres } from "./postgres/postgres.ts";
import { loadSecrets } from "./secrets.ts";

export interface LocalSupabaseOptions {
  /** Everything lives here; made (0700) when missing. One process at a time. */
  dataDir: string;
  /** Of the API. Wished for: another free one is taken when it is in use. */
  port?: number | undefined;
  dbPort?: number | undefined;
  /** Where the API listens; Postgres listens on loopback only. Default loopback. */
  host?: string | undefined;
  /** A folder in the Supabase CLI's layout; what is new in it is applied at start. */
  migrationsDir?: string | undefined;
  /** HS256, for tools that sign their own tokens. Default: generated, in the data folder. */
  jwtSecret?: string | undefined;
  log: Log;
  /** Where links in mails lead. Default: the API itself. */
  siteUrl?: string | undefined;
  /** False lifts the limits on log-ins: for tests. */
  isLimited?: boolean | undefined;
  /** False trades every guarantee of the database for speed: for tests. */
  isDurable?: boolean | undefined;
}

export interface LocalSupabase {
  url: string;
  /** Logs in as `postgres`, which is no superuser. */
  databaseUrl: string;
  publishableKey: string;
  secretKey: string;
  /** The legacy keys, for tools that want a JWT. */
  anonKey: string;
  serviceRoleKey: string;
  stop(): Promise<void>;
}

/** Starts the embedded Supabase of a data folder. @throws {LocalSupabaseError} */
export async function startLocalSupabase(
  options: LocalSupabaseOptions,
  signal?: AbortSignal,
): Promise<LocalSupabase> {
  const { dataDir, log, host = "127.0.0.1" } = options;
  await using startup = new AsyncDisposableStack();
  const postgres = await startPostgres({ ...options, port: options.dbPort }, signal);
  startup.defer(() => postgres.stop());
  await bootstrapDatabase(dataDir, postgres.url);
  if (options.migrationsDir) await applyMigrations(postgres.url(), options.migrationsDir, log);

  const stored = await loadSecrets(dataDir);
  const secrets = { ...stored, jwtSecret: options.jwtSecret ?? stored.jwtSecret };
  const issuer = await createIssuer(secrets);
  const port = await freePort(options.port, host);
  const url = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;

  const poolAs = (role: LoginRole, max: number) => {
    const pool = new pg.Pool({ connectionString: postgres.url(role), max });
    pool.on("error", (err) => log.warn({ err, role }, "lost a connection to Postgres"));
    startup.defer(() => pool.end());
    return pool;
  };
  const superuser = poolAs("supabase_admin", 2);
  await maintainPartitions(superuser);
  const maintenance = new AbortController();
  const maintained = maintain({ superuser, owner: poolAs("postgres", 1), log }, maintenance.signal);
  startup.defer(async () => {
    maintenance.abort();
    await maintained;
  });

  const app = fastify({ forceCloseConnections: true });
  startup.defer(() => app.close());
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ error: "requested path is invalid" }),
  );
  const authPool = poolAs("supabase_auth_admin", 8);
  registerMailPage(app, authPool);
  const api: FastifyPluginAsync = async (api) => {
    await api.register(cors, corsOptions);
    await registerAuth(api, {
      pool: authPool,
      issuer,
      url,
      siteUrl: options.siteUrl ?? url,
      isLimited: options.isLimited ?? true,
      log,
    });
  };
  await app.register(api);
  await app.listen({ port, host });
  const running = startup.move();
  return {
    url,
    databaseUrl: postgres.url(),
    publishableKey: secrets.publishableKey,
    secretKey: secrets.secretKey,
    anonKey: issuer.anonKey,
    serviceRoleKey: issuer.serviceRoleKey,
    stop: () => running.disposeAsync(),
  };
}

/** As Supabase's gateway: keys and tokens protect the data, not the page's origin. */
const corsOptions = {
  origin: "*",
  methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
  exposedHeaders: [
    "Content-Encoding",
    "Content-Location",
    "Content-Range",
    "Content-Type",
    "Date",
    "Location",
    "Server",
    "Range-Unit",
    "Preference-Applied",
    "X-Total-Count",
    "Link",
    "X-Supabase-Api-Version",
  ],
  maxAge: 3600,
};
