import { randomUUID } from "node:crypto";
import pg from "pg";
import { type Child, startChild } from "../child.ts";
import { quantile, spread } from "../statistics.ts";
import type { Events } from "./event-source.ts";
import type { Deliveries, ListenerTask } from "./listeners.ts";
import { type ServerUnderTest, tokenOf } from "./server-under-test.ts";
import type { SocketIoTask } from "./socket-io-server.ts";

const TENANTS = 10;
const PER_SECOND = 20;
const BURSTS = 3;
/** Deliveries of one burst, so that it lasts for seconds and fills no socket's buffer. */
const BURST_DELIVERIES = 50_000;

export interface BroadcastFigures {
  clients: number;
  /** Event sent → callback, at 20 events a second. */
  pacedMs: { n: number; p50: number; p95: number };
  /** Of the median burst. */
  deliveriesPerSecond: number;
  missing: number;
  memoryMb: number | undefined;
}

type Emit = (count: number, perSecond: number | undefined) => Promise<number>;

/** Broadcast from the database to 10 tenants' private channels. */
export async function measureBroadcast(
  server: ServerUnderTest,
  clients: number,
  seconds: number,
): Promise<BroadcastFigures> {
  const source = startChild<Events, number>("local-supabase/event-source.ts");
  const listeners = startChild<ListenerTask, Deliveries>("local-supabase/listeners.ts");
  try {
    const { url, publishableKey: apiKey, databaseUrl } = server;
    const tokens = await membersOf(databaseUrl);
    await listeners.ask({ do: "connect", through: "supabase", url, apiKey, tokens, clients });
    const emit: Emit = (count, perSecond) =>
      source.ask({ databaseUrl, tenants: TENANTS, count, perSecond });
    const figures = await measure(listeners, emit, clients, seconds);
    return { ...figures, memoryMb: await server.memoryMb() };
  } finally {
    source.stop();
    listeners.stop();
  }
}

/** The same fan-out over Socket.IO's own server, which checks nobody's rights and keeps nothing. */
export async function measureSocketIo(clients: number, seconds: number): Promise<BroadcastFigures> {
  const server = startChild<SocketIoTask, number>("local-supabase/socket-io-server.ts");
  const listeners = startChild<ListenerTask, Deliveries>("local-supabase/listeners.ts");
  try {
    const url = `http://127.0.0.1:${await server.ask({ do: "listen" })}`;
    const tokens = new Array<string>(TENANTS).fill("");
    await listeners.ask({ do: "connect", through: "socket.io", url, apiKey: "", tokens, clients });
    const emit: Emit = (count, perSecond) =>
      server.ask({ do: "emit", tenants: TENANTS, count, perSecond });
    return { ...(await measure(listeners, emit, clients, seconds)), memoryMb: undefined };
  } finally {
    server.stop();
    listeners.stop();
  }
}

async function measure(
  listeners: Child<ListenerTask, Deliveries>,
  emit: Emit,
  clients: number,
  seconds: number,
): Promise<Omit<BroadcastFigures, "memoryMb">> {
  const clientsOfOne = clients / TENANTS;
  const run = async (count: number, perSecond: number | undefined) => {
    const received = listeners.ask({ do: "expect", deliveries: count * clientsOfOne });
    const beganMs = await emit(count, perSecond);
    return { ...(await received), beganMs, wanted: count * clientsOfOne };
  };
  await run(PER_SECOND, PER_SECOND);
  const paced = await run(PER_SECOND * seconds, PER_SECOND);
  const bursts = [];
  for (let burst = 0; burst < BURSTS; burst++) {
    bursts.push(await run(Math.ceil(BURST_DELIVERIES / clientsOfOne), undefined));
  }
  const rates = bursts.map(
    ({ latenciesMs, beganMs, lastAtMs }) => latenciesMs.length / ((lastAtMs - beganMs) / 1000),
  );
  const missing = [paced, ...bursts].map(({ wanted, latenciesMs }) => wanted - latenciesMs.length);
  return {
    clients,
    pacedMs: spread(paced.latenciesMs),
    deliveriesPerSecond: Math.round(quantile(rates, 0.5)),
    missing: missing.reduce((sum, lost) => sum + lost, 0),
  };
}

/** A member for each tenant; tokens in the tenants' order. */
async function membersOf(databaseUrl: string): Promise<string[]> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  const people = Array.from({ length: TENANTS }, () => randomUUID());
  for (const [tenant, person] of people.entries()) {
    await database.query("insert into members values ($1, $2)", [tenant, person]);
  }
  await database.end();
  return Promise.all(people.map(tokenOf));
}
