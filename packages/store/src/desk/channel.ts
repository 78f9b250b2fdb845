import type { RealtimeEvent } from "@portero/access";
import type { RealtimeChannel } from "@supabase/supabase-js";
import type { StoreClient } from "../client.ts";
import type { TrackedCard } from "./presence.ts";
import { claimOf, eventOf, gateCommandOf, type Row, siteStatusOf } from "./rows.ts";
import type { AlertClaim, GateCommand, SiteStatus } from "./words.ts";

/** `broadcast` is authorised once a join; `postgres_changes` serves projects whose channel policies are not ours. */
export type RealtimeTransport = "broadcast" | "postgres_changes";

interface ChannelOptions {
  tenantId: string;
  /** The private channel's name now, `tenant:<id>:<epoch>`. */
  topic: string;
  transport: RealtimeTransport;
  userId: string;
}

export interface ChannelHandlers {
  onJoined(): void;
  onEvent(event: RealtimeEvent): void;
  onCommand(command: GateCommand): void;
  onClaim(claim: AlertClaim): void;
  onStatus(status: SiteStatus): void;
  /** Every screen's card, or null where presence cannot be had. */
  onPresence(cards: unknown[] | null): void;
  /** The private channel was joined or refused beside another carrier: what it told before was not heard. */
  onSettled(): void;
  /** `moved`: the channel has a new name. Called at most once. */
  onEnd(why: "moved" | "lost"): void;
}

export interface Channel {
  topic: string;
  /** Ends it, its name being of the past. */
  move(): void;
  track(card: TrackedCard): void;
  leave(): Promise<void>;
}

/** Joins once; a loss ends it, and the caller joins again: so the same code serves a renamed channel. */
export function joinChannel(
  client: StoreClient,
  options: ChannelOptions,
  handlers: ChannelHandlers,
): Channel {
  const joined: RealtimeChannel[] = [];
  let hasEnded = false;
  const end = (why: "moved" | "lost") => {
    if (hasEnded) return;
    hasEnded = true;
    handlers.onEnd(why);
  };

  const tenant = client.channel(options.topic, {
    config: { private: true, presence: { key: options.userId, enabled: true } },
  });
  tenant
    .on("broadcast", { event: "topic_changed" }, () => end("moved"))
    .on("presence", { event: "sync" }, () => {
      handlers.onPresence(Object.values(tenant.presenceState()).flat());
    });
  joined.push(tenant);

  const carrier =
    options.transport === "broadcast" ? tenant : client.channel(`desk:${options.tenantId}`);
  if (options.transport === "broadcast") {
    tenant
      .on("broadcast", { event: "realtime_event" }, ({ payload }) =>
        handlers.onEvent(eventOf(payload as Row<"realtime_events">)),
      )
      .on("broadcast", { event: "gate_command" }, ({ payload }) =>
        handlers.onCommand(gateCommandOf(payload as Row<"gate_commands">)),
      )
      .on("broadcast", { event: "alert_claim" }, ({ payload }) =>
        handlers.onClaim(claimOf(payload as Row<"alert_claims">)),
      )
      .on("broadcast", { event: "site_status" }, ({ payload }) =>
        handlers.onStatus(siteStatusOf(payload as Row<"site_status">)),
      );
  } else {
    const of = (table: string) =>
      ({
        event: "*",
        schema: "public",
        table,
        filter: `tenant_id=eq.${options.tenantId}`,
      }) as const;
    carrier
      .on("postgres_changes", { ...of("realtime_events"), event: "INSERT" }, (change) =>
        handlers.onEvent(eventOf(change.new as Row<"realtime_events">)),
      )
      .on("postgres_changes", of("gate_commands"), (change) => {
        if (change.eventType !== "DELETE")
          handlers.onCommand(gateCommandOf(change.new as Row<"gate_commands">));
      })
      .on("postgres_changes", of("alert_claims"), (change) => {
        if (change.eventType !== "DELETE")
          handlers.onClaim(claimOf(change.new as Row<"alert_claims">));
      })
      .on("postgres_changes", of("site_status"), (change) => {
        if (change.eventType !== "DELETE")
          handlers.onStatus(siteStatusOf(change.new as Row<"site_status">));
      });
    joined.push(carrier);
  }

  const join = async () => {
    // A private channel is authorised with the session's token: it must be the current one.
    await client.realtime.setAuth();
    for (const channel of joined) {
      channel.subscribe((status) => {
        if (hasEnded) return;
        const isJoined = status === "SUBSCRIBED";
        if (channel === carrier) {
          if (isJoined) handlers.onJoined();
          else end("lost");
        } else {
          if (!isJoined) handlers.onPresence(null);
          handlers.onSettled();
        }
      });
    }
  };
  join().catch(() => end("lost"));

  return {
    topic: options.topic,
    move: () => end("moved"),
    track(card) {
      tenant.track(card).catch(() => {});
    },
    async leave() {
      hasEnded = true;
      await Promise.all(joined.map((channel) => client.removeChannel(channel)));
    },
  };
}
