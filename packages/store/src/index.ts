export type { Database, StoreClient } from "./client.ts";
export type { Json } from "./database.types.ts";
export type { RealtimeTransport } from "./desk/channel.ts";
export { createDeskClient, type DeskClientOptions } from "./desk/client.ts";
export type { Connection } from "./desk/connection.ts";
export { createDeskData, type DeskData, type TenantData } from "./desk/desk-data.ts";
export type { EventFact, EventFilter, InsideVehicle, VoteFact } from "./desk/events.ts";
export type { ImportCounts } from "./desk/import.ts";
export type { LiveDesk, LiveListener } from "./desk/live.ts";
export type { StoredOpeningRules } from "./desk/opening-rules.ts";
export type { AuditFilter } from "./desk/people.ts";
export type { OnDuty } from "./desk/presence.ts";
export type {
  EntryOf,
  RegisterKind,
  RegisterLists,
  RegisterValues,
  SiteLists,
} from "./desk/register.ts";
export type { DeskUser, InvitationTokens } from "./desk/session.ts";
export type * from "./desk/site.ts";
export type * from "./desk/words.ts";
export * from "./edge/edge-store.ts";
export * from "./edge/site-register.ts";
export { StoreError, type StoreErrorCode } from "./errors.ts";
export * from "./gateway/gateway-store.ts";
