import { createClient } from "@supabase/supabase-js";
import { type Database, fetchWithinLimit, type StoreClient } from "../client.ts";

export interface DeskClientOptions {
  supabaseUrl: string;
  /** `sb_publishable_…`: what it may do is decided by row-level security. */
  publishableKey: string;
  /** Where the session is kept; the browser's own unless given. */
  storage?: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

/** A supabase-js client for a person at a screen: keeps and renews the session, ends requests that hang. */
export function createDeskClient(options: DeskClientOptions): StoreClient {
  const { supabaseUrl, publishableKey, storage } = options;
  return createClient<Database>(supabaseUrl, publishableKey, {
    auth: { detectSessionInUrl: false, storageKey: "portero.session", ...(storage && { storage }) },
    // A channel that is left for its successor keeps the socket.
    realtime: { heartbeatIntervalMs: 10_000, disconnectOnEmptyChannelsAfterMs: 5_000 },
    global: { fetch: fetchWithinLimit },
  });
}
