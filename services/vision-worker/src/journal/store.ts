import { DatabaseSync } from "node:sqlite";
import { ALERTING_EVENTS, ANSWERING_EVENTS, type NewEvent } from "@portero/access";
import type {
  CommandFacts,
  CommandRecord,
  JournalEntry,
  JournalStats,
  OpenAlert,
  OpenCommandState,
  OutboxRow,
  Picture,
  RegisterCopy,
} from "./records.ts";
import { migrate } from "./schema.ts";

/** Pictures that wait for the cloud: the oldest go first when there are more (safety E5). About 600 MB. */
const MAX_WAITING_PICTURES = 4000;
const RAISES_ALERT: ReadonlySet<string> = new Set(ALERTING_EVENTS);
const ENDS_ALERT: ReadonlySet<string> = new Set(ANSWERING_EVENTS);
/** So many of the oldest pictures make room when the disk is full. */
const PICTURES_FOR_ROOM = 100;
const SQLITE_FULL = 13;
/** Decisions and finished commands are kept on the edge for a month; the cloud keeps the events. */
const KEEP_DECISIONS_MS = 31 * 24 * 3_600_000;

/** The edge journal's file, synchronous. It runs in a thread of its own: an fsync blocks it, not the pipeline. */
export class JournalStore {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    migrate(this.#db);
  }

  close(): void {
    this.#db.close();
  }

  /** Keeps the entry durably. False when its decision exists already: another camera or process was faster (G2). */
  record(entry: JournalEntry): boolean {
    try {
      return this.#recordOnce(entry);
    } catch (error) {
      // Pictures give way to decisions (E5).
      const isFull = ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_FULL;
      if (!isFull || this.stats().pictures === 0) throw error;
      this.#db
        .prepare(
          "delete from snapshots where position in (select position from snapshots order by position limit ?)",
        )
        .run(PICTURES_FOR_ROOM);
      return this.#recordOnce(entry);
    }
  }

