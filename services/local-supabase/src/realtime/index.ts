import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type Log, poll } from "@portero/runtime";
import type { FastifyInstance } from "fastify";
import type pg from "pg";
import { WebSocketServer } from "ws";
import { type Claims, TokenError, type Tokens } from "../context.ts";
import { isBrowser } from "../gateway.ts";
import { createChannels } from "./channels.ts";
import type { Vsn } from "./codec.ts";
import { type Connection, type ConnectionContext, serveConnection } from "./connection.ts";
import { registerBroadcastRoutes } from "./http.ts";
import { defaultLimits as limits } from "./limits.ts";
import { broadcastRow } from "./messages.ts";
import { createOutbox } from "./outbox.ts";
import { createChangeFeed } from "./postgres-changes.ts";
import { createPresence } from "./presence.ts";
import { streamWal } from "./wal.ts";

export interface RealtimeOptions {
  /** Not yet listening: routes are added, and upgrades of its server are answered. */
  app: FastifyInstance;
  /** Logs in as a superuser: policies are asked by becoming someone else. */
  pool: pg.Pool;
  /** Of a superuser that may replicate. */
  databaseUrl: string;
  tokens: Tokens;
  log: Log;
}

export interface Realtime {
  /** Resolves once messages from the database are streamed, or after a while without them. */
  streaming: Promise<void>;
  stop(): Promise<void>;
}

const socketPath = "/realtime/v1/websocket";
const backoff = { baseMs: 100, maxMs: 5000 };
const firstStreamTimeoutMs = 5000;
/** Expired tokens and silent clients are looked for so often. */
const tickMs = 1000;
/** What a frame carries beside its payload. */
const frameOverheadBytes = 100_000;

/** Supabase Realtime under `/realtime/v1`: WebSockets, broadcasts over HTTP, and the streams from the database. */
export async function startRealtime(options: RealtimeOptions): Promise<Realtime> {
  const { app, pool, databaseUrl, tokens, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const connections = new Set<Connection>();
  const channels = createChannels();
  const presence = createPresence(channels);
  const gap = (of: "messages" | "changes") => () => {
    for (const connection of connections) connection.dispatch({ type: "gap", of });
  };
  const changes = createChangeFeed({ databaseUrl, log, onGap: gap("changes") });
  let replicating = Promise.withResolvers<void>();
  let streams = 0;
  let isServing = false;
  const messageStream = poll(
    async (aborted) => {
      const before = streams;
      try {
        await streamWal(
          {
            databaseUrl,
            publication: "supabase_realtime_messages_publication",
            onChange: ({ row }) => {
              if (row) broadcastRow(channels, row);
            },
            onReady: () => {
              // Who joined before the first stream may have missed something too.
              if (streams++ > 0 || isServing) gap("messages")();
              replicating.resolve();
            },
          },
          aborted,
        );
      } finally {
        if (streams > before) replicating = Promise.withResolvers();
      }
    },
    {
      everyMs: 0,
      backoff,
      signal,
      onFailure: (error) => log.warn({ err: error }, "the stream of messages broke"),
    },
  );

  const ticks = poll(
    async () => {
      for (const connection of connections) connection.dispatch({ type: "tick" });
    },
    {
      everyMs: tickMs,
      backoff,
      signal,
      onFailure: (error) => log.error({ err: error }, "tick failed"),
    },
  );

  const context: ConnectionContext = {
    channels,
    presence,
    changes,
    outbox: createOutbox(),
    replicating: () => replicating.promise,
    pool,
    tokens,
    limits,
    log,
  };
  await registerBroadcastRoutes(app, context);
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.maxPayloadBytes + frameOverheadBytes,
  });
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on("error", () => socket.destroy());
    void admitSocket(tokens, request).then(
      (admitted) => {
        if (typeof admitted === "number") {
          refuseUpgrade(socket, admitted);
          return;
        }
        server.handleUpgrade(request, socket, head, (webSocket) => {
          const line = { socket: webSocket, stream: socket };
          const connection = serveConnection(context, line, admitted);
          connections.add(connection);
          webSocket.on("close", () => connections.delete(connection));
        });
      },
      (error) => {
        log.error({ err: error }, "a WebSocket could not be opened");
        refuseUpgrade(socket, 500);
      },
    );
  };
  app.server.on("upgrade", onUpgrade);
  const first = Promise.race([replicating.promise, timeout(firstStreamTimeoutMs)]);

  return {
    streaming: first.then(() => {
      isServing = true;
    }),
    async stop() {
      app.server.off("upgrade", onUpgrade);
      for (const connection of connections) connection.close(1012, "Realtime is restarting");
      stopping.abort();
      presence.stop();
      await Promise.all([messageStream, ticks, changes.stop()]);
      server.close();
    },
  };
}

/** What a handshake earns: a connection, or the status of its refusal. */
async function admitSocket(
  tokens: Tokens,
  request: IncomingMessage,
): Promise<{ vsn: Vsn; keyClaims: Claims } | number> {
  const url = URL.parse(request.url ?? "/", "http://localhost");
  if (url?.pathname !== socketPath) return 404;
  const vsn = url.searchParams.get("vsn") ?? "1.0.0";
  if (vsn !== "1.0.0" && vsn !== "2.0.0") return 400;
  const apiKey = url.searchParams.get("apikey") ?? request.headers["apikey"];
  if (typeof apiKey !== "string" || apiKey === "") return 401;
  if (apiKey.startsWith("sb_secret_") && isBrowser(request.headers)) return 401;
  try {
    return { vsn, keyClaims: await tokens.verifyKey(apiKey) };
  } catch (error) {
    if (error instanceof TokenError) return 401;
    throw error;
  }
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
