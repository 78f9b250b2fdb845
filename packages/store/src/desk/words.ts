import type { CameraZone, GateKind, Mask, Schedule } from "@portero/access";

export type Role = "owner" | "admin" | "guard" | "viewer";

/** A tenant in which the logged-in person works. */
export interface Membership {
  tenantId: string;
  tenantName: string;
  /** ISO 3166-1 alpha-2, lower case. */
  country: string;
  /** IANA name: every time on the screen is told in it. */
  timeZone: string;
  role: Role;
  displayName: string;
}

export type GateCommandStatus =
  | "requested"
  | "firing"
  | "accepted"
  | "opened"
  | "not_confirmed"
  | "rejected"
  | "expired"
  | "unreachable"
  | "unknown";

/** An opening that a person asked for, and what became of it. */
export interface GateCommand {
  id: string;
  gateId: string;
  reason: string;
  alertEventId: string | null;
  requestedBy: string;
  requestedByName: string;
  requestedAtMs: number;
  expiresAtMs: number;
  status: GateCommandStatus;
  detail: string | null;
  updatedAtMs: number;
}

/** Who deals with an alert, until when. Past `expiresAtMs` it is free again. */
export interface AlertClaim {
  alertEventId: string;
  userId: string;
  displayName: string;
  claimedAtMs: number;
  expiresAtMs: number;
}

export interface CameraStatus {
  id: string;
  state: "live" | "stale" | "offline" | "unauthorized";
  /** RFC 3339. */
  last_frame_at?: string | null;
  /** RFC 3339: when its live picture was taken. */
  picture_at?: string | null;
  fps?: number | null;
  clock_skew_ms?: number | null;
  detail?: string | null;
  lane?: "quiet" | "vehicle" | null;
}

export interface GateStatus {
  id: string;
  state: GateKind;
  /** RFC 3339. */
  since?: string | null;
  detail?: string | null;
}

export interface WorkerStatus {
  version?: string;
  started_at?: string;
  backlog_events?: number;
  backlog_snapshots?: number;
  register_version?: number;
  register_age_ms?: number;
  clock_offset_ms?: number;
}

/** The latest word of a site's worker, as it sent it. Missing parts mean that nobody knows. */
export interface SiteStatus {
  siteId: string;
  reportedAtMs: number;
  worker: WorkerStatus;
  cameras: CameraStatus[];
  gates: GateStatus[];
}

export interface Site {
  id: string;
  name: string;
  /** Made by its box when it was enrolled; null before. Credentials are sealed to it. */
  publicKey: string | null;
}

export type GateMode = "normal" | "lockdown" | "hold_open";

export interface Gate {
  id: string;
  siteId: string;
  name: string;
  mode: GateMode;
  /** One actuator; the numbers are the device's own. */
  actuator: {
    kind: string;
    camera_id?: string;
    output?: number;
    channel?: number;
    door?: number;
    has_position?: boolean;
  };
  /** What somebody saw when this actuator was last tested. */
  tested: { atMs: number; byName: string; hasMoved: boolean } | null;
  updatedAt: string;
}

export interface Camera {
  id: string;
  siteId: string;
  gateId: string | null;
  name: string;
  baseUrl: string;
  stream: number;
  direction: "entry" | "exit";
  active: boolean;
  zone: CameraZone | null;
  masks: readonly Mask[];
  updatedAt: string;
}

/** What a stored row has besides its content; `updatedAt` guards an edit against somebody else's. */
interface Stored {
  id: string;
  updatedAt: string;
}

export interface Unit extends Stored {
  name: string;
  notes: string | null;
}

export interface Resident extends Stored {
  unitId: string;
  fullName: string;
  phone: string | null;
  email: string | null;
  active: boolean;
}

export interface Vehicle extends Stored {
  residentId: string;
  plate: string;
  description: string | null;
  validFromMs: number;
  validUntilMs: number | null;
  schedule: Schedule | null;
  active: boolean;
}

export interface Pass extends Stored {
  unitId: string;
  visitorName: string;
  plate: string | null;
  validFromMs: number;
  validUntilMs: number;
  schedule: Schedule | null;
  maxUses: number;
  uses: number;
  revokedAtMs: number | null;
  createdAtMs: number;
}

export interface Denied extends Stored {
  plate: string;
  reason: string;
  createdAtMs: number;
}

export interface Member {
  userId: string;
  role: Role | "edge";
  active: boolean;
  displayName: string;
  createdAtMs: number;
}

export interface AuditEntry {
  id: number;
  atMs: number;
  actorName: string | null;
  action: "insert" | "update" | "delete" | "export" | "erase";
  tableName: string;
  rowId: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  /** When the personal data went out of this entry. */
  erasedAtMs: number | null;
}

/** A place where a person is logged in. */
export interface PersonSession {
  id: string;
  beganAtMs: number;
  seenAtMs: number;
  userAgent: string | null;
  /** It is the one that asks. */
  isCurrent: boolean;
}

/** How many days each kind of data is kept. */
export interface PrivacySettings {
  updatedAt: string;
  picturesDays: number;
  strangerPlatesDays: number;
  passesDays: number;
  eventsDays: number;
  auditDays: number;
}

/** Whose data is meant: rows of the register, and plates. */
export interface PersonSubject {
  residentIds: string[];
  passIds: string[];
  plates: string[];
}

/** How much there is about a person. */
export interface PersonCounts {
  residents: number;
  vehicles: number;
  passes: number;
  events: number;
  pictures: number;
  record: number;
}
