import { createHash } from "node:crypto";
import type pg from "pg";
import type { Claims } from "../context.ts";
import { RestError } from "./error.ts";
import { postgresError } from "./postgres-error.ts";
import { type Sql, type Statement, statementOf } from "./sql/fragment.ts";

/** Under whose rights a transaction runs, and what SQL may know of the request. */
export interface Session {
  claims: Claims;
  /** `set local` settings, by name. */
  settings: Record<string, string>;
  isReadOnly: boolean;
  /** Aborts when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** What a transaction does with its statement's row before it ends. */
interface Ending<Row> {
  /** Throws to roll back. Without it the transaction commits unseen, one round trip earlier. */
  check?: ((row: Row) => void) | undefined;
  rollBack?: boolean;
}

/** Texts seen more than once are prepared, so many a process and none longer: each costs every connection memory. */
const MAX_PREPARED = 500;
const MAX_PREPARED_LENGTH = 8192;

/** Runs single statements, each in a transaction under a caller's role. */
export class Executor {
  readonly #pool: pg.Pool;
  readonly #adminPool: pg.Pool;
  readonly #names = new Map<string, string | undefined>();

  /** `adminPool` cancels what runs on `pool`. */
  constructor(pool: pg.Pool, adminPool: pg.Pool) {
    this.#pool = pool;
    this.#adminPool = adminPool;
  }

  /**
   * Runs a statement of one row. All of the transaction is sent at once where the pool's
   * connections pipeline, so that it takes one round trip.
   * @throws {RestError} what Postgres says, as PostgREST words it
   */
  async run<Row extends pg.QueryResultRow>(
    session: Session,
    statement: Sql,
    ending: Ending<Row> = {},
  ): Promise<Row> {
    const client = await this.#connect();
    const { signal } = session;
    const { processID } = client as pg.PoolClient & { processID: number };
    let isBroken = false;
    let cancelling: Promise<unknown> | undefined;
    const cancel = (): void => {
      const sql = "select pg_cancel_backend($1)";
      cancelling = this.#adminPool.query(sql, [processID]).catch(() => {});
    };
    signal.addEventListener("abort", cancel, { once: true });
    try {
      signal.throwIfAborted();
      const isHeld = ending.check !== undefined || ending.rollBack === true;
      const answer = this.#prepared(statementOf(statement));
      const results = await Promise.allSettled(
        inOnePacket(client, () => [
          client.query(session.isReadOnly ? "begin read only" : "begin"),
          client.query(this.#prepared(settingsOf(session))),
          client.query<Row>(answer),
          ...(isHeld ? [] : [client.query("commit")]),
        ]),
      );
      const failed = results.find((result) => result.status === "rejected");
      if (failed) throw failed.reason;
      const [, , answered] = results as PromiseFulfilledResult<pg.QueryResult<Row>>[];
      const row = answered?.value.rows[0];
      if (!row) throw new Error("a statement for an answer gave no row");
      if (isHeld) {
        ending.check?.(row);
        await client.query(ending.rollBack ? "rollback" : "commit");
      }
      return row;
    } catch (error) {
      // A failed `commit` has ended the transaction; after any other failure it is still open.
      isBroken = await client.query("rollback").then(
        () => false,
        () => true,
      );
      throw postgresError(error, session.claims.role === "anon");
    } finally {
      signal.removeEventListener("abort", cancel);
      // Whoever gets the connection next must not be cancelled in this one's place.
      await cancelling;
      client.release(isBroken);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (cause) {
      const isSlow = cause instanceof Error && /timeout exceeded/iu.test(cause.message);
      throw isSlow
        ? new RestError(
            504,
            "PGRST003",
            "Timed out acquiring connection from connection pool.",
            {},
            { cause },
          )
        : new RestError(
            503,
            "PGRST000",
            "Database connection error. Retrying the connection.",
            {},
            { cause },
          );
    }
  }

  /** Names a text from its second time on. */
  #prepared({ text, values }: Statement): pg.QueryConfig {
    if (text.length > MAX_PREPARED_LENGTH) return { text, values };
    const isKnown = this.#names.has(text);
    let name = this.#names.get(text);
    if (!isKnown && this.#names.size < MAX_PREPARED) this.#names.set(text, undefined);
    if (isKnown && name === undefined) {
      name = `rest_${createHash("sha256").update(text).digest("base64url").slice(0, 20)}`;
      this.#names.set(text, name);
    }
    return name === undefined ? { text, values } : { name, text, values };
  }
}

/** What `send` queries leaves for Postgres in one packet. */
function inOnePacket<T>(client: pg.PoolClient, send: () => T): T {
  const { stream } = client.connection;
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

function settingsOf({ claims, settings }: Session): Statement {
  const all: Record<string, string> = {
    role: claims.role,
    "request.jwt.claims": JSON.stringify(claims),
    ...settings,
  };
  const names = Object.keys(all);
  const calls = names.map((name, at) => `set_config('${name}', $${at + 1}, true)`);
  return { text: `select ${calls.join(", ")}`, values: names.map((name) => all[name]) };
}
