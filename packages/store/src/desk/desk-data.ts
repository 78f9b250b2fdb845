import type {
  CameraTestRequest,
  CameraZone,
  ImportBatch,
  Mask,
  RealtimeEvent,
} from "@portero/access";
import type { StoreClient } from "../client.ts";
import type { RealtimeTransport } from "./channel.ts";
import { claimAlert, releaseAlert } from "./claims.ts";
import {
  type EventFact,
  type EventFilter,
  eventFactsBetween,
  eventsAbout,
  eventsOfPlate,
  findEvent,
  gateCommandsSince,
  type InsideVehicle,
  listEvents,
  type VoteFact,
  vehiclesInside,
  voteFactsSince,
} from "./events.ts";
import { correctPlate, type GateRequest, refuseEntry, requestOpening } from "./guard.ts";
import { type ImportCounts, importRegister } from "./import.ts";
import { type LiveDesk, type LiveListener, openLiveDesk } from "./live.ts";
import { livePicture, wishToSee } from "./live-pictures.ts";
import { readOpeningRules, type StoredOpeningRules, saveOpeningRules } from "./opening-rules.ts";
import {
  type AuditFilter,
  endSessions,
  listAudit,
  listMembers,
  saveMember,
  sessionsOf,
} from "./people.ts";
import type { PresenceCard } from "./presence.ts";
import { erasePerson, exportPerson, personSummary, readPrivacy, savePrivacy } from "./privacy.ts";
import {
  changeEntries,
  type Edited,
  type EntryOf,
  type RegisterKind,
  type RegisterLists,
  type RegisterValues,
  readEntry,
  readRegister,
  readSites,
  removeEntries,
  removeEntry,
  type SiteLists,
  saveEntry,
} from "./register.ts";
import {
  acceptInvitation,
  accessToken,
  type DeskUser,
  type InvitationTokens,
  listMemberships,
  logIn,
  logOut,
  watchSession,
} from "./session.ts";
import { handOver, setGateMode, takeOver } from "./shift.ts";
import * as site from "./site.ts";
import { createSnapshotUrls } from "./snapshots.ts";
import type {
  AlertClaim,
  AuditEntry,
  GateCommand,
  GateMode,
  Member,
  Membership,
  PersonCounts,
  PersonSession,
  PersonSubject,
  PrivacySettings,
} from "./words.ts";

/**
 * All that the screens ask of the outside. A desk served at the site itself, with the cloud away, answers the same.
 * Everything here throws `StoreError`.
 */
export interface DeskData {
  logIn(email: string, password: string): Promise<void>;
  acceptInvitation(tokens: InvitationTokens, password: string): Promise<void>;
  logOut(): Promise<void>;
  /** What proves to `gateway` who asks. */
  accessToken(): Promise<string>;
  watchSession(onChange: (user: DeskUser | null) => void): () => void;
  memberships(userId: string, signal: AbortSignal): Promise<Membership[]>;
  /** One tenant's part, under the rights of whoever is logged in. */
  tenant(tenantId: string): TenantData;
}

export interface TenantData {
  openLive(me: PresenceCard | null, listener: LiveListener): LiveDesk;

  requestOpening(request: Omit<GateRequest, "tenantId">, signal: AbortSignal): Promise<GateCommand>;
  refuseEntry(alertEventId: string, reason: string): Promise<void>;
  correctPlate(alertEventId: string, plate: string): Promise<void>;
  /** Takes an alert, or renews what is one's own; answers with the claim as it stands, whoever's it is. */
  claimAlert(alertEventId: string): Promise<AlertClaim>;
  releaseAlert(alertEventId: string): Promise<void>;
  handOver(note: string): Promise<void>;
  takeOver(handoverEventId: string): Promise<void>;
  /** Locks a gate down or back to normal, always with a reason. */
  setGateMode(gateId: string, mode: GateMode, reason: string): Promise<void>;
  /** Asks a site to show these cameras live for half a minute. */
  wishToSee(siteId: string, cameraIds: readonly string[]): Promise<void>;
  /** A camera's live picture as it is now. */
  livePicture(cameraId: string, signal: AbortSignal): Promise<Blob>;
  /** A link to a private picture, good for at least a minute. */
  snapshotUrl(path: string): Promise<string>;

