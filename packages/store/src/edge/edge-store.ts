import type { NewEvent } from "@portero/access";
import { createClient } from "@supabase/supabase-js";
import { type Database, fetchWithinLimit, type StoreClient } from "../client.ts";
import type { Json } from "../database.types.ts";
import { StoreError, unwrap } from "../errors.ts";
import { type SiteRegister, siteRegisterOf } from "./site-register.ts";

/** A guard's command as its row has it. `expiresAtMs` is on the database's clock. */
export interface RequestedCommand {
  id: string;
  gateId: string;
  action: "open" | "close";
  reason: string;
  alertEventId: string | null;
  requestedBy: string;
  requestedByName: string;
  requestedAtMs: number;
  expiresAtMs: number;
  status: string;
}

export type CommandStatus =
  | "firing"
  | "accepted"
  | "opened"
  | "not_confirmed"
  | "rejected"
  | "expired"
  | "unreachable"
  | "unknown";

/** What people ask of a site besides moving a gate. */
export type OrderKind = "camera_test" | "live_view";

/** An order to a site as its row has it. `expiresAtMs` is on the database's clock. */
export interface SiteOrder {
  id: string;
  kind: OrderKind;
  /** As a screen wrote it: to be validated by whoever carries it out. */
  request: Json;
  /** Credentials sealed to the site's key, where the order brings some. */
  sealed: string | null;
  expiresAtMs: number;
  status: string;
}

export type OrderStatus = "running" | "done" | "failed";

/** What the database answers to a sign of life. */
export interface Heartbeat {
  serverTimeMs: number;
  /** The private channel on which the site is told of commands and changes. */
  topic: string;
  registerVersion: number;
  /** Commands that wait to be executed: a lost message must not hide one. */
  commands: RequestedCommand[];
  orders: SiteOrder[];
}

/** The edge's half of the store: what a site's worker asks of Supabase, under its own account. @throws {StoreError} */
export interface EdgeStore {
  fetchRegister(signal: AbortSignal): Promise<SiteRegister>;
  /** Inserts events; those that exist already stay as they are (E2). */
  insertEvents(events: readonly NewEvent[], signal: AbortSignal): Promise<void>;
  /** Uploads a JPEG to a path of the `snapshots` bucket; one that exists already counts as uploaded. */
  uploadPicture(path: string, jpeg: Uint8Array, signal: AbortSignal): Promise<void>;
  heartbeat(status: Json, signal: AbortSignal): Promise<Heartbeat>;
  /** Says what became of a guard's command; a step backwards is ignored by the database. */
  reportCommand(
    id: string,
    status: CommandStatus,
    detail: string | null,
    signal: AbortSignal,
  ): Promise<void>;
  /** Says how far an order is; one that has ended stays as it is. */
  reportOrder(
    id: string,
    status: OrderStatus,
    result: NonNullable<Json>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Listens until the signal aborts. Messages are hints: what counts is fetched. */
  listen(topic: string, handlers: EdgeHandlers, signal: AbortSignal): void;
  close(): Promise<void>;
}

export interface EdgeHandlers {
  onCommand(command: RequestedCommand): void;
  onOrder(order: SiteOrder): void;
  onRegisterChanged(): void;
  /** The channel's name changed (a revocation) or the connection came back: ask again by a heartbeat. */
  onTopicChanged(): void;
  /** `closed` for good: listen anew. `lost` comes back by itself. */
  onState(state: "joined" | "lost" | "closed"): void;
}

export interface EdgeAccount {
  email: string;
  password: string;
}

interface CommandRow {
  id: string;
  gate_id: string;
  action: string;
  reason: string;
  alert_event_id: string | null;
  requested_by: string;
  requested_by_name: string;
  requested_at: string;
  expires_at: string;
  status: string;
}

function commandOf(row: CommandRow): RequestedCommand {
  return {
    id: row.id,
    gateId: row.gate_id,
    action: row.action === "close" ? "close" : "open",
    reason: row.reason,
    alertEventId: row.alert_event_id,
    requestedBy: row.requested_by,
    requestedByName: row.requested_by_name,
    requestedAtMs: Date.parse(row.requested_at),
    expiresAtMs: Date.parse(row.expires_at),
    status: row.status,
  };
}

interface OrderRow {
  id: string;
  kind: OrderKind;
  request: Json;
  sealed: string | null;
  expires_at: string;
  status: string;
}

function orderOf({ expires_at, ...row }: OrderRow): SiteOrder {
  const { id, kind, request, sealed, status } = row;
  return { id, kind, request, sealed, status, expiresAtMs: Date.parse(expires_at) };
}

/** A supabase-js client for a box: no session on disk, and no request that hangs. */
export function createEdgeClient(supabaseUrl: string, publishableKey: string): StoreClient {
  return createClient<Database>(supabaseUrl, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: true },
    global: { fetch: fetchWithinLimit },
  });
}

/** Which site an edge box is; both ids come from its enrolment, and the database checks them. */
export interface EdgeSite {
  tenantId: string;
  siteId: string;
}

/**
 * The store of one site. Nothing is sent before the first call, so that a box can start without the cloud; a missing or
 * ended session is opened with the password. The client must not persist its session.
 */
