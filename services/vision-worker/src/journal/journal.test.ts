import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { NewEvent } from "@portero/access";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Journal, openJournal } from "./journal.ts";
import type { CommandRecord, DecisionRecord } from "./records.ts";

const NOW_MS = 1_800_000_000_000;
const ids = { tenant: "t", gate: "g", camera: "c" };

const decisionOf = (id: string): DecisionRecord => ({
  id,
  tenantId: ids.tenant,
  gateId: ids.gate,
  cameraId: ids.camera,
  plate: "ABC1234",
  kind: "grant",
  reason: null,
  evidenceHash: "hash",
  policyVersion: "1",
  registerVersion: 1,
  decidedAtMs: NOW_MS,
});

const commandOf = (id: string, decisionId: string | null): CommandRecord => ({
  id,
  decisionId,
  gateId: ids.gate,
  cause: decisionId ? "automatic" : "guard",
  plate: "ABC1234",
  facts: { cameraId: ids.camera },
  issuedAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 5000,
});

const eventOf = (id: string): NewEvent => ({
  id,
  eventType: "camera_online",
  gateId: null,
  cameraId: ids.camera,
  occurredAtMs: NOW_MS,
  snapshotPath: null,
  payload: { offline_for_ms: 1 },
});

describe("the journal", () => {
  let folder: string;
  let journal: Journal;
  const open = () => openJournal(join(folder, "journal.db"));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "portero-journal-"));
    journal = await open();
  });
  afterEach(async () => {
    await journal.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("keeps what it was given over a restart", async () => {
    await journal.record({
      decision: decisionOf("d1"),
      command: commandOf("c1", "d1"),
      events: [eventOf("e1")],
    });
    await journal.close();
    journal = await open();
    expect((await journal.interrupted()).map(({ id, state }) => [id, state])).toEqual([
      ["c1", "intent"],
    ]);
    expect((await journal.outbox(10)).map(({ id }) => id)).toEqual(["e1"]);
  });

  it("lets one decision act once, whoever asks again (G2)", async () => {
    expect(
      await journal.record({
        decision: decisionOf("d1"),
        command: commandOf("c1", "d1"),
        events: [eventOf("e1")],
      }),
    ).toBe(true);
    expect(
      await journal.record({
        decision: decisionOf("d1"),
        command: commandOf("c2", "d1"),
        events: [eventOf("e2")],
      }),
    ).toBe(false);
    expect(await journal.hasCommand("c2")).toBe(false);
    expect((await journal.outbox(10)).map(({ id }) => id)).toEqual(["e1"]);
  });

  it("records all of a step or nothing of it", async () => {
    const broken = { ...eventOf("e1"), occurredAtMs: 1n } as unknown as NewEvent;
    await expect(
      journal.record({ decision: decisionOf("d1"), events: [eventOf("e0"), broken] }),
    ).rejects.toThrow();
    expect(await journal.outbox(10)).toEqual([]);
    expect(await journal.record({ decision: decisionOf("d1") })).toBe(true);
  });

  it("fires an intent once, and nothing that is not an intent (G6)", async () => {
    await journal.record({ command: commandOf("c1", null) });
    expect(await journal.markFiring("c1", NOW_MS)).toBe(true);
    expect(await journal.markFiring("c1", NOW_MS)).toBe(false);
    expect(await journal.markFiring("never heard of", NOW_MS)).toBe(false);
  });

  it("remembers when a gate was fired for a plate, and forgets commands that moved nothing", async () => {
    expect(await journal.lastFiring("g", "ABC1234")).toBeNull();
    await journal.record({ command: commandOf("c1", null) });
    await journal.markFiring("c1", NOW_MS + 1);
    const underWay = { atMs: NOW_MS + 1, outcome: null, cameraId: ids.camera };
    expect(await journal.lastFiring("g", "ABC1234")).toEqual(underWay);
    const end = { commandId: "c1", state: "done" as const, outcome: "rejected", atMs: NOW_MS + 2 };
    await journal.record({ outcome: end });
    expect(await journal.lastFiring("g", "ABC1234")).toBeNull();
  });

  it.each([
    ["the register admits it while the guard opens", "done", "accepted", false],
    ["the guard's command is still under way", "accepted", "accepted", false],
    ["the gate was not seen to open", "done", "not_confirmed", true],
    ["the gate refused", "done", "rejected", true],
  ] as const)(
    "opens again for the vehicle of an alert: %s (G2)",
    async (_why, state, outcome, opens) => {
      const forAlert = (command: CommandRecord): CommandRecord => ({
        ...command,
        facts: { ...command.facts, alertEventId: "a1" },
      });
      await journal.record({ command: { ...forAlert(commandOf("c1", null)), plate: null } });
      await journal.record({ outcome: { commandId: "c1", state, outcome, atMs: NOW_MS } });
      const admitted = { decision: decisionOf("d1"), command: forAlert(commandOf("c2", "d1")) };
      expect(await journal.record(admitted)).toBe(opens);
    },
  );

  it("gives one command to a vehicle that two cameras of a gate see at once (G2)", async () => {
    const first = { decision: decisionOf("d1"), command: commandOf("c1", "d1") };
    const second = {
      decision: decisionOf("d2"),
      command: commandOf("c2", "d2"),
      events: [eventOf("e2")],
    };
    expect(await Promise.all([journal.record(first), journal.record(second)])).toEqual([
      true,
      false,
    ]);
    expect(await journal.outbox(10)).toEqual([]);
  });

  it("knows which alerts are open, until they are answered or the vehicle has left", async () => {
    const alert: NewEvent = {
      ...eventOf("a1"),
      eventType: "vehicle_without_plate",
      payload: { sighting_id: "s1" } as never,
    };
    await journal.record({ events: [alert] });
    expect(await journal.openAlerts()).toMatchObject([{ eventId: "a1", sightingId: "s1" }]);
    const payload = { alert_event_id: "a1", sighting_id: "s1" };
    await journal.record({ events: [{ ...eventOf("e1"), eventType: "vehicle_left", payload }] });
    expect(await journal.isAlertOpen("a1")).toBe(false);
  });

  it("counts a use of a pass, once a decision, until a register that was read later counts it", async () => {
    const passUse = { decisionId: "d1", eventId: "e1", passId: "p1", usedAtMs: NOW_MS };
    const entry = { decision: decisionOf("d1"), events: [eventOf("e1")], passUse };
    await journal.record(entry);
    await journal.record(entry);
    expect(await journal.uncountedUses("p1", NOW_MS + 60_000)).toBe(1);
    await journal.delivered(["e1"], NOW_MS + 5000);
    expect(await journal.uncountedUses("p1", NOW_MS + 5000)).toBe(1);
    expect(await journal.uncountedUses("p1", NOW_MS + 5001)).toBe(0);
  });

  it("goes on counting a use whose event the cloud refuses", async () => {
    const passUse = { decisionId: "d1", eventId: "e1", passId: "p1", usedAtMs: NOW_MS };
    await journal.record({ decision: decisionOf("d1"), events: [eventOf("e1")], passUse });
    await journal.quarantine("e1", "refused");
    expect(await journal.uncountedUses("p1", NOW_MS + 60_000)).toBe(1);
  });

  it("knows after an update which uses the cloud has not heard of (O7)", async () => {
    const passUse = { decisionId: "d1", eventId: "e1", passId: "p1", usedAtMs: NOW_MS };
    const arrival: NewEvent = {
      ...eventOf("e1"),
      eventType: "visitor_arrived",
      payload: { sighting_id: "d1" } as never,
    };
    await journal.record({ decision: decisionOf("d1"), events: [arrival], passUse });
    await journal.close();
    // As the version before left it.
    const before = new DatabaseSync(join(folder, "journal.db"));
    before.exec(
      `drop index uses_by_event; alter table pass_uses drop column event_id; alter table pass_uses drop column delivered_at_ms;
       insert into pass_uses (decision_id, pass_id, used_at_ms) values ('d0', 'p1', ${NOW_MS}); pragma user_version = 1;`,
    );
    before.close();
    journal = await open();
    expect(await journal.uncountedUses("p1", NOW_MS)).toBe(1);
  });

  it("sets a poison event aside and goes on with the next (E4)", async () => {
    await journal.record({ events: [eventOf("e1"), eventOf("e2")] });
    await journal.quarantine("e1", "refused");
    expect((await journal.outbox(10)).map(({ id }) => id)).toEqual(["e2"]);
    expect(await journal.stats()).toEqual({ events: 1, quarantined: 1, pictures: 0 });
  });

  it("gives pictures back as they were, the oldest first", async () => {
    await journal.record({ pictures: [{ path: "a", jpeg: Uint8Array.of(1, 2) }] });
    await journal.record({ pictures: [{ path: "b", jpeg: Uint8Array.of(3) }] });
    const first = await journal.oldestPicture();
    expect(first?.path).toBe("a");
    expect([...(first?.jpeg ?? [])]).toEqual([1, 2]);
    await journal.pictureDelivered("a");
    expect((await journal.oldestPicture())?.path).toBe("b");
  });

  it("belongs to one process at a time", async () => {
    await journal.probe(NOW_MS);
    await expect(open()).rejects.toMatchObject({ code: "in_use" });
  });

  it("says that it is closed", async () => {
    await journal.close();
    await expect(journal.record({})).rejects.toMatchObject({ code: "closed" });
  });
});
