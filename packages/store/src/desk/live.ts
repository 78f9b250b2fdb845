import {
  backoffMs,
  emptyFeed,
  type FeedState,
  type FeedStep,
  onCaughtUp,
  onDelivered,
  type RealtimeEvent,
} from "@portero/access";
import type { StoreClient } from "../client.ts";
import { StoreError, unwrap } from "../errors.ts";
import {
  type Channel,
  type ChannelHandlers,
  joinChannel,
  type RealtimeTransport,
} from "./channel.ts";
import { claimsNow } from "./claims.ts";
import {
  type Connection,
  type ConnectionEvent,
  initialConnection,
  nextConnection,
} from "./connection.ts";
import { eventsAfter, gateCommandsSince, newestEvents } from "./events.ts";
import { type OnDuty, onDutyOf, type PresenceCard } from "./presence.ts";
import { siteStatusOf } from "./rows.ts";
import { hasBeenEnded } from "./session.ts";
import type { AlertClaim, GateCommand, SiteStatus } from "./words.ts";

export interface LiveOptions {
  tenantId: string;
  transport: RealtimeTransport;
  /** Null for who looks without being on duty. */
  me: PresenceCard | null;
}

/** What a screen is told. Events come once each, in order of `seq`, whatever the network does (safety E3). */
export interface LiveListener {
  /** `isFresh`: these are the newest ones and replace what was shown. */
  onEvents(events: RealtimeEvent[], isFresh: boolean): void;
  onCommands(commands: GateCommand[]): void;
  onClaims(claims: AlertClaim[]): void;
  onStatuses(statuses: SiteStatus[]): void;
  /** Null while nobody can say. */
  onDuty(people: OnDuty[] | null): void;
  onConnection(connection: Connection): void;
  /** The server has just said what time it is there, in Unix ms. */
  onServerTime(serverMs: number): void;
}

export interface LiveDesk {
  /** The screen woke, came to the front or has a network again: look at once. */
  wake(): void;
  networkGone(): void;
  /** Shows the others which alert this person has in hand. */
  setInHand(alertEventId: string | null): void;
  close(): void;
}

const WINDOW = 300;
const PAGE = 500;
/** Further behind than this, a screen begins afresh with the newest events. */
const MAX_BEHIND = 5_000;
const COMMANDS_BACK_MS = 60 * 60_000;
/** The table is asked this often at the least, and sooner while the channel is silent or away. */
const WATCHDOG_MS = 30_000;
const IMPATIENT_WATCHDOG_MS = 8_000;
/** Sites speak every three seconds: a channel that has just carried something needs no second look. */
const LIVELY_MS = 6_000;
const TICK_MS = 1_000;
const BACKOFF = { baseMs: 500, maxMs: 8_000 };

