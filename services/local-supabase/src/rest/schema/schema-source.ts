import pg from "pg";
import { configOf, type RestConfig } from "../config.ts";
import { RestError } from "../error.ts";
import { CATALOG_SQL, type Catalog, SETTINGS_SQL } from "./catalog.ts";
import { type SchemaCache, schemaCacheOf } from "./schema-cache.ts";

/** Keeps a schema cache that is never older than the last finished schema change. */
export interface SchemaSource {
  /** The cache; loads it on first use. @throws {RestError} PGRST002 while Postgres does not answer */
  current(): Promise<SchemaCache>;
  /** After a miss: waits for what Postgres has to tell, and gives the cache only if it is newer. */
  refreshed(seen: SchemaCache): Promise<SchemaCache | undefined>;
  close(): Promise<void>;
}

interface SchemaSourceOptions {
  /** Whoever may read every schema's catalog: its settings are used, none of its connections. */
  adminPool: pg.Pool;
  /** Where the database does not say otherwise. */
  started: Pick<RestConfig, "schemas" | "maxRows">;
}

/** Reads the catalog, and again whenever Postgres notifies the channel `pgrst` of a change. */
export function schemaSource({ adminPool, started }: SchemaSourceOptions): SchemaSource {
  let connection: Promise<pg.Client> | undefined;
  let loaded: Promise<SchemaCache> | undefined;

  function connect(): Promise<pg.Client> {
    const opening = open(() => forget(opening));
    return opening;
  }

  async function open(onEnd: () => void): Promise<pg.Client> {
    const client = new pg.Client(adminPool.options);
    client.on("error", onEnd);
    client.on("end", onEnd);
    client.on("notification", ({ payload }) => {
      if (/^(reload (schema|config))?$/u.test(payload ?? "")) loaded = undefined;
    });
    await client.connect();
    await client.query("listen pgrst");
    return client;
  }

  function forget(ended: Promise<pg.Client>): void {
    if (connection !== ended) return;
    connection = undefined;
    loaded = undefined;
  }

  async function load(): Promise<SchemaCache> {
    // Listening comes first, so that no change falls between reading and being told.
    connection ??= connect();
    const opened = connection;
    try {
      const client = await opened;
      await client.query("select set_config('search_path', '', false)");
      const config = configOf((await client.query(SETTINGS_SQL)).rows, started);
      const { rows } = await client.query<Catalog>(CATALOG_SQL, [config.schemas]);
      return schemaCacheOf(rows[0] as Catalog, config);
    } catch (cause) {
      forget(opened);
      void opened.then((client) => client.end()).catch(() => {});
      const message = "Could not query the database for the schema cache. Retrying.";
      throw new RestError(503, "PGRST002", message, {}, { cause });
    }
  }

  async function current(): Promise<SchemaCache> {
    loaded ??= load();
    return loaded;
  }

  return {
    current,
    async refreshed(seen) {
      // What finished before this question is notified before its answer.
      await connection?.then((client) => client.query("select 1")).catch(() => {});
      const cache = await current();
      return cache === seen ? undefined : cache;
    },
    async close() {
      const closing = connection;
      connection = undefined;
      await closing?.then((client) => client.end()).catch(() => {});
    },
  };
}
