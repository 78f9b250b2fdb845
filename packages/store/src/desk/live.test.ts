import { randomUUID } from "node:crypto";
import {
  createTenant,
  startProject,
  type TestProject,
  type TestTenant,
  until,
} from "@portero/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RealtimeTransport } from "./channel.ts";
import { type Cable, startCable } from "./test-cable.ts";
import { openTestDesk, type TestDesk } from "./test-desk.ts";

let project: TestProject;
let cable: Cable;
let valle: TestTenant;
let robles: TestTenant;
let desks: TestDesk[] = [];

beforeAll(async () => {
  project = await startProject();
  cable = await startCable(project.supabase.url);
  [valle, robles] = await Promise.all([createTenant(project.admin), createTenant(project.admin)]);
});
afterEach(async () => {
  cable.plug();
  await Promise.all(desks.map((desk) => desk.close()));
  desks = [];
});
afterAll(async () => {
  await cable?.stop();
  await project?.stop();
});

async function openDesk(
  transport: RealtimeTransport,
  role: "guard" | "admin" = "guard",
): Promise<TestDesk> {
  const desk = await openTestDesk({
    supabaseUrl: cable.url,
    publishableKey: project.supabase.publishableKey,
    transport,
    tenantId: valle.tenantId,
    account: valle.accounts[role],
  });
  desks.push(desk);
  await isLive(desk);
  return desk;
}

const setActive = ({ userId }: TestDesk, active: boolean) =>
  project.database.query(
    "update user_tenants set active = $1 where tenant_id = $2 and user_id = $3",
    [active, valle.tenantId, userId],
  );

const isLive = (desk: TestDesk) => until("the desk is live", () => desk.connection === "live");

/** Inserts what an edge box would; answers with the event's id. */
async function addEvent({ tenantId, siteId, gateId }: TestTenant): Promise<string> {
  const id = randomUUID();
  await project.database.query(
    `insert into realtime_events (tenant_id, id, event_type, site_id, gate_id, occurred_at)
     values ($1, $2, 'unknown_vehicle', $3, $4, clock_timestamp())`,
    [tenantId, id, siteId, gateId],
  );
  return id;
}

/** Waits until the desk has shown exactly what the table has, in its order. */
async function showsTheTable(desk: TestDesk): Promise<void> {
  const { rows } = await project.database.query(
    "select id from realtime_events where tenant_id = $1 order by seq",
    [valle.tenantId],
  );
  const ids = rows.map(({ id }) => id);
  await until("the desk shows the table", () => desk.events.length >= ids.length);
  expect(desk.events.map(({ id }) => id)).toEqual(ids);
}

describe.each<RealtimeTransport>(["broadcast", "postgres_changes"])(
  "a desk over %s",
  (transport) => {
    it("shows what was there and what comes, each once and in order", async () => {
      await addEvent(valle);
      const desk = await openDesk(transport);
      for (let count = 0; count < 20; count++) await addEvent(valle);
      await showsTheTable(desk);
    });

    it("never hears of another tenant (safety T1)", async () => {
      const desk = await openDesk(transport);
      await addEvent(robles);
      await addEvent(valle);
      await showsTheTable(desk);
      expect(new Set(desk.events.map(({ tenantId }) => tenantId))).toEqual(
        new Set([valle.tenantId]),
      );
    });

    it("has everything after its cable was pulled in a rush (safety E3)", async () => {
      const desk = await openDesk(transport);
      await addEvent(valle);
      await showsTheTable(desk);
      cable.pull();
      for (let count = 0; count < 30; count++) await addEvent(valle);
      await until("the desk knows that it is away", () => desk.connection !== "live");
      cable.plug();
      await isLive(desk);
      await addEvent(valle);
      await showsTheTable(desk);
      // By going on from its cursor, not by beginning afresh.
      expect(desk.beginnings).toBe(1);
    });

    it("is live again after a network's blink that the channel outlived", async () => {
      const desk = await openDesk(transport);
      desk.desk.networkGone();
      expect(desk.connection).toBe("offline");
      desk.desk.wake();
      await isLive(desk);
    });

    it("tells what becomes of a command and how a site is", async () => {
      const desk = await openDesk(transport);
      const id = randomUUID();
      const { gateId, tenantId, siteId } = valle;
      const alertEventId = await addEvent(valle);
      const limit = AbortSignal.timeout(5000);
      await desk.data.requestOpening({ id, gateId, reason: "delivery", alertEventId }, limit);
      for (const status of ["accepted", "opened"]) {
        await project.database.query("update gate_commands set status = $1 where id = $2", [
          status,
          id,
        ]);
      }
      await project.database.query(
        `insert into site_status (tenant_id, site_id, status) values ($1, $2, '{"gates":[{"id":"g","state":"open"}]}')
       on conflict (tenant_id, site_id) do update set reported_at = now(), status = excluded.status`,
        [tenantId, siteId],
      );
      const steps = () => desk.commands.filter((one) => one.id === id).map(({ status }) => status);
      await until("the command's end is told", () => steps().includes("opened"));
      expect(steps()).toEqual(expect.arrayContaining(["requested", "accepted", "opened"]));
      await until("the gate is told", () => desk.statuses.at(-1)?.gates[0]?.state === "open");
    });

    it("tells a colleague who took an alert, that it was released, and what is held already", async () => {
      const guard = await openDesk(transport, "guard");
      const colleague = await openDesk(transport, "admin");
      const alertId = await addEvent(valle);
      await guard.data.claimAlert(alertId);
      const heard = (desk: TestDesk) =>
        desk.claims.findLast(({ alertEventId }) => alertEventId === alertId);
      await until("the colleague sees who", () => heard(colleague)?.displayName === "guard");
      const late = await openDesk(transport, "admin");
      await until("so does who comes later", () => heard(late)?.userId === guard.userId);
      const refused = await colleague.data.claimAlert(alertId);
      expect(refused.userId).toBe(guard.userId);
      await guard.data.releaseAlert(alertId);
      await until("it is free again", () => (heard(colleague)?.expiresAtMs ?? 0) <= Date.now());
    });

    it("shows who is on duty and what they have in hand", async () => {
      const guard = await openDesk(transport, "guard");
      const admin = await openDesk(transport, "admin");
      admin.desk.setInHand("an alert");
      await until("the colleague is there", () =>
        guard.duty?.some(
          ({ userId, inHand }) => userId === admin.userId && inHand[0] === "an alert",
        ),
      );
      expect(guard.duty?.map(({ userId }) => userId)).toContain(guard.userId);
    });

    it("ends a dismissed guard's access within 5 s, and not a colleague's (safety A2)", async () => {
      const dismissed = await openDesk(transport, "guard");
      const colleague = await openDesk(transport, "admin");
      await setActive(dismissed, false);
      const secret = await addEvent(valle);
      await until("the guard is told", () => dismissed.connection === "access_removed", 5_000);
      await showsTheTable(colleague);
      expect(dismissed.events.map(({ id }) => id)).not.toContain(secret);
      await setActive(dismissed, true);
    });

    it("sees that its access has ended even if the word of it was lost (safety A2)", async () => {
      const dismissed = await openDesk(transport, "guard");
      cable.garble("topic_changed");
      await setActive(dismissed, false);
      dismissed.desk.wake();
      await until("the guard is told", () => dismissed.connection === "access_removed");
      await setActive(dismissed, true);
    });
  },
);
