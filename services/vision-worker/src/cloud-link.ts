import { createAlarm, type Log, poll } from "@portero/runtime";
import type { EdgeStore, Json, RequestedCommand, SiteOrder } from "@portero/store";
import type { RegisterCache } from "./register-cache.ts";
import type { ServerClock } from "./server-clock.ts";

const HEARTBEAT_MS = 3000;

export interface CloudLinkOptions {
  cloud: Pick<EdgeStore, "heartbeat" | "fetchRegister" | "listen">;
  register: RegisterCache;
  clock: ServerClock;
  /** How the site is: what the guards' screens show. */
  status(): Promise<Json>;
  onCommand(command: RequestedCommand): void;
  onOrder(order: SiteOrder): void;
  log: Log;
}

export interface CloudLink {
  /** Something changed that the guards should see now. */
  wake(): void;
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Tells the cloud how the site is and hears what is asked of it. The channel brings commands, orders and changes at once; the
 * heartbeat brings them again, because a message may be lost.
 */
export function createCloudLink(options: CloudLinkOptions): CloudLink {
  const { cloud, register, clock, status, onCommand, onOrder, log } = options;
  const alarm = createAlarm();
  let isConnected = false;

  return {
    wake: alarm.ring,
    async run(signal) {
      let listening: { topic: string; stop: AbortController } | undefined;
      signal.addEventListener("abort", () => listening?.stop.abort(), { once: true });

      const listenTo = (topic: string) => {
        if (listening?.topic === topic) return;
        listening?.stop.abort();
        const stop = new AbortController();
        listening = { topic, stop };
        cloud.listen(
          topic,
          {
            onCommand,
            onOrder,
            onRegisterChanged: alarm.ring,
            onTopicChanged: alarm.ring,
            onState: (state) => {
              log.debug({ topic, state }, "channel");
              // A closed channel does not come back by itself: the next heartbeat joins anew.
              if (state === "closed" && listening?.stop === stop) listening = undefined;
              // A command may have been announced while nobody listened.
              alarm.ring();
            },
          },
          stop.signal,
        );
      };

      await poll(
        async (stop) => {
          const sentAtMs = performance.now();
          const askedAtMs = Date.now();
          const beat = await cloud.heartbeat(await status(), stop);
          clock.measured(sentAtMs, performance.now(), beat.serverTimeMs);
          if (!isConnected) log.info("connected to the cloud");
          isConnected = true;
          listenTo(beat.topic);
          for (const command of beat.commands) onCommand(command);
          for (const order of beat.orders) onOrder(order);
          if (register.current()?.register.version === beat.registerVersion) {
            register.confirm(beat.registerVersion, askedAtMs);
          } else {
            await register.replace(await cloud.fetchRegister(stop), askedAtMs);
          }
        },
        {
          everyMs: HEARTBEAT_MS,
          backoff: { baseMs: 1000, maxMs: 5000 },
          signal,
          wait: alarm.wait,
          onFailure: (err, attempt) => {
            isConnected = false;
            if (attempt === 0)
              log.warn({ err }, "the cloud does not answer; known vehicles are still admitted");
          },
        },
      );
    },
  };
}
