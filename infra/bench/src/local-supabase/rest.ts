import { createClient } from "@supabase/supabase-js";
import pg from "pg";
import { startChild } from "../child.ts";
import { quantile, spread } from "../statistics.ts";
import type { Operation, RestLoad } from "./rest-load.ts";
import type { ServerUnderTest } from "./server-under-test.ts";

const TENANT = 1;
const ROUNDS = 7;
const PACED_PER_SECOND = 200;

export interface RestFigures {
  /** Requests a second over transactions a second with `pg`, and both. */
  select: Ratio;
  insert: Ratio;
  pacedMs: { n: number; p50: number; p95: number };
}

interface Ratio {
  ratio: number;
  restPerSecond: number;
  pgPerSecond: number;
}

/** REST beside the same transactions through `pg`, both with 8 connections, in turns of `seconds`. */
export async function measureRest(server: ServerUnderTest, seconds: number): Promise<RestFigures> {
  const child = startChild<RestLoad, number[]>("local-supabase/rest-load.ts");
  try {
    const load = await prepare(server);
    const measure = async (operation: Operation): Promise<Ratio> => {
      const turns: { rest: number; pg: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const turn = { rest: 0, pg: 0 };
        for (const through of ["rest", "pg"] as const) {
          const asked = { ...load, kind: "throughput", through, operation, seconds } as const;
          turn[through] = (await child.ask(asked))[0] ?? 0;
        }
        // The first warms both up.
        if (round > 0) turns.push(turn);
      }
      const median = (values: number[]): number => Math.round(quantile(values, 0.5) * 100) / 100;
      return {
        ratio: median(turns.map((turn) => turn.rest / turn.pg)),
        restPerSecond: Math.round(median(turns.map(({ rest }) => rest))),
        pgPerSecond: Math.round(median(turns.map((turn) => turn.pg))),
      };
    };
    const select = await measure("select");
    const insert = await measure("insert");
    const paced = { ...load, kind: "paced", perSecond: PACED_PER_SECOND, seconds: 10 } as const;
    return { select, insert, pacedMs: spread(await child.ask(paced)) };
  } finally {
    child.stop();
  }
}

/** A person who signed in, so that tokens are checked as everyone's are, and a thousand rows to look for. */
async function prepare(server: ServerUnderTest) {
  const { url, publishableKey, databaseUrl } = server;
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const supabase = createClient(url, publishableKey, options);
  const account = { email: "bench@example.com", password: "only for measurements" };
  const { data, error } = await supabase.auth.signUp(account);
  if (error || !data.session) throw error ?? new Error("signing up gave no session");
  const token = data.session.access_token;
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  await database.query("insert into members values ($1, $2)", [TENANT, data.user?.id]);
  await database.query(
    `insert into events (tenant, payload) select $1, jsonb_build_object('plate', n) from generate_series(1, 1000) n`,
    [TENANT],
  );
  await database.query("analyze events");
  await database.end();
  return { url, databaseUrl, apiKey: publishableKey, token, claims, tenant: TENANT, ids: 1000 };
}
