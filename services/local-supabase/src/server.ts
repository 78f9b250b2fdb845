import { join } from "node:path";
import cors from "@fastify/cors";
import { holdPort, type Log } from "@portero/runtime";
import fastify, { type FastifyPluginAsync } from "fastify";
import type pg from "pg";
import { registerAuth } from "./auth/index.ts";
import { registerMailPage } from "./auth/mail-page.ts";
import { createIssuer } from "./auth/tokens.ts";
import { bootstrapDatabase } from "./bootstrap/bootstrap.ts";
import { openPool } from "./connections.ts";
import { refuseSecretKeyFromBrowser, requireApiKey } from "./gateway.ts";
import { maintain, maintainPartitions } from "./maintenance.ts";
import { applyMigrations } from "./migrations.ts";
import { type LoginRole, type Postgres, startPostgres } from "./postgres/postgres.ts";
import { startRealtime } from "./realtime/index.ts";
import { registerRest } from "./rest/index.ts";
import { loadSecrets } from "./secrets.ts";
import { Files } from "./storage/files.ts";
import { registerStorage } from "./storage/index.ts";

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
  const pools = startup.use(poolsOn(postgres, log));
  await bootstrapDatabase(dataDir, postgres.url);
  if (options.migrationsDir) await applyMigrations(postgres.url(), options.migrationsDir, log);
  const [stored] = await Promise.all([loadSecrets(dataDir), maintainPartitions(pools.superuser)]);
  const secrets = { ...stored, jwtSecret: options.jwtSecret ?? stored.jwtSecret };
  const issuer = await createIssuer(secrets);
  const files = new Files(join(dataDir, "storage"));
  const maintenance = new AbortController();
  const maintained = maintain({ ...pools, files, log }, maintenance.signal);
  startup.defer(async () => {
    maintenance.abort();
    await maintained;
  });

  // The address stands in every token and link, so it is known long before anybody listens there.
  const held = await holdPort(options.port, host);
  startup.defer(held.release);
  const { port } = held;
  const url = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;
  const app = fastify({
    forceCloseConnections: true,
    requestTimeout: requestTimeoutMs,
    routerOptions: { maxParamLength: 8192 },
  });
  startup.defer(() => app.close());
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ error: "requested path is invalid" }),
  );
  registerMailPage(app, pools.auth);
  const { superuser, rest, auth, storage } = pools;
  const keyedRest: FastifyPluginAsync = async (scope) => {
    requireApiKey(scope, issuer, { isOptional: true });
    registerRest(scope, { pool: rest, adminPool: superuser, tokens: issuer });
  };
  let streaming: Promise<void> | undefined;
  const api: FastifyPluginAsync = async (scope) => {
    await scope.register(cors, corsOptions);
    refuseSecretKeyFromBrowser(scope);
    const { siteUrl = url, isLimited = true } = options;
    await registerAuth(scope, { pool: auth, issuer, url, siteUrl, isLimited, log });
    const { jwtSecret } = secrets;
    await registerStorage(scope, { pool: storage, tokens: issuer, jwtSecret, files, log });
    await scope.register(keyedRest);
    const databaseUrl = postgres.url("supabase_admin");
    const parts = { app: scope, pool: superuser, databaseUrl, tokens: issuer, log };
    const realtime = await startRealtime(parts);
    startup.defer(() => realtime.stop());
    streaming = realtime.streaming;
  };
  await app.register(api);
  await Promise.all([app.ready(), streaming]);
  await held.release();
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

/** Whoever sends a request drop by drop must be done by then. */
const requestTimeoutMs = 300_000;
/** So long a request waits for a connection before it is refused. */
const connectionTimeoutMillis = 10_000;
/** For the services whose roles have none; PostgREST's callers have theirs. */
const statement_timeout = 30_000;

/** Each service logs in as its own role, as on hosted Supabase. Disposing ends them and then Postgres. */
function poolsOn(postgres: Postgres, log: Log) {
  const poolAs = (role: LoginRole, max: number, settings: pg.PoolConfig = {}) => {
    const connectionString = postgres.url(role);
    const config = { connectionString, max, connectionTimeoutMillis, ...settings };
    const pool = openPool(config, ({ message }) => {
      if (!pool.ending) log.warn({ role, reason: message }, "lost a connection to Postgres");
    });
    return pool;
  };
  const pools = {
    superuser: poolAs("supabase_admin", 6),
    /** Who owns what the migrations made. */
    owner: poolAs("postgres", 1),
    rest: poolAs("authenticator", 12, { pipeline: true }),
    auth: poolAs("supabase_auth_admin", 8, { statement_timeout }),
    storage: poolAs("supabase_storage_admin", 8, { statement_timeout }),
  };
  return {
    ...pools,
    async [Symbol.asyncDispose]() {
      // Queries still running would keep their pools open: Postgres cuts them off.
      const ended = Promise.all(Object.values(pools).map((pool) => pool.end()));
      await postgres.stop();
      await ended;
    },
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
