import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";

/** A supabase-js client that knows the schema. */
export type StoreClient = SupabaseClient<Database>;
export type { Database };
