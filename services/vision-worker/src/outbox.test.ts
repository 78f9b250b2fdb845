import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NewEvent } from "@portero/access";
import { createLog } from "@portero/runtime";
import { StoreError } from "@portero/store";
import { until } from "@portero/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Journal, openJournal } from "./journal/journal.ts";
import { createOutbox } from "./outbox.ts";

const log = createLog("test", { level: "silent" });
const eventOf = (id: string): NewEvent => ({
  id,
  eventType: "camera_online",
  gateId: null,
  cameraId: null,
  occurredAtMs: 1,
  snapshotPath: null,
  payload: { offline_for_ms: 1 },
});

const clock = { offsetMs: () => null as number | null };

describe("the outbox", () => {
  let folder: string;
  let journal: Journal;
  let stop: AbortController;
  let received: string[];
  let pictures: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "portero-outbox-"));
    journal = await openJournal(join(folder, "journal.db"));
    stop = new AbortController();
    received = [];
    pictures = [];
  });
  afterEach(async () => {
    stop.abort();
    await journal.close();
    await rm(folder, { recursive: true, force: true });
  });

  const cloudOf = (
    refuse: (event: NewEvent) => void,
    upload: (path: string) => Promise<void> = async () => {},
  ) => ({
    async insertEvents(events: readonly NewEvent[]) {
      for (const event of events) refuse(event);
      received.push(...events.map(({ id }) => id));
    },
    async uploadPicture(path: string) {
      await upload(path);
      pictures.push(path);
    },
  });

  it("carries events in their order, once", async () => {
    await journal.record({ events: ["a", "b", "c"].map(eventOf) });
    void createOutbox(
      journal,
      cloudOf(() => {}),
      clock,
      log,
    ).run(stop.signal);
    await until("all delivered", async () => (await journal.stats()).events === 0);
    expect(received).toEqual(["a", "b", "c"]);
  });

  it("isolates the one event that the cloud refuses for good (E4)", async () => {
    await journal.record({ events: ["a", "poison", "c"].map(eventOf) });
    const refuse = (event: NewEvent) => {
      if (event.id === "poison") throw new StoreError("invalid", "violates a check");
    };
    void createOutbox(journal, cloudOf(refuse), clock, log).run(stop.signal);
    await until("the others delivered", async () => (await journal.stats()).events === 0);
    expect(received).toEqual(["a", "c"]);
    expect((await journal.stats()).quarantined).toBe(1);
  });

  it("loses nothing while the cloud is away (E1)", async () => {
    await journal.record({ events: ["a", "b"].map(eventOf) });
    let isAway = true;
    let attempts = 0;
    const refuse = () => {
      attempts++;
      if (isAway) throw new StoreError("unreachable", "no route");
    };
    void createOutbox(journal, cloudOf(refuse), clock, log).run(stop.signal);
    await until("a first attempt", () => attempts > 0);
    expect((await journal.stats()).events).toBe(2);
    isAway = false;
    await until("all delivered", async () => (await journal.stats()).events === 0);
    expect(received).toEqual(["a", "b"]);
  });

  it("never lets a picture that hangs delay an event (E6)", async () => {
    await journal.record({ pictures: [{ path: "p", jpeg: Uint8Array.of(1) }] });
    const hang = () => new Promise<void>(() => {});
    const outbox = createOutbox(
      journal,
      cloudOf(() => {}, hang),
      clock,
      log,
    );
    void outbox.run(stop.signal);
    await journal.record({ events: [eventOf("a")] });
    outbox.wake();
    await until("the event delivered", () => received.includes("a"));
    expect(pictures).toEqual([]);
  });
});
