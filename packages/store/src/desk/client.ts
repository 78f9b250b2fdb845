import { createClient } from "@supabase/supabase-js";
import type { Database, StoreClient } from "../client.ts";

export interface DeskClientOptions {
  supabaseUrl: string;
  /** `sb_publishable_…`: what it may do is decided by row-level security. */
  publishableKey: string;
  /** Where the session is kept; the browser's own unless given. */
  storage?: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

const REQUEST_LIMIT_MS = 15_000;

/** A supabase-js client for a person at a screen: keeps and renews the session, ends requests that hang. */
export function createDeskClient(options: DeskClientOptions): StoreClient {
  const { supabaseUrl, publishableKey, storage } = options;
  return createClient<Database>(supabaseUrl, publishableKey, {
    auth: { detectSessionInUrl: false, storageKey: "portero.session", ...(storage && { storage }) },
    // A channel that is left for its successor keeps the socket.
    realtime: { heartbeatIntervalMs: 10_000, disconnectOnEmptyChannelsAfterMs: 5_000 },
    global: {
      fetch: (input, init) => {
        const limit = AbortSignal.timeout(REQUEST_LIMIT_MS);
        const signal = init?.signal ? AbortSignal.any([init.signal, limit]) : limit;
        return fetch(input, { ...init, signal });
      },
    },
  });
}
