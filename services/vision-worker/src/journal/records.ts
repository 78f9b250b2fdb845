import type { NewEvent } from "@portero/access";

/** Why the journal did not keep what it was given. On `full` and `io` nothing may open: it could not be recorded. */
export type JournalErrorCode = "full" | "io" | "corrupt" | "in_use" | "closed";

export class JournalError extends Error {
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "JournalError";
    this.code = code;
  }
}

/** What was decided about one sighting: the row that must exist before any pulse (safety G1). Times are Unix ms. */
export interface DecisionRecord {
  /** The sighting's id: one decision that acts for each. */
  id: string;
  tenantId: string;
  gateId: string | null;
  cameraId: string;
  plate: string | null;
  kind: string;
  reason: string | null;
  evidenceHash: string;
  policyVersion: string;
  registerVersion: number;
  decidedAtMs: number;
}

/** What an event about a command tells besides its outcome. */
export interface CommandFacts {
  cameraId: string | null;
  sightingId?: string;
  alertEventId?: string;
  by?: string;
  byName?: string;
  reason?: string;
}

export interface CommandRecord {
  id: string;
  decisionId: string | null;
  gateId: string;
  cause: "automatic" | "guard";
  plate: string | null;
  facts: CommandFacts;
  issuedAtMs: number;
  expiresAtMs: number;
}

/** `accepted`: the actuator took it, and the barrier is not seen open yet. `done`: nothing is left to say. */
export type CommandState = "intent" | "firing" | "accepted" | "done" | "unknown" | "expired";
export type OpenCommandState = Extract<CommandState, "intent" | "firing" | "accepted">;

export interface Picture {
  /** Path within the bucket. */
  path: string;
  jpeg: Uint8Array;
}

/** One durable step: all of it is on disk when the journal answers, or nothing is. */
export interface JournalEntry {
  decision?: DecisionRecord;
  command?: CommandRecord;
  events?: NewEvent[];
  pictures?: Picture[];
  /** `eventId`: the event among `events` by which the cloud counts this use. */
  passUse?: { decisionId: string; eventId: string; passId: string; usedAtMs: number };
  outcome?: { commandId: string; state: CommandState; outcome: string; atMs: number };
}

export interface OpenAlert {
  eventId: string;
  sightingId: string;
  gateId: string | null;
  cameraId: string | null;
}

export interface OutboxRow {
  id: string;
  event: NewEvent;
  attempts: number;
}

export interface RegisterCopy {
  version: number;
  fetchedAtMs: number;
  /** JSON. */
  body: string;
  /** HMAC of the rest under the site's key. */
  seal: string;
}

export interface JournalStats {
  events: number;
  quarantined: number;
  pictures: number;
}
