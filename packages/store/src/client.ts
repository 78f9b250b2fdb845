import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";

/** A supabase-js client that knows the schema. */
export type StoreClient = SupabaseClient<Database>;
export type { Database };

const REQUEST_LIMIT_MS = 15_000;
/** Long transactions; the database itself ends them after 60 s, and says so. */
const LONG_CALLS = /\/rpc\/(import_register|erase_person|export_person)$/;
const LONG_CALL_LIMIT_MS = 75_000;

/** `fetch` with an end: a line that swallows packets must not hold a request for minutes. */
export function fetchWithinLimit(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const isLong = LONG_CALLS.test(String(input));
  const limit = AbortSignal.timeout(isLong ? LONG_CALL_LIMIT_MS : REQUEST_LIMIT_MS);
  const signal = init?.signal ? AbortSignal.any([init.signal, limit]) : limit;
  return fetch(input, { ...init, signal });
}
