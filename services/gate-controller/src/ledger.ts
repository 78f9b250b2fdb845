import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { GateCommand } from "@portero/access";
import type { CommandLedger } from "@portero/gate-mqtt";

/** The list of carried-out commands cannot be kept; without it nothing may be opened. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
  readonly code: "locked" | "unusable";

  constructor(code: LedgerError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const KEPT_COMMANDS = 10_000;
const SQLITE_BUSY = 5;

/** Which commands were carried out at this gate, kept over restarts and power cuts. */
export class SqliteLedger implements CommandLedger {
  readonly #database: DatabaseSync;
  #last: { id: string; seq: number } | undefined;

  constructor(database: DatabaseSync, last: { id: string; seq: number } | undefined) {
    this.#database = database;
    this.#last = last;
  }

  get lastSeq(): number {
    return this.#last?.seq ?? 0;
  }

  get lastCommandId(): string | null {
    return this.#last?.id ?? null;
  }

  hasSeen(commandId: string): boolean {
    return (
      this.#database.prepare("select 1 from commands where id = ?").get(commandId) !== undefined
    );
  }

  /** Returns when the command is on disk (fsync). */
  record({ id, seq, action, actor }: GateCommand): void {
    this.#database
      .prepare("insert into commands (seq, id, action, actor, recorded_at) values (?, ?, ?, ?, ?)")
      .run(seq, id, action, actor, new Date().toISOString());
    this.#last = { id, seq };
  }

  close(): void {
    this.#database.close();
  }
}

/**
 * Opens the ledger in `folder`, which is made when missing, and forgets all but the newest `keep` commands: the
 * older ones are refused by their `seq` as well. One process at a time: two that share a ledger would share a gate.
 *
 * @throws {LedgerError}
 */
export function openLedger(folder: string, keep = KEPT_COMMANDS): SqliteLedger {
  const path = join(folder, "commands.sqlite");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(path);
    database.exec(`
      pragma locking_mode = exclusive;
      pragma journal_mode = wal;
      pragma synchronous = full;
      create table if not exists commands (
        seq integer primary key, id text not null unique, action text not null, actor text not null,
        recorded_at text not null
      ) strict;
    `);
    database
      .prepare(
        "delete from commands where seq <= (select seq from commands order by seq desc limit 1 offset ?)",
      )
      .run(keep);
    const last = database.prepare("select id, seq from commands order by seq desc limit 1").get();
    return new SqliteLedger(database, last as { id: string; seq: number } | undefined);
  } catch (cause) {
    if ((cause as { errcode?: number }).errcode === SQLITE_BUSY) {
      throw new LedgerError(
        "locked",
        `${path} is in use: is this gate's controller running already?`,
        {
          cause,
        },
      );
    }
    throw new LedgerError("unusable", `${path} cannot be used: ${(cause as Error).message}`, {
      cause,
    });
  }
}
