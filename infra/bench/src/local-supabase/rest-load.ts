import { Agent, request } from "node:http";
import pg from "pg";
import { answerParent } from "../child.ts";

export type Operation = "select" | "insert";

/** What a process that makes requests is asked for. */
export type RestLoad = {
  url: string;
  databaseUrl: string;
  apiKey: string;
  token: string;
  /** As REST's own transactions set them. */
  claims: string;
  tenant: number;
  ids: number;
} & (
  | { kind: "throughput"; through: "rest" | "pg"; operation: Operation; seconds: number }
  | { kind: "paced"; perSecond: number; seconds: number }
);

const CONNECTIONS = 8;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

answerParent(async (load: RestLoad): Promise<number[]> => {
  if (load.kind === "paced") return paced(load);
  return [load.through === "rest" ? await throughRest(load) : await throughPg(load)];
});

/** Calls a second with as many callers as connections, each waiting for its answer. */
async function throughput(seconds: number, calls: (() => Promise<void>)[]): Promise<number> {
  const untilMs = performance.now() + seconds * 1000;
  let done = 0;
  const caller = async (call: () => Promise<void>): Promise<void> => {
    while (performance.now() < untilMs) {
      await call();
      done++;
    }
  };
  const startedMs = performance.now();
  await Promise.all(calls.map(caller));
  return done / ((performance.now() - startedMs) / 1000);
}

function throughRest(load: Extract<RestLoad, { kind: "throughput" }>): Promise<number> {
  const call = () => callRest(load, load.operation);
  return throughput(load.seconds, new Array(CONNECTIONS).fill(call));
}

/** The transaction that REST makes of a request, statement by statement, as one writes it with `pg`. */
async function throughPg(load: Extract<RestLoad, { kind: "throughput" }>): Promise<number> {
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: load.databaseUrl });
    await client.connect();
    return client;
  };
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, connect));
  const call = (client: pg.Client) => async (): Promise<void> => {
    await client.query(load.operation === "select" ? "begin read only" : "begin");
    await client.query({
      name: "claims",
      text: "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)",
      values: [load.claims],
    });
    if (load.operation === "select") {
      const text = "select * from events where id = $1";
      await client.query({ name: "select", text, values: [anId(load)] });
    } else {
      const text = "insert into events (tenant, payload) values ($1, $2)";
      await client.query({ name: "insert", text, values: [load.tenant, aPayload] });
    }
    await client.query("commit");
  };
  const perSecond = await throughput(load.seconds, clients.map(call));
  await Promise.all(clients.map((client) => client.end()));
  return perSecond;
}

/** Latencies of requests that leave when they are due, whether or not those before have been answered. */
async function paced(load: Extract<RestLoad, { kind: "paced" }>): Promise<number[]> {
  const startedMs = performance.now();
  const count = load.perSecond * load.seconds;
  const calls = Array.from({ length: count }, async (_, at) => {
    const dueMs = startedMs + (at * 1000) / load.perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    await callRest(load, at % 4 === 0 ? "insert" : "select");
    return performance.now() - dueMs;
  });
  return Promise.all(calls);
}

function callRest(load: RestLoad, operation: Operation): Promise<void> {
  const isInsert = operation === "insert";
  const path = isInsert ? "/rest/v1/events" : `/rest/v1/events?select=*&id=eq.${anId(load)}`;
  const headers = {
    apikey: load.apiKey,
    authorization: `Bearer ${load.token}`,
    ...(isInsert
      ? { "content-type": "application/json", prefer: "return=minimal" }
      : { accept: "application/vnd.pgrst.object+json" }),
  };
  const wanted = isInsert ? 201 : 200;
  return new Promise((resolve, reject) => {
    const options = { agent, method: isInsert ? "POST" : "GET", headers };
    const sent = request(load.url + path, options, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === wanted) resolve();
        else reject(new Error(`${operation} was answered with ${response.statusCode}`));
      });
    });
    sent.on("error", reject);
    sent.end(isInsert ? JSON.stringify({ tenant: load.tenant, payload: aPayload }) : undefined);
  });
}

const aPayload = { plate: "ABC1D23", confidence: 0.97, camera: "norte" };

const anId = ({ ids }: RestLoad): number => 1 + Math.floor(Math.random() * ids);
