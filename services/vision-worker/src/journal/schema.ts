import type { DatabaseSync } from "node:sqlite";

/** Each entry brings the journal from the version before to its own; append only. */
const MIGRATIONS = [
  `
  create table decisions (
    id text primary key,
    tenant_id text not null,
    gate_id text,
    camera_id text not null,
    plate text,
    kind text not null,
    reason text,
    evidence_hash text not null,
    policy_version text not null,
    register_version integer not null,
    decided_at_ms integer not null
  ) strict;

  create table gate_commands (
    id text primary key,
    decision_id text references decisions (id),
    gate_id text not null,
    cause text not null check (cause in ('automatic', 'guard')),
    plate text,
    facts text not null,
    issued_at_ms integer not null,
    expires_at_ms integer not null,
    state text not null check (state in ('intent', 'firing', 'accepted', 'done', 'unknown', 'expired')),
    outcome text,
    updated_at_ms integer not null
  ) strict;
  create unique index one_command_per_decision on gate_commands (decision_id) where decision_id is not null;
  create index commands_by_plate on gate_commands (gate_id, plate, updated_at_ms);
  create index commands_by_alert on gate_commands (facts ->> 'alertEventId');
  create index open_commands on gate_commands (state) where state in ('intent', 'firing', 'accepted');

  create table outbox (
    position integer primary key autoincrement,
    id text not null unique,
    event text not null,
    attempts integer not null default 0,
    quarantined_because text
  ) strict;

  create table snapshots (
    position integer primary key autoincrement,
    path text not null unique,
    jpeg blob not null
  ) strict;

  create table pass_uses (
    decision_id text primary key,
    pass_id text not null,
    used_at_ms integer not null
  ) strict;
  create index uses_by_pass on pass_uses (pass_id);

  create table open_alerts (
    event_id text primary key,
    sighting_id text not null,
    gate_id text,
    camera_id text
  ) strict;

  create table probes (id integer primary key check (id = 1), at_ms integer not null) strict;

  create table credential_budgets (device text primary key, failures integer not null) strict;

  create table register_copy (
    id integer primary key check (id = 1),
    version integer not null,
    fetched_at_ms integer not null,
    body text not null,
    seal text not null
  ) strict;
  `,
  `
  -- Until its event is in the cloud, and the register was read after that, only this box knows of a use.
  alter table pass_uses add column event_id text;
  alter table pass_uses add column delivered_at_ms integer;
  update pass_uses set event_id = (
    select id from outbox
    where event ->> '$.eventType' = 'visitor_arrived' and event ->> '$.payload.sighting_id' = decision_id
  );
  create index uses_by_event on pass_uses (event_id);
  `,
];

/**
 * Opens the journal's file for durable writes (WAL, `synchronous=FULL`: 0 acknowledged rows lost in simulated power
 * cuts), for this process alone, and brings its schema up to date, each step in one transaction (safety O7).
 */
export function migrate(database: DatabaseSync): void {
  database.exec(
    "pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;",
  );
  const row = database.prepare("pragma user_version").get() as { user_version: number };
  for (let version = row.user_version; version < MIGRATIONS.length; version++) {
    database.exec(
      `begin immediate; ${MIGRATIONS[version]}; pragma user_version = ${version + 1}; commit;`,
    );
  }
}
