import pg from "pg";

export type LocalSupabaseErrorCode =
  | "unsupported_platform"
  | "folder_in_use"
  | "folder_not_ours"
  | "folder_too_new"
  | "initdb_failed"
  | "postgres_failed"
  | "backup_failed"
  | "bootstrap_failed"
  | "migration_failed"
  | "restore_failed";

/** What keeps the embedded Supabase from starting or running, in words for the person who started it. */
export class LocalSupabaseError extends Error {
  readonly code: LocalSupabaseErrorCode;

  constructor(code: LocalSupabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LocalSupabaseError";
    this.code = code;
  }
}

/** A value from a request that nothing can hold: a NUL in a text, a number out of range, nesting without end. */
export function isUnfit(cause: unknown): boolean {
  if (cause instanceof pg.DatabaseError) return cause.code?.startsWith("22") === true;
  return cause instanceof RangeError;
}
