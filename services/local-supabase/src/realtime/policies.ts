import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Claims } from "../context.ts";
import { maintainPartitions } from "../maintenance.ts";
import { RealtimeError } from "./errors.ts";
import type { Permissions } from "./turn.ts";

const statementTimeoutMs = 5000;
const insufficientPrivilege = "42501";
const noPartition = "23514";

/**
 * What the policies on `realtime.messages` let `claims` receive on a private channel: one probe row for each
 * extension, selected as that role in a transaction that is rolled back.
 * @throws {RealtimeError}
 */
export async function readPermissions(
  pool: pg.Pool,
  channel: string,
  claims: Claims,
): Promise<Permissions> {
  return inRolledBack(pool, async (client) => {
    const ids = { broadcast: randomUUID(), presence: randomUUID() };
    const probes = [ids.broadcast, channel, ids.presence];
    await insertProbes(pool, client, probes);
    await become(client, channel, claims);
    const { rows } = await client.query<{ id: string }>(
      "select id from realtime.messages where topic = $1 and id in ($2, $3)",
      [channel, ids.broadcast, ids.presence],
    );
    const visible = new Set(rows.map(({ id }) => id));
    return { broadcast: visible.has(ids.broadcast), presence: visible.has(ids.presence) };
  });
}

/**
 * What the policies let `claims` send to a private channel: a row of each extension, inserted as that role in a
 * transaction that is rolled back.
 * @throws {RealtimeError}
 */
export async function writePermissions(
  pool: pg.Pool,
  channel: string,
  claims: Claims,
): Promise<Permissions> {
  return inRolledBack(pool, async (client) => {
    await become(client, channel, claims);
    const mayInsert = async (extension: string): Promise<boolean> => {
      await client.query("savepoint probe");
      try {
        await client.query("insert into realtime.messages (topic, extension) values ($1, $2)", [
          channel,
          extension,
        ]);
        return true;
      } catch (error) {
        if (!isDatabaseError(error, insufficientPrivilege)) throw error;
        await client.query("rollback to savepoint probe");
        return false;
      }
    };
    return { broadcast: await mayInsert("broadcast"), presence: await mayInsert("presence") };
  });
}

async function insertProbes(pool: pg.Pool, client: pg.PoolClient, probes: string[]): Promise<void> {
  const sql = `insert into realtime.messages (id, topic, extension)
    values ($1, $2, 'broadcast'), ($3, $2, 'presence')`;
  try {
    await client.query(sql, probes);
  } catch (error) {
    if (!isDatabaseError(error, noPartition)) throw error;
    await client.query("rollback");
    await maintainPartitions(pool);
    await client.query("begin");
    await client.query(sql, probes);
  }
}

async function become(client: pg.PoolClient, channel: string, claims: Claims): Promise<void> {
  // As everywhere else, only what `authenticator` may become.
  const { rowCount } = await client.query(
    `select set_config('statement_timeout', $1, true), set_config('realtime.topic', $2, true),
      set_config('request.jwt.claims', $3, true), set_config('role', $4, true)
      where pg_has_role('authenticator', $4::text, 'member')`,
    [String(statementTimeoutMs), channel, JSON.stringify(claims), claims.role],
  );
  if (rowCount === 0) throw new ForbiddenRoleError();
}

/** Runs `work` in a transaction and takes it back. A policy that fails allows nothing. */
async function inRolledBack(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Permissions>,
): Promise<Permissions> {
  const client = await pool.connect().catch((cause: unknown) => {
    const text = "Realtime was unable to connect to the project database";
    throw new RealtimeError("UnableToConnectToProject", text, { cause });
  });
  try {
    await client.query("begin");
    return await work(client);
  } catch (cause) {
    if (cause instanceof ForbiddenRoleError || isOfThePolicy(cause))
      return { broadcast: false, presence: false };
    const text = "Realtime was unable to connect to the project database";
    throw new RealtimeError("UnableToSetPolicies", text, { cause });
  } finally {
    await client.query("rollback").then(
      () => client.release(),
      (error: Error) => client.release(error),
    );
  }
}

class ForbiddenRoleError extends Error {}

/** Not of the server: connection lost, out of resources, shut down or cancelled, input/output. */
function isOfThePolicy(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !/^(08|53|57|58)/.test(error.code ?? "");
}

function isDatabaseError(error: unknown, code: string): boolean {
  return error instanceof pg.DatabaseError && error.code === code;
}