  #recordOnce(entry: JournalEntry): boolean {
    return this.#transaction(() => {
      if (entry.decision && !this.#insertDecision(entry)) return false;
      const { passUse, outcome } = entry;
      if (passUse) {
        this.#db
          .prepare(
            "insert or ignore into pass_uses (decision_id, event_id, pass_id, used_at_ms) values (?, ?, ?, ?)",
          )
          .run(passUse.decisionId, passUse.eventId, passUse.passId, passUse.usedAtMs);
      }
      if (entry.command && !this.#insertCommand(entry.command)) return false;
      if (outcome) this.#setState(outcome.commandId, outcome.state, outcome.outcome, outcome.atMs);
      for (const event of entry.events ?? []) this.#enqueue(event);
      for (const picture of entry.pictures ?? []) this.#keepPicture(picture);
      return true;
    });
  }

  /** The last step before the pulse (G6). False when the command is not waiting any more: then nothing may fire. */
  markFiring(commandId: string, nowMs: number): boolean {
    const { changes } = this.#db
      .prepare(
        "update gate_commands set state = 'firing', updated_at_ms = ? where id = ? and state = 'intent'",
      )
      .run(nowMs, commandId);
    return changes === 1;
  }

  /** Commands that a crash left half-way, as they were found. Call before anything else happens. */
  interrupted(): (CommandRecord & { state: OpenCommandState })[] {
    const rows = this.#db
      .prepare(
        "select * from gate_commands where state in ('intent', 'firing', 'accepted') order by rowid",
      )
      .all();
    return rows.map((row) => ({ ...commandOf(row), state: row["state"] as OpenCommandState }));
  }

  /** Writes and syncs a byte: says that the next decision could be recorded, before a vehicle depends on it. */
  probe(nowMs: number): void {
    this.#db.prepare("insert or replace into probes (id, at_ms) values (1, ?)").run(nowMs);
  }

  /**
   * The gate's last command for this plate that may have moved it; null = none. Its outcome is `accepted`, a doubt
   * (`unknown`, `not_confirmed`, `interrupted`), or null while it is under way.
   */
  lastFiring(
    gateId: string,
    plate: string,
  ): { atMs: number; outcome: string | null; cameraId: string | null } | null {
    const row = this.#db
      .prepare(
        "select updated_at_ms as at_ms, outcome, facts from gate_commands where gate_id = ? and plate = ? and state <> 'expired' and coalesce(outcome, '') not in ('rejected', 'unreachable') order by updated_at_ms desc limit 1",
      )
      .get(gateId, plate);
    if (!row) return null;
    const { cameraId } = JSON.parse(String(row["facts"])) as CommandFacts;
    return { atMs: Number(row["at_ms"]), outcome: row["outcome"] as string | null, cameraId };
  }

  /** Whether the journal holds this command in any state: a guard's row may arrive twice. */
  hasCommand(commandId: string): boolean {
    return (
      this.#db.prepare("select 1 from gate_commands where id = ?").get(commandId) !== undefined
    );
  }

  /** Alerts that this box raised and that nothing has ended yet. */
  openAlerts(): OpenAlert[] {
    return this.#db
      .prepare("select * from open_alerts")
      .all()
      .map((row) => ({
        eventId: String(row["event_id"]),
        sightingId: String(row["sighting_id"]),
        gateId: row["gate_id"] as string | null,
        cameraId: row["camera_id"] as string | null,
      }));
  }

  isAlertOpen(eventId: string): boolean {
    return (
      this.#db.prepare("select 1 from open_alerts where event_id = ?").get(eventId) !== undefined
    );
  }

  /** Uses of a pass that a register which was asked for at `registerAtMs` may not count yet. */
  uncountedUses(passId: string, registerAtMs: number): number {
    const row = this.#db
      .prepare(
        "select count(*) as uses from pass_uses where pass_id = ? and (delivered_at_ms >= ? or event_id in (select id from outbox))",
      )
      .get(passId, registerAtMs);
    return Number(row?.["uses"] ?? 0);
  }

  /** The oldest events that wait for the cloud, in the order in which they were recorded. */
  outbox(limit: number): OutboxRow[] {
    return this.#db
      .prepare(
        "select id, event, attempts from outbox where quarantined_because is null order by position limit ?",
      )
      .all(limit)
      .map((row) => ({
        id: String(row["id"]),
        event: JSON.parse(String(row["event"])) as NewEvent,
        attempts: Number(row["attempts"]),
      }));
  }

  delivered(eventIds: string[], nowMs: number): void {
    this.#transaction(() => {
      const remove = this.#db.prepare("delete from outbox where id = ?");
      const count = this.#db.prepare("update pass_uses set delivered_at_ms = ? where event_id = ?");
      for (const id of eventIds) {
        remove.run(id);
        count.run(nowMs, id);
      }
    });
  }

  /** Sets an event aside that the cloud refuses for good, so that it blocks no other (E4). */
  quarantine(eventId: string, because: string): void {
    this.#db
      .prepare("update outbox set quarantined_because = ?, attempts = attempts + 1 where id = ?")
      .run(because.slice(0, 500), eventId);
  }

  oldestPicture(): Picture | null {
    const row = this.#db
      .prepare("select path, jpeg from snapshots order by position limit 1")
      .get();
    return row ? { path: String(row["path"]), jpeg: row["jpeg"] as Uint8Array } : null;
  }

  pictureDelivered(path: string): void {
    this.#db.prepare("delete from snapshots where path = ?").run(path);
  }

  stats(): JournalStats {
    const row = this.#db
      .prepare(
        `select (select count(*) from outbox where quarantined_because is null) as events,
                (select count(*) from outbox where quarantined_because is not null) as quarantined,
                (select count(*) from snapshots) as pictures`,
      )
      .get();
    return {
      events: Number(row?.["events"]),
      quarantined: Number(row?.["quarantined"]),
      pictures: Number(row?.["pictures"]),
    };
  }

  /** Failed log-ins at a device with one set of credentials: a restart must not forget them and lock the account. */
  loginFailures(device: string): number {
    const row = this.#db
      .prepare("select failures from credential_budgets where device = ?")
      .get(device);
    return Number(row?.["failures"] ?? 0);
  }

  saveLoginFailures(device: string, failures: number): void {
    this.#db
      .prepare("insert or replace into credential_budgets (device, failures) values (?, ?)")
      .run(device, failures);
  }

  saveRegister(copy: RegisterCopy): void {
    this.#db
      .prepare(
        "insert into register_copy (id, version, fetched_at_ms, body, seal) values (1, ?, ?, ?, ?) on conflict (id) do update set version = excluded.version, fetched_at_ms = excluded.fetched_at_ms, body = excluded.body, seal = excluded.seal",
      )
      .run(copy.version, copy.fetchedAtMs, copy.body, copy.seal);
  }

  loadRegister(): RegisterCopy | null {
    const row = this.#db.prepare("select * from register_copy where id = 1").get();
    return row
      ? {
          version: Number(row["version"]),
          fetchedAtMs: Number(row["fetched_at_ms"]),
          body: String(row["body"]),
          seal: String(row["seal"]),
        }
      : null;
  }

  /** Forgets decisions and commands that nobody will ask this box about any more. */
  tidy(nowMs: number): void {
    this.#transaction(() => {
      const before = nowMs - KEEP_DECISIONS_MS;
      this.#db
        .prepare(
          "delete from gate_commands where updated_at_ms < ? and state not in ('intent', 'firing', 'accepted')",
        )
        .run(before);
      this.#db
        .prepare(
          "delete from decisions where decided_at_ms < ? and id not in (select decision_id from gate_commands where decision_id is not null)",
        )
        .run(before);
      this.#db.prepare("delete from pass_uses where used_at_ms < ?").run(before);
    });
  }

  #insertDecision({ decision }: JournalEntry): boolean {
    if (!decision) return true;
    const { changes } = this.#db
      .prepare(
        "insert or ignore into decisions (id, tenant_id, gate_id, camera_id, plate, kind, reason, evidence_hash, policy_version, register_version, decided_at_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      )
      .run(
        decision.id,
        decision.tenantId,
        decision.gateId,
        decision.cameraId,
        decision.plate,
        decision.kind,
        decision.reason,
        decision.evidenceHash,
        decision.policyVersion,
        decision.registerVersion,
        decision.decidedAtMs,
      );
    return changes === 1;
  }

  #insertCommand(command: CommandRecord): boolean {
    const { changes } = this.#db
      .prepare(
        // Two cameras of a gate see the same vehicle within milliseconds: the second finds the first's command. And a
        // guard opens for a vehicle at the moment in which the register admits it: whoever is first opens.
        `insert or ignore into gate_commands (id, decision_id, gate_id, cause, plate, facts, issued_at_ms, expires_at_ms, state, updated_at_ms)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'intent', ?7
         where (?4 = 'guard' or not exists (
           select 1 from gate_commands
           where gate_id = ?3 and plate = ?5 and state in ('intent', 'firing', 'accepted')
         )) and not exists (
           select 1 from gate_commands
           where facts ->> 'alertEventId' = ?9
             and (state in ('intent', 'firing', 'accepted') or (state = 'done' and outcome = 'accepted'))
         )`,
      )
      .run(
        command.id,
        command.decisionId,
        command.gateId,
        command.cause,
        command.plate,
        JSON.stringify(command.facts),
        command.issuedAtMs,
        command.expiresAtMs,
        command.facts.alertEventId ?? null,
      );
    return changes === 1;
  }

  #setState(commandId: string, state: string, outcome: string, atMs: number): void {
    this.#db
      .prepare("update gate_commands set state = ?, outcome = ?, updated_at_ms = ? where id = ?")
      .run(state, outcome, atMs, commandId);
  }

  #enqueue(event: NewEvent): void {
    this.#db
      .prepare("insert or ignore into outbox (id, event) values (?, ?)")
      .run(event.id, JSON.stringify(event));
    if ("alert_event_id" in event.payload && ENDS_ALERT.has(event.eventType)) {
      this.#db
        .prepare("delete from open_alerts where event_id = ?")
        .run(event.payload.alert_event_id ?? null);
    }
    if ("sighting_id" in event.payload && RAISES_ALERT.has(event.eventType)) {
      this.#db
        .prepare(
          "insert or ignore into open_alerts (event_id, sighting_id, gate_id, camera_id) values (?, ?, ?, ?)",
        )
        .run(event.id, event.payload.sighting_id ?? "", event.gateId, event.cameraId);
    }
  }

  #keepPicture({ path, jpeg }: Picture): void {
    this.#db.prepare("insert or ignore into snapshots (path, jpeg) values (?, ?)").run(path, jpeg);
    this.#db
      .prepare(
        "delete from snapshots where position <= (select position from snapshots order by position desc limit 1 offset ?)",
      )
      .run(MAX_WAITING_PICTURES);
  }

  #transaction<T>(work: () => T): T {
    this.#db.exec("begin immediate");
    try {
      const result = work();
      // A refused step leaves nothing behind, not even its first half.
      this.#db.exec(result === false ? "rollback" : "commit");
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("rollback");
      throw error;
    }
  }
}

function commandOf(row: Record<string, unknown>): CommandRecord {
  return {
    id: String(row["id"]),
    decisionId: row["decision_id"] as string | null,
    gateId: String(row["gate_id"]),
    cause: row["cause"] as CommandRecord["cause"],
    plate: row["plate"] as string | null,
    facts: JSON.parse(String(row["facts"])) as CommandFacts,
    issuedAtMs: Number(row["issued_at_ms"]),
    expiresAtMs: Number(row["expires_at_ms"]),
  };
}
