import type { NewEvent } from "@portero/access";
import { type Alarm, createAlarm, type Log, poll } from "@portero/runtime";
import { type EdgeStore, StoreError } from "@portero/store";
import type { Journal } from "./journal/journal.ts";
import type { ServerClock } from "./server-clock.ts";

const BATCH_EVENTS = 100;
/** What is recorded rings at once; this is for what was recorded while nobody could be rung. */
const IDLE_MS = 3000;
const BACKOFF = { baseMs: 1000, maxMs: 15_000 };

type Cloud = Pick<EdgeStore, "insertEvents" | "uploadPicture">;

export interface Outbox {
  /** Something was recorded: do not wait for the next round. */
  wake(): void;
  /** Uploads until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Carries what the journal holds to the cloud, at least once: events in their order, pictures beside them on a loop
 * of their own, so that a failing picture never delays an event (safety E1, E2, E4, E6).
 */
export function createOutbox(
  journal: Journal,
  cloud: Cloud,
  clock: Pick<ServerClock, "offsetMs">,
  log: Log,
): Outbox {
  const dated: Cloud = {
    uploadPicture: cloud.uploadPicture,
    insertEvents: (events, signal) =>
      cloud.insertEvents(
        events.map((event) => onServerTime(event, clock)),
        signal,
      ),
  };
  const eventAlarm = createAlarm();
  const pictureAlarm = createAlarm();
  const loop = (
    name: string,
    tick: (signal: AbortSignal) => Promise<void>,
    alarm: Alarm,
    signal: AbortSignal,
  ) =>
    poll(tick, {
      everyMs: IDLE_MS,
      backoff: BACKOFF,
      signal,
      wait: alarm.wait,
      onFailure: (err, attempt, waitMs) => {
        if (attempt === 0) log.warn({ err, waitMs }, `${name} wait here until the cloud answers`);
      },
    });
  return {
    wake() {
      eventAlarm.ring();
      pictureAlarm.ring();
    },
    async run(signal) {
      await Promise.all([
        loop("events", (stop) => uploadEvents(journal, dated, log, stop), eventAlarm, signal),
        loop("pictures", (stop) => uploadPictures(journal, cloud, log, stop), pictureAlarm, signal),
      ]);
    },
  };
}

async function uploadEvents(
  journal: Journal,
  cloud: Cloud,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const rows = await journal.outbox(BATCH_EVENTS);
    if (rows.length === 0) return;
    try {
      await cloud.insertEvents(
        rows.map((row) => row.event),
        signal,
      );
      await journal.delivered(
        rows.map((row) => row.id),
        Date.now(),
      );
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await uploadOneByOne(journal, cloud, log, rows, signal);
    }
  }
}

/** One of a batch is refused for good: find it, set it aside, and let the others through (E4). */
async function uploadOneByOne(
  journal: Journal,
  cloud: Cloud,
  log: Log,
  rows: Awaited<ReturnType<Journal["outbox"]>>,
  signal: AbortSignal,
): Promise<void> {
  for (const row of rows) {
    try {
      await cloud.insertEvents([row.event], signal);
      await journal.delivered([row.id], Date.now());
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.error(
        { err: error, eventId: row.id, eventType: row.event.eventType },
        "the cloud refuses an event; it is kept aside",
      );
      await journal.quarantine(row.id, error.message);
    }
  }
}

async function uploadPictures(
  journal: Journal,
  cloud: Cloud,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const picture = await journal.oldestPicture();
    if (!picture) return;
    try {
      await cloud.uploadPicture(picture.path, picture.jpeg, signal);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.error({ err: error, path: picture.path }, "the cloud refuses a picture; it is dropped");
    }
    await journal.pictureDelivered(picture.path);
  }
}

/** A box whose clock is wrong by more than this dates its events by the database's. */
const MAX_CLOCK_OFFSET_MS = 2000;

/** A slow clock would make every alert look late, and a late alert is history that never rings. */
function onServerTime(event: NewEvent, clock: Pick<ServerClock, "offsetMs">): NewEvent {
  const offsetMs = clock.offsetMs() ?? 0;
  if (Math.abs(offsetMs) < MAX_CLOCK_OFFSET_MS) return event;
  return { ...event, occurredAtMs: Math.round(event.occurredAtMs - offsetMs) };
}

/** Refused for what it is: trying again changes nothing. A lost right (`forbidden`) may come back and is no refusal. */
function isRefusal(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === "invalid";
}
