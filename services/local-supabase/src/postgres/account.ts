import { execFile } from "node:child_process";
import { chown, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { LocalSupabaseError } from "../errors.ts";

const run = promisify(execFile);

/** Who runs Postgres: this process's own user, or, because Postgres refuses root, another one. */
export interface Account {
  isOther: boolean;
  /** For `spawn`; empty when it is this process's own user. */
  ids: { uid: number; gid: number } | Record<string, never>;
  own(path: string): Promise<void>;
  /**
   * How the account names `folder` when it is also the program's working directory. A folder below root's home can't
   * be reached by its path, but the working directory is set before the user changes and stays open to it.
   */
  pathOf(folder: string): string;
}

const self: Account = {
  isOther: false,
  ids: {},
  own: async () => {},
  pathOf: (folder) => folder,
};

/** As root, whoever owns the cluster already, else the system's `postgres` or `nobody`. */
export async function chooseAccount(clusterDir: string): Promise<Account> {
  if (process.getuid?.() !== 0) return self;
  const owner = await stat(clusterDir).catch(() => undefined);
  const ids =
    owner && owner.uid !== 0
      ? { uid: owner.uid, gid: owner.gid }
      : ((await idsOf("postgres")) ?? (await idsOf("nobody")));
  if (!ids) {
    throw new LocalSupabaseError(
      "unsupported_platform",
      "Postgres refuses to run as root, and this system has neither a user postgres nor nobody. Start as an ordinary user.",
    );
  }
  return {
    isOther: true,
    ids,
    own: (path) => chown(path, ids.uid, ids.gid),
    pathOf: (folder) => (process.platform === "linux" ? "/proc/self/cwd" : folder),
  };
}

async function idsOf(user: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const id = async (flag: string) => Number((await run("id", [flag, user])).stdout);
    return { uid: await id("-u"), gid: await id("-g") };
  } catch {
    return undefined;
  }
}
