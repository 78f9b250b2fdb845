import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LocalSupabaseError } from "../errors.ts";

/**
 * Claims a data folder for this process. The kernel drops the claim however the process dies, which a file
 * with a process id in it can't offer; SQLite is Node's one way to an operating system's file lock.
 * @throws {LocalSupabaseError} `folder_in_use`
 */
export function lockFolder(dataDir: string): Disposable {
  const lock = new DatabaseSync(join(dataDir, "lock"));
  try {
    lock.exec("pragma journal_mode = memory; begin exclusive");
  } catch (cause) {
    lock.close();
    throw new LocalSupabaseError(
      "folder_in_use",
      `${dataDir} is in use by another local Supabase. Stop that one or choose another data folder.`,
      { cause },
    );
  }
  return { [Symbol.dispose]: () => lock.close() };
}
