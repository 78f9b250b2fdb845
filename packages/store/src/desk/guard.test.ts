import { randomUUID } from "node:crypto";
import { createTenant, startProject, type TestProject, type TestTenant } from "@portero/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoreClient } from "../client.ts";
import { correctPlate, refuseEntry, requestOpening } from "./guard.ts";
import { readRegister, removeEntry, saveEntry } from "./register.ts";

const signal = AbortSignal.timeout(60_000);
let project: TestProject;
let tenant: TestTenant;
let guard: StoreClient;
let admin: StoreClient;

beforeAll(async () => {
  project = await startProject();
  tenant = await createTenant(project.admin);
  guard = (await project.client(tenant.accounts.guard)) as StoreClient;
  admin = (await project.client(tenant.accounts.admin)) as StoreClient;
});
afterAll(() => project?.stop());

async function addAlert(): Promise<string> {
  const id = randomUUID();
  await project.database.query(
    `insert into realtime_events (tenant_id, id, event_type, site_id, gate_id, occurred_at)
     values ($1, $2, 'unknown_vehicle', $3, $4, clock_timestamp())`,
    [tenant.tenantId, id, tenant.siteId, tenant.gateId],
  );
  return id;
}

const asked = (alertEventId: string, id = randomUUID()) => ({
  id,
  tenantId: tenant.tenantId,
  gateId: tenant.gateId,
  reason: "ride",
  alertEventId,
});

describe("opening for an alert (safety G2, G10)", () => {
  it("gives two guards one command, and tells the slower one", async () => {
    const alertId = await addAlert();
    const answers = await Promise.allSettled([
      requestOpening(guard, asked(alertId), signal),
      requestOpening(admin, asked(alertId), signal),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = answers.find(({ status }) => status === "rejected");
    expect(refused).toMatchObject({ reason: { code: "conflict" } });
  });

  it("answers with the same command when it is asked again with its id", async () => {
    const request = asked(await addAlert());
    const first = await requestOpening(guard, request, signal);
    const again = await requestOpening(guard, request, signal);
    expect(again).toEqual(first);
  });

  it("is signed by whoever is logged in, with ten seconds by the database's clock", async () => {
    const command = await requestOpening(guard, asked(await addAlert()), signal);
    expect(command).toMatchObject({
      requestedBy: tenant.accounts.guard.userId,
      requestedByName: "guard",
    });
    expect(command.expiresAtMs - command.requestedAtMs).toBe(10_000);
  });

  it("refuses an alert of nobody knows where like one that does not exist (safety T1)", async () => {
    await expect(requestOpening(guard, asked(randomUUID()), signal)).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("answering an alert otherwise", () => {
  it("records a refusal once, however often it is said", async () => {
    const alertId = await addAlert();
    await refuseEntry(guard, tenant.tenantId, alertId, "refused");
    await refuseEntry(admin, tenant.tenantId, alertId, "refused");
    const { rows } = await project.database.query(
      "select payload ->> 'by_name' as name from realtime_events where payload ->> 'alert_event_id' = $1",
      [alertId],
    );
    expect(rows).toEqual([{ name: "guard" }]);
  });

  it("says that a plate in another form is not one", async () => {
    const alertId = await addAlert();
    await expect(correctPlate(guard, tenant.tenantId, alertId, "ab c")).rejects.toMatchObject({
      code: "invalid",
    });
  });
});

describe("the register", () => {
  const pass = () => ({
    unitId: tenant.unitId,
    visitorName: "Ana",
    plate: "ABC123",
    validFromMs: Date.UTC(2026, 10, 1),
    validUntilMs: Date.UTC(2026, 11, 1),
    schedule: { days: [1, 2], from: "07:00", until: "18:00" },
    maxUses: 3,
    revokedAtMs: null,
  });

  it("keeps every kind of entry as it was typed", async () => {
    const unit = { name: "Casa 1", notes: "al fondo" };
    const unitId = await saveEntry(admin, tenant.tenantId, "units", null, unit);
    const resident = {
      unitId,
      fullName: "Rosa Núñez",
      phone: null,
      email: "r@x.test",
      active: true,
    };
    const residentId = await saveEntry(admin, tenant.tenantId, "residents", null, resident);
    const vehicle = {
      residentId,
      plate: "XYZ987",
      description: "Gris",
      validFromMs: Date.UTC(2026, 0, 1),
      validUntilMs: null,
      schedule: null,
      active: true,
    };
    const vehicleId = await saveEntry(admin, tenant.tenantId, "vehicles", null, vehicle);
    const passId = await saveEntry(admin, tenant.tenantId, "visitor_passes", null, pass());
    const deniedId = await saveEntry(admin, tenant.tenantId, "deny_list", null, {
      plate: "BAD111",
      reason: "<b>no</b>",
    });
    const register = await readRegister(guard, tenant.tenantId, signal);
    expect(register.units.find(({ id }) => id === unitId)).toMatchObject(unit);
    expect(register.residents.find(({ id }) => id === residentId)).toMatchObject(resident);
    expect(register.vehicles.find(({ id }) => id === vehicleId)).toMatchObject(vehicle);
    expect(register.passes.find(({ id }) => id === passId)).toMatchObject(pass());
    expect(register.denied.find(({ id }) => id === deniedId)).toMatchObject({
      reason: "<b>no</b>",
    });
  });

  it("tells the second of two people who edit one entry that it has changed", async () => {
    const values = { name: "Casa 2", notes: null };
    const id = await saveEntry(admin, tenant.tenantId, "units", null, values);
    const { units } = await readRegister(admin, tenant.tenantId, signal);
    const shown = units.find((unit) => unit.id === id) ?? null;
    await saveEntry(admin, tenant.tenantId, "units", shown, { name: "Casa 2", notes: "una" });
    const late = saveEntry(admin, tenant.tenantId, "units", shown, {
      name: "Casa 2",
      notes: "otra",
    });
    await expect(late).rejects.toMatchObject({ code: "conflict", detailCode: "changed" });
  });

  it("lets a guard add a pass and nothing else, whatever the screen offers", async () => {
    await saveEntry(guard, tenant.tenantId, "visitor_passes", null, pass());
    const adding = saveEntry(guard, tenant.tenantId, "units", null, {
      name: "Casa 3",
      notes: null,
    });
    await expect(adding).rejects.toMatchObject({ code: "forbidden" });
    const removing = removeEntry(guard, tenant.tenantId, "units", tenant.unitId);
    await expect(removing).rejects.toMatchObject({ code: "forbidden" });
  });
});
