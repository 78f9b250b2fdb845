export { LocalSupabaseError, type LocalSupabaseErrorCode } from "./errors.ts";
export { type LocalSupabase, type LocalSupabaseOptions, startLocalSupabase } from "./server.ts";
