import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";

/** A supabase-js client that knows the schema. */
export type StoreClient = SupabaseClient<Database>;
export type { Database };

const REQUEST_LIMIT_MS = 15_000;

/** `fetch` with an end: a line that swallows packets must not hold a request for minutes. */
export function fetchWithinLimit(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const limit = AbortSignal.timeout(REQUEST_LIMIT_MS);
  const signal = init?.signal ? AbortSignal.any([init.signal, limit]) : limit;
  return fetch(input, { ...init, signal });
}