  register(signal: AbortSignal): Promise<RegisterLists>;
  saveEntry<K extends RegisterKind>(
    kind: K,
    edited: Edited,
    values: RegisterValues[K],
  ): Promise<string>;
  removeEntry(kind: RegisterKind, id: string): Promise<void>;
  /** One entry as it is now; null when somebody has removed it. */
  entry<K extends RegisterKind>(kind: K, id: string): Promise<EntryOf[K] | null>;
  /** The same change for many entries; answers with how many there were. */
  changeEntries<K extends RegisterKind>(
    kind: K,
    ids: readonly string[],
    change: Partial<RegisterValues[K]>,
  ): Promise<number>;
  removeEntries(kind: RegisterKind, ids: readonly string[]): Promise<number>;
  /** Carries a planned list out, all of it or nothing. */
  importRegister(batch: ImportBatch): Promise<ImportCounts>;
  sites(signal: AbortSignal): Promise<SiteLists>;
  addSite(name: string): Promise<string>;
  renameSite(siteId: string, name: string): Promise<void>;
  makeEnrolmentCode(siteId: string): Promise<site.EnrolmentCode>;
  lastEnrolment(siteId: string, signal: AbortSignal): Promise<site.Enrolment | null>;
  saveCamera(known: site.Known, values: site.CameraValues, sealed: string | null): Promise<void>;
  saveCameraView(
    known: site.Known,
    view: { zone: CameraZone | null; masks: readonly Mask[] },
  ): Promise<void>;
  saveGate(known: site.Known | null, values: site.GateValues): Promise<string>;
  /** A site goes only when its cameras and gates have gone. */
  removeSetup(table: site.SetupTable, id: string): Promise<void>;
  recordGateTest(commandId: string, hasMoved: boolean): Promise<void>;
  /** Asks the site's worker to test a camera; how far it is tells `siteOrder`. */
  orderCameraTest(
    siteId: string,
    request: CameraTestRequest,
    sealed: string | null,
  ): Promise<string>;
  siteOrder(orderId: string, signal: AbortSignal): Promise<site.SiteOrderState>;

  events(
    filter: EventFilter,
    page: { beforeSeq?: number | undefined; limit: number },
    signal: AbortSignal,
  ): Promise<RealtimeEvent[]>;
  vehiclesInside(sinceMs: number, signal: AbortSignal): Promise<InsideVehicle[]>;
  event(eventId: string, signal: AbortSignal): Promise<RealtimeEvent | null>;
  eventFactsBetween(sinceMs: number, untilMs: number, signal: AbortSignal): Promise<EventFact[]>;
  /** Decisions at gates with their votes, and guards' words about them: at most `limit`, the newest. */
  voteFactsSince(sinceMs: number, limit: number, signal: AbortSignal): Promise<VoteFact[]>;
  openingRules(signal: AbortSignal): Promise<StoredOpeningRules>;
  saveOpeningRules(rules: StoredOpeningRules): Promise<void>;
  eventsAbout(event: RealtimeEvent, signal: AbortSignal): Promise<RealtimeEvent[]>;
  eventsOfPlate(plate: string, beforeSeq: number, signal: AbortSignal): Promise<RealtimeEvent[]>;
  gateCommandsSince(sinceMs: number, signal: AbortSignal): Promise<GateCommand[]>;

  members(signal: AbortSignal): Promise<Member[]>;
  saveMember(
    userId: string,
    change: Partial<Pick<Member, "role" | "active" | "displayName">>,
  ): Promise<void>;
  sessions(userId: string, signal: AbortSignal): Promise<PersonSession[]>;
  /** Ends one of a person's sessions, or with null all of them. */
  endSessions(userId: string, sessionId: string | null): Promise<void>;
  audit(
    filter: AuditFilter,
    page: { beforeId?: number | undefined; limit: number },
    signal?: AbortSignal,
  ): Promise<AuditEntry[]>;

  privacy(signal: AbortSignal): Promise<PrivacySettings>;
  savePrivacy(settings: PrivacySettings): Promise<void>;
  personSummary(subject: PersonSubject, signal: AbortSignal): Promise<PersonCounts>;
  exportPerson(subject: PersonSubject, reference: string): Promise<object>;
  erasePerson(subject: PersonSubject, reference: string): Promise<PersonCounts>;
}

