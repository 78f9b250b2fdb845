export { LocalSupabaseError, type LocalSupabaseErrorCode } from "./errors.ts";
export { type BackupOptions, type BackupReport, backUp } from "./operation/backup.ts";
export { examine, type Finding } from "./operation/doctor.ts";
export { type RestoreOptions, restore } from "./operation/restore.ts";
export { type LocalSupabase, type LocalSupabaseOptions, startLocalSupabase } from "./server.ts";
