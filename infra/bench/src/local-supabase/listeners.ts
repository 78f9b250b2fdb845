import { createClient } from "@supabase/supabase-js";
import { io } from "socket.io-client";
import { WebSocket } from "ws";
import { answerParent, nowMs } from "../child.ts";

/** What a process full of clients, each on a socket of its own, is asked for. */
export type ListenerTask =
  | {
      do: "connect";
      through: "supabase" | "socket.io";
      url: string;
      apiKey: string;
      /** One a tenant; clients are spread over them evenly. */
      tokens: string[];
      clients: number;
    }
  /** Answers when so many events have reached callbacks, or after a minute. */
  | { do: "expect"; deliveries: number };

/** Latencies from what each event says about its sending, and when the last one came. */
export interface Deliveries {
  latenciesMs: number[];
  lastAtMs: number;
}

const AT_ONCE = 25;
const PATIENCE_MS = 60_000;

let latenciesMs: number[] = [];
let expected = Number.POSITIVE_INFINITY;
let complete = Promise.withResolvers<void>();

function onEvent({ sentMs }: { sentMs: number }): void {
  latenciesMs.push(nowMs() - sentMs);
  if (latenciesMs.length === expected) complete.resolve();
}

answerParent(async (task: ListenerTask): Promise<Deliveries | undefined> => {
  if (task.do === "connect") {
    await connectAll(task);
    return undefined;
  }
  latenciesMs = [];
  expected = task.deliveries;
  complete = Promise.withResolvers();
  const patience = setTimeout(() => complete.resolve(), PATIENCE_MS);
  await complete.promise;
  clearTimeout(patience);
  return { latenciesMs, lastAtMs: nowMs() };
});

type Connect = Extract<ListenerTask, { do: "connect" }>;

async function connectAll(task: Connect): Promise<void> {
  const connect = task.through === "supabase" ? connectSupabase : connectSocketIo;
  for (let from = 0; from < task.clients; from += AT_ONCE) {
    const size = Math.min(AT_ONCE, task.clients - from);
    await Promise.all(
      Array.from({ length: size }, (_, at) => connect(task, (from + at) % task.tokens.length)),
    );
  }
}

async function connectSupabase({ url, apiKey, tokens }: Connect, tenant: number): Promise<void> {
  const client = createClient(url, apiKey, {
    accessToken: async () => tokens[tenant] ?? null,
    realtime: { transport: WebSocket as never },
  });
  await client.realtime.setAuth();
  await new Promise<void>((resolve, reject) => {
    client
      .channel(`tenant:${tenant}`, { config: { private: true } })
      .on("broadcast", { event: "event" }, ({ payload }) => onEvent(payload))
      .subscribe((state, cause) => {
        if (state === "SUBSCRIBED") resolve();
        else if (state !== "CLOSED") reject(cause ?? new Error(state));
      });
  });
}

async function connectSocketIo({ url, tokens }: Connect, tenant: number): Promise<void> {
  const socket = io(url, {
    transports: ["websocket"],
    forceNew: true,
    auth: { token: tokens[tenant], tenant },
  });
  socket.on("event", onEvent);
  await new Promise<void>((resolve, reject) => {
    socket.on("joined", resolve);
    socket.on("connect_error", reject);
  });
}
