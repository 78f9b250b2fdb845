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