/** Keeps one tenant's desk whole and current until `close`. */
export function openLiveDesk(
  client: StoreClient,
  options: LiveOptions,
  listener: LiveListener,
): LiveDesk {
  const { tenantId, transport, me } = options;
  const ending = new AbortController();
  const { signal } = ending;
  let feed: FeedState<RealtimeEvent> = emptyFeed();
  let connection: Connection = initialConnection(Date.now());
  let channel: Channel | undefined;
  let inHand: string | null = null;
  let isCatchingUp = false;
  let mustCatchUpAgain = false;
  let lastAskedAtMs = 0;
  let lastMessageAtMs = 0;
  let isJoined = false;
  let wakeUp = () => {};

  function tell(event: ConnectionEvent): void {
    const next = nextConnection(connection, event);
    if (next === connection || signal.aborted) return;
    connection = next;
    listener.onConnection(next);
    // Nothing of the tenant may be shown again from memory after a removal.
    if (next.kind === "access_removed") feed = emptyFeed();
  }

  const isAway = () => connection.kind === "reconnecting" || connection.kind === "offline";

  function show(step: FeedStep<RealtimeEvent>, isFresh = false): void {
    feed = step.state;
    if (step.show.length > 0 || isFresh) listener.onEvents(step.show, isFresh);
    if (step.mustCatchUp) catchUp();
  }

  async function readEvents(): Promise<void> {
    if (feed.cursor === null) return readNewest();
    for (;;) {
      const events = await eventsAfter(client, tenantId, feed.cursor ?? 0, PAGE, signal);
      const last = events.at(-1);
      if (last) show(onCaughtUp(feed, events, last.seq));
      if (events.length < PAGE) return;
      const [head] = await newestEvents(client, tenantId, 1, signal);
      const remaining = (head?.seq ?? 0) - (feed.cursor ?? 0);
      if (remaining > MAX_BEHIND) return readNewest();
      tell({ type: "behind", remaining });
    }
  }

  async function readNewest(): Promise<void> {
    const events = await newestEvents(client, tenantId, WINDOW, signal);
    const early = feed.cursor === null ? feed : emptyFeed<RealtimeEvent>();
    show(onCaughtUp({ ...early, cursor: null }, events, events.at(-1)?.seq ?? 0), true);
  }

  async function readRest(): Promise<void> {
    const since = Date.now() - COMMANDS_BACK_MS;
    const [commands, claims, statuses] = await Promise.all([
      gateCommandsSince(client, tenantId, since, signal),
      claimsNow(client, tenantId, since, signal),
      client.from("site_status").select("*").eq("tenant_id", tenantId).abortSignal(signal),
    ]);
    listener.onCommands(commands);
    listener.onClaims(claims);
    listener.onStatuses(unwrap("read the sites' status", statuses).map(siteStatusOf));
  }

  /** A channel that has missed the word of its new name, or the loss of all access, must not stay. */
  async function followTopic(): Promise<void> {
    const current = channel;
    if (current && (await currentTopic()) !== current.topic) current.move();
  }

  /** One at a time; asked for meanwhile, it runs once more. */
  function catchUp(): void {
    if (isCatchingUp) {
      mustCatchUpAgain = true;
      return;
    }
    isCatchingUp = true;
    lastAskedAtMs = Date.now();
    Promise.all([readEvents(), readRest(), followTopic()])
      .then(
        () => {
          const nowMs = Date.now();
          // Silence or a network's blink was taken for a loss, but the channel has held.
          if (isJoined && isAway()) tell({ type: "joined", nowMs });
          tell({ type: "caught_up", nowMs });
        },
        (error: unknown) => {
          if (signal.aborted) return;
          if (error instanceof StoreError && error.code === "unauthorized") {
            tell({ type: "session_ended" });
          }
        },
      )
      .finally(() => {
        isCatchingUp = false;
        if (mustCatchUpAgain && !signal.aborted) {
          mustCatchUpAgain = false;
          catchUp();
        }
      });
  }

  const heard = (serverMs: number) => {
    lastMessageAtMs = Date.now();
    tell({ type: "heard", nowMs: lastMessageAtMs });
    if (isAway()) catchUp();
    listener.onServerTime(serverMs);
  };
  const handlers: Omit<ChannelHandlers, "onEnd"> = {
    onEvent: (event) => {
      heard(event.createdAtMs);
      show(onDelivered(feed, event));
    },
    onCommand: (command) => {
      heard(command.updatedAtMs);
      listener.onCommands([command]);
    },
    onClaim: (claim) => listener.onClaims([claim]),
    onStatus: (status) => {
      heard(status.reportedAtMs);
      listener.onStatuses([status]);
    },
    onPresence: (cards) => listener.onDuty(cards && onDutyOf(cards)),
    onJoined: () => {
      isJoined = true;
      tell({ type: "joined", nowMs: Date.now() });
      if (me) channel?.track({ ...me, inHand });
      catchUp();
    },
    // Where asking fails, the next catching up asks again.
    onSettled: () => void followTopic().catch(() => {}),
  };

  async function currentTopic(): Promise<string | null> {
    const answer = await client.rpc("tenant_topic", { p_tenant_id: tenantId }).abortSignal(signal);
    return unwrap("ask for the tenant's channel", answer) as string | null;
  }

  /** Joins the tenant's channel, again after each loss, and under its new name after a revocation. */
  async function stayJoined(): Promise<void> {
    let attempt = 0;
    while (!signal.aborted) {
      let waitMs = backoffMs(attempt++, BACKOFF, Math.random());
      try {
        const topic = await currentTopic();
        if (topic === null) {
          const isEnded = await hasBeenEnded(client);
          tell({ type: isEnded ? "session_ended" : "access_removed" });
          waitMs = isEnded ? TICK_MS : WATCHDOG_MS;
        } else {
          const end = await new Promise<"moved" | "lost">((resolve) => {
            const joinedOnce = () => {
              attempt = 0;
              handlers.onJoined();
            };
            const all = { ...handlers, onJoined: joinedOnce, onEnd: resolve };
            channel = joinChannel(
              client,
              { tenantId, topic, transport, userId: me?.userId ?? "" },
              all,
            );
            signal.addEventListener("abort", () => resolve("lost"), { once: true });
          });
          isJoined = false;
          await channel?.leave();
          channel = undefined;
          if (end === "moved") continue;
          tell({ type: "lost", nowMs: Date.now() });
          listener.onDuty(null);
        }
      } catch (error) {
        if (signal.aborted) return;
        const isOver = error instanceof StoreError && error.code === "unauthorized";
        tell(isOver ? { type: "session_ended" } : { type: "lost", nowMs: Date.now() });
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  const timer = setInterval(() => {
    const nowMs = Date.now();
    tell({ type: "tick", nowMs });
    const isLively = connection.kind === "live" && nowMs - lastMessageAtMs < LIVELY_MS;
    const patienceMs = isLively ? WATCHDOG_MS : IMPATIENT_WATCHDOG_MS;
    const isOver = connection.kind === "access_removed" || connection.kind === "signed_out";
    if (!isOver && nowMs - lastAskedAtMs > patienceMs) catchUp();
  }, TICK_MS);

  void stayJoined();
  listener.onConnection(connection);

  return {
    wake() {
      catchUp();
      wakeUp();
    },
    networkGone: () => tell({ type: "network_gone", nowMs: Date.now() }),
    setInHand(alertEventId) {
      if (inHand === alertEventId) return;
      inHand = alertEventId;
      if (me) channel?.track({ ...me, inHand });
    },
    close() {
      ending.abort();
      clearInterval(timer);
      wakeUp();
      void channel?.leave();
    },
  };
}
