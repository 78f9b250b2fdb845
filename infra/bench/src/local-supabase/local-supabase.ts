import { parseArgs } from "node:util";
import type { Bench } from "../bench.ts";
import { machine, quantile } from "../statistics.ts";
import { type BroadcastFigures, measureBroadcast, measureSocketIo } from "./broadcast.ts";
import { measureChanges } from "./changes.ts";
import { measureRest } from "./rest.ts";
import { type ServerUnderTest, startServer } from "./server-under-test.ts";

const STARTS = 5;

const options = {
  /** Which of `rest`, `broadcast`, `changes` and `start` to measure. */
  only: { type: "string", default: "rest,broadcast,changes,start" },
  /** Of each paced broadcast. */
  seconds: { type: "string", default: "15" },
  /** Seconds of each turn of REST and `pg`. */
  turn: { type: "string", default: "3" },
  clients: { type: "string", default: "100,1000" },
  deliveries: { type: "string", default: "10000" },
  json: { type: "boolean", default: false },
} as const;

type Say = (line: string) => void;

export const localSupabaseBench: Bench = {
  name: "local-supabase",
  summary:
    "the embedded Supabase: REST beside pg, broadcast beside Socket.IO, postgres_changes against an oracle, memory, start",
  async run(args) {
    const { values } = parseArgs({ args, options });
    const parts = values.only.split(",");
    const say: Say = (line) => {
      if (!values.json) console.log(line);
    };
    say(machine());
    const server = await startServer();
    const report: Record<string, unknown> = {};
    try {
      if (parts.includes("rest")) report["rest"] = await rest(server, Number(values.turn), say);
      if (parts.includes("broadcast")) {
        const clients = values.clients.split(",").map(Number);
        report["broadcast"] = await broadcast(server, clients, Number(values.seconds), say);
      }
      if (parts.includes("changes")) {
        report["changes"] = await changes(server, Number(values.deliveries), say);
      }
      if (parts.includes("start")) report["startMs"] = await start(server, say);
      if (values.json) console.log(JSON.stringify(report));
    } finally {
      await server.stop();
    }
    // Clients of `changes` still hold their sockets.
    process.exit();
  },
};

async function rest(server: ServerUnderTest, turnSeconds: number, say: Say) {
  const figures = await measureRest(server, turnSeconds);
  for (const operation of ["select", "insert"] as const) {
    const { ratio, restPerSecond, pgPerSecond } = figures[operation];
    say(
      `REST ${operation}, 8 connections: ${ratio} × pg (median of turns; ${restPerSecond} and ${pgPerSecond} a second)`,
    );
  }
  const { p50, p95 } = figures.pacedMs;
  say(`REST at 200 requests a second: p50 ${p50} ms, p95 ${p95} ms`);
  return figures;
}

async function broadcast(server: ServerUnderTest, counts: number[], seconds: number, say: Say) {
  const figures: { ours: BroadcastFigures; socketIo: BroadcastFigures }[] = [];
  for (const clients of counts) {
    const ours = await measureBroadcast(server, clients, seconds);
    say(`broadcast from the database, ${told(ours)}`);
    if (ours.memoryMb !== undefined) say(`  memory without Postgres: ${ours.memoryMb} MB`);
    const socketIo = await measureSocketIo(clients, seconds);
    say(`Socket.IO, ${told(socketIo)}`);
    figures.push({ ours, socketIo });
  }
  return figures;
}

function told({ clients, pacedMs, deliveriesPerSecond, missing }: BroadcastFigures): string {
  const { n, p50, p95 } = pacedMs;
  const lost = missing > 0 ? `; ${missing} MISSING` : "";
  return `${clients} clients: p50 ${p50} ms, p95 ${p95} ms (${n} deliveries); ${deliveriesPerSecond} deliveries a second${lost}`;
}

async function changes(server: ServerUnderTest, wanted: number, say: Say) {
  const figures = await measureChanges(server, wanted);
  const { subscribers, changesPerSecond, deliveries, rounds, missing, extra } = figures;
  say(
    `postgres_changes, ${subscribers} subscribers: ${changesPerSecond} changes a second; ${deliveries} deliveries in ${rounds} rounds of changing memberships, ${missing} missing, ${extra} extra`,
  );
  return figures;
}

async function start(server: ServerUnderTest, say: Say): Promise<number> {
  const startsMs: number[] = [];
  for (let n = 0; n < STARTS; n++) {
    const ms = await server.restart(async ({ url, secretKey }) => {
      const headers = { apikey: secretKey };
      const answer = await fetch(`${url}/rest/v1/events?select=id&limit=1`, { headers });
      await answer.arrayBuffer();
      return answer.ok;
    });
    startsMs.push(ms);
  }
  const startMs = Math.round(quantile(startsMs, 0.5));
  say(`start on this data to the first answered query: ${startMs} ms`);
  return startMs;
}