/** The desk's data through supabase-js. */
export function createDeskData(client: StoreClient, transport: RealtimeTransport): DeskData {
  const snapshots = createSnapshotUrls(client, Date.now);
  return {
    logIn: (email, password) => logIn(client, email, password),
    acceptInvitation: (tokens, password) => acceptInvitation(client, tokens, password),
    logOut: () => logOut(client),
    accessToken: () => accessToken(client),
    watchSession: (onChange) => watchSession(client, onChange),
    memberships: (userId, signal) => listMemberships(client, userId, signal),
    tenant: (tenantId) => ({
      openLive: (me, listener) => openLiveDesk(client, { tenantId, transport, me }, listener),
      requestOpening: (request, signal) => requestOpening(client, { ...request, tenantId }, signal),
      refuseEntry: (alertId, reason) => refuseEntry(client, tenantId, alertId, reason),
      correctPlate: (alertId, plate) => correctPlate(client, tenantId, alertId, plate),
      claimAlert: (alertId) => claimAlert(client, tenantId, alertId),
      releaseAlert: (alertId) => releaseAlert(client, tenantId, alertId),
      handOver: (note) => handOver(client, tenantId, note),
      takeOver: (handoverId) => takeOver(client, tenantId, handoverId),
      setGateMode: (gateId, mode, reason) => setGateMode(client, tenantId, gateId, mode, reason),
      wishToSee: (siteId, cameraIds) => wishToSee(client, tenantId, siteId, cameraIds),
      livePicture: (cameraId, signal) => livePicture(client, tenantId, cameraId, signal),
      snapshotUrl: (path) => snapshots.urlOf(path),
      register: (signal) => readRegister(client, tenantId, signal),
      saveEntry: (kind, edited, values) => saveEntry(client, tenantId, kind, edited, values),
      removeEntry: (kind, id) => removeEntry(client, tenantId, kind, id),
      entry: (kind, id) => readEntry(client, tenantId, kind, id),
      changeEntries: (kind, ids, change) => changeEntries(client, tenantId, kind, ids, change),
      removeEntries: (kind, ids) => removeEntries(client, tenantId, kind, ids),
      importRegister: (batch) => importRegister(client, tenantId, batch),
      sites: (signal) => readSites(client, tenantId, signal),
      addSite: (name) => site.addSite(client, tenantId, name),
      renameSite: (siteId, name) => site.renameSite(client, tenantId, siteId, name),
      makeEnrolmentCode: (siteId) => site.makeEnrolmentCode(client, tenantId, siteId),
      lastEnrolment: (siteId, signal) => site.lastEnrolment(client, tenantId, siteId, signal),
      saveCamera: (known, values, sealed) =>
        site.saveCamera(client, tenantId, known, values, sealed),
      saveCameraView: (known, view) => site.saveCameraView(client, tenantId, known, view),
      saveGate: (known, values) => site.saveGate(client, tenantId, known, values),
      removeSetup: (table, id) => site.removeSetup(client, tenantId, table, id),
      recordGateTest: (commandId, hasMoved) =>
        site.recordGateTest(client, tenantId, commandId, hasMoved),
      orderCameraTest: (siteId, request, sealed) =>
        site.orderCameraTest(client, tenantId, siteId, request, sealed),
      siteOrder: (orderId, signal) => site.siteOrder(client, tenantId, orderId, signal),
      events: (filter, page, signal) => listEvents(client, tenantId, filter, page, signal),
      vehiclesInside: (sinceMs, signal) => vehiclesInside(client, tenantId, sinceMs, signal),
      event: (eventId, signal) => findEvent(client, tenantId, eventId, signal),
      eventFactsBetween: (sinceMs, untilMs, signal) =>
        eventFactsBetween(client, tenantId, sinceMs, untilMs, signal),
      voteFactsSince: (sinceMs, limit, signal) =>
        voteFactsSince(client, tenantId, sinceMs, limit, signal),
      openingRules: (signal) => readOpeningRules(client, tenantId, signal),
      saveOpeningRules: (rules) => saveOpeningRules(client, tenantId, rules),
      eventsAbout: (event, signal) => eventsAbout(client, event, signal),
      eventsOfPlate: (plate, seq, signal) => eventsOfPlate(client, tenantId, plate, seq, signal),
      gateCommandsSince: (sinceMs, signal) => gateCommandsSince(client, tenantId, sinceMs, signal),
      members: (signal) => listMembers(client, tenantId, signal),
      saveMember: (userId, change) => saveMember(client, tenantId, userId, change),
      sessions: (userId, signal) => sessionsOf(client, tenantId, userId, signal),
      endSessions: (userId, sessionId) => endSessions(client, tenantId, userId, sessionId),
      audit: (filter, page, signal) => listAudit(client, tenantId, filter, page, signal),
      privacy: (signal) => readPrivacy(client, tenantId, signal),
      savePrivacy: (settings) => savePrivacy(client, tenantId, settings),
      personSummary: (subject, signal) => personSummary(client, tenantId, subject, signal),
      exportPerson: (subject, reference) => exportPerson(client, tenantId, subject, reference),
      erasePerson: (subject, reference) => erasePerson(client, tenantId, subject, reference),
    }),
  };
}