export function createEdgeStore(
  client: StoreClient,
  account: EdgeAccount,
  { tenantId, siteId }: EdgeSite,
  transport: "broadcast" | "postgres_changes",
): EdgeStore {
  const session = async () => {
    const { data } = await client.auth.getSession();
    if (data.session) return;
    const { error } = await client.auth.signInWithPassword(account);
    unwrap("log in", { data: null, error });
    await client.realtime.setAuth();
  };

  /** Asks with a session. One that the server does not accept any more is dropped: the next call logs in anew. */
  async function withSession<T>(ask: () => Promise<T>): Promise<T> {
    await session();
    try {
      return await ask();
    } catch (error) {
      if (error instanceof StoreError && error.code === "unauthorized") {
        await client.auth.signOut({ scope: "local" });
      }
      throw error;
    }
  }

  const store: EdgeStore = {
    async fetchRegister(signal) {
      return siteRegisterOf(client, tenantId, siteId, signal);
    },

    async insertEvents(events, signal) {
      const rows = events.map((event) => ({
        tenant_id: tenantId,
        site_id: siteId,
        id: event.id,
        event_type: event.eventType,
        gate_id: event.gateId,
        camera_id: event.cameraId,
        payload: event.payload as NonNullable<Json>,
        snapshot_path: event.snapshotPath,
        occurred_at: new Date(event.occurredAtMs).toISOString(),
      }));
      unwrap(
        "insert events",
        await client
          .from("realtime_events")
          .upsert(rows, { onConflict: "tenant_id,id", ignoreDuplicates: true })
          .abortSignal(signal),
      );
    },

    async uploadPicture(path, jpeg, signal) {
      signal.throwIfAborted();
      // A live picture takes the place of the one before, so that nobody may keep a copy; any other stays as it is.
      const how = path.includes("/live/") ? { upsert: true, cacheControl: "0" } : { upsert: false };
      const { error } = await client.storage
        .from("snapshots")
        .upload(path, jpeg, { contentType: "image/jpeg", ...how });
      const status = Number(
        (error as { statusCode?: string } | null)?.statusCode ?? error?.status ?? 0,
      );
      if (error && status !== 409) unwrap("upload a picture", { data: null, error, status });
    },

    async heartbeat(status, signal) {
      const answer = unwrap(
        "send a heartbeat",
        await client
          .rpc("site_heartbeat", { p_site_id: siteId, p_status: status })
          .abortSignal(signal),
      ) as unknown as {
        server_time: string;
        topic: string;
        register_version: number;
        commands: CommandRow[];
        orders: OrderRow[];
      };
      return {
        serverTimeMs: Date.parse(answer.server_time),
        topic: answer.topic,
        registerVersion: answer.register_version,
        commands: answer.commands.map(commandOf),
        orders: answer.orders.map(orderOf),
      };
    },

    async reportCommand(id, status, detail, signal) {
      unwrap(
        "report a command",
        await client
          .from("gate_commands")
          .update({ status, detail })
          .eq("tenant_id", tenantId)
          .eq("id", id)
          .abortSignal(signal),
      );
    },

    async reportOrder(id, status, result, signal) {
      unwrap(
        "report an order",
        await client
          .from("site_orders")
          .update({ status, result })
          .eq("tenant_id", tenantId)
          .eq("id", id)
          .abortSignal(signal),
      );
    },

    listen(topic, handlers, signal) {
      if (signal.aborted) return;
      const channel =
        transport === "broadcast"
          ? client
              .channel(topic, { config: { private: true } })
              .on("broadcast", { event: "gate_command" }, ({ payload }) =>
                handlers.onCommand(commandOf(payload)),
              )
              .on("broadcast", { event: "site_order" }, ({ payload }) =>
                handlers.onOrder(orderOf(payload)),
              )
              .on("broadcast", { event: "register_changed" }, () => handlers.onRegisterChanged())
              .on("broadcast", { event: "topic_changed" }, () => handlers.onTopicChanged())
          : // Orders come with the heartbeat: their sealed part is no business of a publication.
            client.channel(`commands:${topic}`).on(
              "postgres_changes",
              {
                event: "INSERT",
                schema: "public",
                table: "gate_commands",
                filter: `site_id=eq.${siteId}`,
              },
              (change) => handlers.onCommand(commandOf(change.new as CommandRow)),
            );
      channel.subscribe((state) => {
        if (state === "SUBSCRIBED") handlers.onState("joined");
        else if (!signal.aborted) handlers.onState(state === "CLOSED" ? "closed" : "lost");
      });
      signal.addEventListener("abort", () => void client.removeChannel(channel), { once: true });
    },

    async close() {
      await client.removeAllChannels();
      await client.realtime.disconnect();
      await client.auth.stopAutoRefresh();
    },
  };
  return {
    fetchRegister: (signal) => withSession(() => store.fetchRegister(signal)),
    insertEvents: (events, signal) => withSession(() => store.insertEvents(events, signal)),
    uploadPicture: (path, jpeg, signal) =>
      withSession(() => store.uploadPicture(path, jpeg, signal)),
    heartbeat: (status, signal) => withSession(() => store.heartbeat(status, signal)),
    reportCommand: (id, status, detail, signal) =>
      withSession(() => store.reportCommand(id, status, detail, signal)),
    reportOrder: (id, status, result, signal) =>
      withSession(() => store.reportOrder(id, status, result, signal)),
    listen: store.listen,
    close: store.close,
  };
}
