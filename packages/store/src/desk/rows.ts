import type { CameraZone, Mask, RealtimeEvent, Schedule } from "@portero/access";
import type { Database } from "../client.ts";
import type {
  AlertClaim,
  AuditEntry,
  Camera,
  Denied,
  Gate,
  GateCommand,
  GateCommandStatus,
  GateMode,
  Member,
  Membership,
  Pass,
  Resident,
  Role,
  SiteStatus,
  Unit,
  Vehicle,
} from "./words.ts";

/** A row as REST, broadcast and `postgres_changes` all give it. What its check constraints permit is narrowed below. */
export type Row<T extends keyof Database["public"]["Tables"]> =
  Database["public"]["Tables"][T]["Row"];

const msOf = (at: string): number => Date.parse(at);
const msOrNull = (at: string | null): number | null => (at === null ? null : Date.parse(at));

export function eventOf(row: Row<"realtime_events">): RealtimeEvent {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    seq: Number(row.seq),
    eventType: row.event_type as RealtimeEvent["eventType"],
    siteId: row.site_id,
    gateId: row.gate_id,
    cameraId: row.camera_id,
    occurredAtMs: msOf(row.occurred_at),
    createdAtMs: msOf(row.created_at),
    isLate: row.is_late,
    snapshotPath: row.snapshot_path,
    payload: row.payload,
  } as RealtimeEvent;
}

export function gateCommandOf(row: Row<"gate_commands">): GateCommand {
  return {
    id: row.id,
    gateId: row.gate_id,
    reason: row.reason,
    alertEventId: row.alert_event_id,
    requestedBy: row.requested_by,
    requestedByName: row.requested_by_name,
    requestedAtMs: msOf(row.requested_at),
    expiresAtMs: msOf(row.expires_at),
    status: row.status as GateCommandStatus,
    detail: row.detail,
    updatedAtMs: msOf(row.updated_at),
  };
}

export function claimOf(row: Row<"alert_claims">): AlertClaim {
  return {
    alertEventId: row.event_id,
    userId: row.claimed_by,
    displayName: row.claimed_by_name,
    claimedAtMs: msOf(row.claimed_at),
    expiresAtMs: msOf(row.expires_at),
  };
}

export function siteStatusOf(row: Row<"site_status">): SiteStatus {
  const status = row.status as Partial<SiteStatus>;
  return {
    siteId: row.site_id,
    reportedAtMs: msOf(row.reported_at),
    worker: status.worker ?? {},
    cameras: Array.isArray(status.cameras) ? status.cameras : [],
    gates: Array.isArray(status.gates) ? status.gates : [],
  };
}

type MembershipRow = Pick<Row<"user_tenants">, "tenant_id" | "role" | "display_name"> & {
  tenants: Pick<Row<"tenants">, "name" | "country" | "time_zone">;
};

export function membershipOf(row: MembershipRow): Membership {
  return {
    tenantId: row.tenant_id,
    tenantName: row.tenants.name,
    country: row.tenants.country,
    timeZone: row.tenants.time_zone,
    role: row.role as Role,
    displayName: row.display_name,
  };
}

export function gateOf(row: Row<"gates">): Gate {
  return {
    id: row.id,
    siteId: row.site_id,
    name: row.name,
    mode: row.mode as GateMode,
    actuator: row.actuator as Gate["actuator"],
    tested: gateTestOf(row.tested),
    updatedAt: row.updated_at,
  };
}

function gateTestOf(tested: unknown): Gate["tested"] {
  const { at, by_name, moved } = (tested ?? {}) as {
    at?: string;
    by_name?: string;
    moved?: boolean;
  };
  return at === undefined
    ? null
    : { atMs: Date.parse(at), byName: by_name ?? "", hasMoved: moved ?? false };
}

export function cameraOf(row: Row<"cameras">): Camera {
  return {
    id: row.id,
    siteId: row.site_id,
    gateId: row.gate_id,
    name: row.name,
    baseUrl: row.base_url,
    stream: row.stream,
    direction: row.direction as Camera["direction"],
    active: row.active,
    zone: (row.settings as { zone?: CameraZone }).zone ?? null,
    masks: (row.settings as { masks?: Mask[] }).masks ?? [],
    updatedAt: row.updated_at,
  };
}

export function unitOf(row: Row<"units">): Unit {
  return { id: row.id, updatedAt: row.updated_at, name: row.name, notes: row.notes };
}

export function residentOf(row: Row<"residents">): Resident {
  return {
    id: row.id,
    updatedAt: row.updated_at,
    unitId: row.unit_id,
    fullName: row.full_name,
    phone: row.phone,
    email: row.email,
    active: row.active,
  };
}

export function vehicleOf(row: Row<"vehicles">): Vehicle {
  return {
    id: row.id,
    updatedAt: row.updated_at,
    residentId: row.resident_id,
    plate: row.plate,
    description: row.description,
    validFromMs: msOf(row.valid_from),
    validUntilMs: msOrNull(row.valid_until),
    schedule: row.schedule as Schedule | null,
    active: row.active,
  };
}

export function passOf(row: Row<"visitor_passes">): Pass {
  return {
    id: row.id,
    updatedAt: row.updated_at,
    unitId: row.unit_id,
    visitorName: row.visitor_name,
    plate: row.plate,
    validFromMs: msOf(row.valid_from),
    validUntilMs: msOf(row.valid_until),
    schedule: row.schedule as Schedule | null,
    maxUses: row.max_uses,
    uses: row.uses,
    revokedAtMs: msOrNull(row.revoked_at),
    createdAtMs: msOf(row.created_at),
  };
}

export function deniedOf(row: Row<"deny_list">): Denied {
  return {
    id: row.id,
    updatedAt: row.updated_at,
    plate: row.plate,
    reason: row.reason,
    createdAtMs: msOf(row.created_at),
  };
}

export function memberOf(row: Row<"user_tenants">): Member {
  return {
    userId: row.user_id,
    role: row.role as Member["role"],
    active: row.active,
    displayName: row.display_name,
    createdAtMs: msOf(row.created_at),
  };
}

export function auditEntryOf(row: Row<"audit_log">): AuditEntry {
  return {
    id: Number(row.id),
    atMs: msOf(row.at),
    actorName: row.actor_name,
    action: row.action as AuditEntry["action"],
    tableName: row.table_name,
    rowId: row.row_id,
    before: row.before as AuditEntry["before"],
    after: row.after as AuditEntry["after"],
    erasedAtMs: msOrNull(row.erased_at),
  };
}
