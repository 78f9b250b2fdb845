import { parseArgs } from "node:util";
import type { Bench } from "../bench.ts";
import { machine, quantile } from "../statistics.ts";
import { type BroadcastFigures, measureBroadcast, measureSocketIo } from "./broadcast.ts";
import { measureChanges } from "./changes.ts";
import { measureRest } from "./rest.ts";
import { startServer } from "./server-under-test.ts";

const STARTS = 3;

export const localSupabaseBench: Bench = {
  name: "local-supabase",
  summary:
    "the embedded Supabase: REST beside pg, broadcast beside Socket.IO, postgres_changes against an oracle, memory, start",
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        seconds: { type: "string", default: "15" },
        turn: { type: "string", default: "3" },
        clients: { type: "string", default: "100,1000" },
        deliveries: { type: "string", default: "10000" },
        json: { type: "boolean", default: false },
      },
    });
    const say = (line: string): void => {
      if (!values.json) console.log(line);
    };
    say(machine());
    const seconds = Number(values.seconds);
    const server = await startServer();
    try {
      const rest = await measureRest(server, Number(values.turn));
      for (const operation of ["select", "insert"] as const) {
        const { ratio, restPerSecond, pgPerSecond } = rest[operation];
        say(
          `REST ${operation}, 8 connections: ${ratio} × pg (median of turns; ${restPerSecond} and ${pgPerSecond} a second)`,
        );
      }
      say(`REST at 200 requests a second: p50 ${rest.pacedMs.p50} ms, p95 ${rest.pacedMs.p95} ms`);

      const fanOuts: { ours: BroadcastFigures; socketIo: BroadcastFigures }[] = [];
      for (const clients of values.clients.split(",").map(Number)) {
        const ours = await measureBroadcast(server, clients, seconds);
        say(`broadcast from the database, ${told(ours)}`);
        if (ours.memoryMb !== undefined) say(`  memory without Postgres: ${ours.memoryMb} MB`);
        const socketIo = await measureSocketIo(clients, seconds);
        say(`Socket.IO, ${told(socketIo)}`);
        fanOuts.push({ ours, socketIo });
      }

      const changes = await measureChanges(server, Number(values.deliveries));
      say(
        `postgres_changes, ${changes.subscribers} subscribers: ${changes.changesPerSecond} changes a second; ${changes.deliveries} deliveries in ${changes.rounds} rounds of changing memberships, ${changes.missing} missing, ${changes.extra} extra`,
      );

      const startsMs: number[] = [];
      for (let start = 0; start < STARTS; start++) {
        startsMs.push(
          await server.restart(async ({ url, secretKey }) => {
            const headers = { apikey: secretKey };
            const answer = await fetch(`${url}/rest/v1/events?select=id&limit=1`, { headers });
            await answer.arrayBuffer();
            return answer.ok;
          }),
        );
      }
      const startMs = Math.round(quantile(startsMs, 0.5));
      say(`start on this data to the first answered query: ${startMs} ms`);
      if (values.json) console.log(JSON.stringify({ rest, fanOuts, changes, startMs }));
    } finally {
      await server.stop();
    }
    // Clients of the last measurement still hold sockets.
    process.exit();
  },
};

const told = ({ clients, pacedMs, deliveriesPerSecond, missing }: BroadcastFigures): string =>
  `${clients} clients: p50 ${pacedMs.p50} ms, p95 ${pacedMs.p95} ms (${pacedMs.n} deliveries); ${deliveriesPerSecond} deliveries a second${missing > 0 ? `; ${missing} MISSING` : ""}`;
