import { randomUUID } from "node:crypto";
import { createTenant, startProject, type TestProject, type TestTenant } from "@portero/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

type SupabaseClient = Awaited<ReturnType<TestProject["client"]>>;

let project: TestProject;
let tenant: TestTenant;
let admin: SupabaseClient;

beforeAll(async () => {
  project = await startProject();
  tenant = await createTenant(project.admin);
  admin = await project.client(tenant.accounts.admin);
});
afterAll(() => project?.stop());

async function count(table: string): Promise<number> {
  const { rows } = await project.database.query<{ count: number }>(
    `select count(*)::integer as count from ${table} where tenant_id = $1`,
    [tenant.tenantId],
  );
  return rows[0]?.count ?? -1;
}

describe("a site", () => {
  const remove = (id: string) => admin.from("sites").delete().eq("id", id).select("id");

  it("stays while cameras or gates are left there, and its box with it", async () => {
    const other = await createTenant(project.admin);
    const owner = await project.client(other.accounts.owner);
    const left = () => owner.from("sites").delete().eq("id", other.siteId).select("id");
    expect((await left()).error?.code).toBe("PT409");
    await owner.from("cameras").delete().eq("id", other.cameraId).throwOnError();
    expect((await left()).error?.code).toBe("PT409");
    await owner.from("gates").delete().eq("id", other.gateId).throwOnError();
    expect((await left()).data).toEqual([{ id: other.siteId }]);
    const edge = await project.client(other.accounts.edge);
    expect((await edge.from("units").select("id")).data).toEqual([]);
  });

  it("goes with its condominium, whatever stands there", async () => {
    const { tenantId } = await createTenant(project.admin);
    await project.admin.from("tenants").delete().eq("id", tenantId).throwOnError();
    const { data } = await project.admin.from("sites").select("id").eq("tenant_id", tenantId);
    expect(data).toEqual([]);
  });

  it("that was added by mistake can be removed", async () => {
    const added = { tenant_id: tenant.tenantId, name: "Mistake" };
    const { data } = await admin.from("sites").insert(added).select("id").single().throwOnError();
    expect((await remove(data.id)).data).toHaveLength(1);
  });
});

describe("what a gate's opening asks", () => {
  const change = (rules: object) =>
    admin.from("opening_rules").update(rules).eq("tenant_id", tenant.tenantId).select();

  it.each([
    { min_agreeing_frames: 1 },
    { min_agreeing_frames: 5 },
    { min_lead: 49 },
    { min_lead: 1001 },
    { min_character_confidence: 0.79 },
    { min_character_confidence: 0.96 },
    { min_lead: null },
  ])("is never weaker than the product, nor out of reach: %j (G7)", async (rules) => {
    expect((await change(rules)).error?.code).toMatch(/^235(14|02)$/);
  });

  it("is another register to its edge boxes, and in the record", async () => {
    const version = async () =>
      (await admin.rpc("register_version", { p_tenant_id: tenant.tenantId })).data;
    const before = await version();
    await change({ min_agreeing_frames: 3 }).throwOnError();
    expect(await version()).toBeGreaterThan(before);
    const { data } = await admin
      .from("audit_log")
      .select("actor, before, after")
      .eq("table_name", "opening_rules")
      .throwOnError();
    expect(data).toMatchObject([
      {
        actor: tenant.accounts.admin.userId,
        before: { min_agreeing_frames: 2 },
        after: { min_agreeing_frames: 3 },
      },
    ]);
  });
});

describe("an imported list", () => {
  const EMPTY = {
    new_units: [],
    new_residents: [],
    new_vehicles: [],
    changed_units: [],
    changed_residents: [],
    changed_vehicles: [],
  };
  const send = (batch: object) =>
    admin.rpc("import_register", {
      p_tenant_id: tenant.tenantId,
      p_batch: { ...EMPTY, ...batch },
    });
  const newHouse = (plate: string) => {
    const [unitId, residentId] = [randomUUID(), randomUUID()];
    return {
      new_units: [{ id: unitId, name: `House ${unitId}`, notes: null }],
      new_residents: [{ id: residentId, unit_id: unitId, full_name: "Eva", phone: "1" }],
      new_vehicles: [{ id: randomUUID(), resident_id: residentId, plate }],
    };
  };

  it("is in the register and in the record, in the name of whoever brought it", async () => {
    const version = await admin.rpc("register_version", { p_tenant_id: tenant.tenantId });
    const answer = await send(newHouse("IMP0001")).throwOnError();
    expect(answer.data).toEqual({ units: 1, residents: 1, vehicles: 1, changed: 0 });
    const { data } = await admin
      .from("audit_log")
      .select("actor, action")
      .eq("table_name", "vehicles")
      .order("id", { ascending: false })
      .limit(1)
      .throwOnError();
    expect(data).toEqual([{ actor: tenant.accounts.admin.userId, action: "insert" }]);
    const after = await admin.rpc("register_version", { p_tenant_id: tenant.tenantId });
    expect(after.data).toBeGreaterThan(version.data);
  });

  it.each([
    ["a plate that is there already", newHouse("IMP0001"), "23505"],
    ["a text that is no plate", newHouse("no plate"), "23514"],
    [
      "an entry that was changed meanwhile",
      {
        ...newHouse("IMP0002"),
        changed_units: [{ id: randomUUID(), updated_at: "2026-01-01T00:00:00Z", notes: "x" }],
      },
      "PT409",
    ],
    ["a list with a part missing", { ...newHouse("IMP0003"), changed_units: undefined }, "PT409"],
  ])("leaves nothing behind with %s", async (_name, batch, code) => {
    const before = [await count("units"), await count("vehicles"), await count("audit_log")];
    const { error } = await send(batch);
    expect(error?.code).toBe(code);
    expect([await count("units"), await count("vehicles"), await count("audit_log")]).toEqual(
      before,
    );
  });

  it("is in the record entry by entry: what was added, changed, and went with its house", async () => {
    const house = newHouse("REC0001");
    await send(house).throwOnError();
    const [unitId, residentId, vehicleId] = [
      house.new_units[0]?.id,
      house.new_residents[0]?.id,
      house.new_vehicles[0]?.id,
    ];
    await admin.from("residents").update({ phone: "2" }).eq("id", residentId).throwOnError();
    await admin.from("units").delete().eq("id", unitId).throwOnError();
    const { rows } = await project.database.query(
      `select action, table_name, row_id, before ->> 'phone' as was, after ->> 'phone' as now, actor, actor_name
       from audit_log where row_id = any ($1) order by table_name, id`,
      [[unitId, residentId, vehicleId]],
    );
    const by = { actor: tenant.accounts.admin.userId, actor_name: "admin" };
    const of = (table_name: string, row_id = "", action = "", was?: string, now?: string) => ({
      action,
      table_name,
      row_id,
      was: was ?? null,
      now: now ?? null,
      ...by,
    });
    expect(rows).toEqual([
      of("residents", residentId, "insert", undefined, "1"),
      of("residents", residentId, "update", "1", "2"),
      of("residents", residentId, "delete", "2"),
      of("units", unitId, "insert"),
      of("units", unitId, "delete"),
      of("vehicles", vehicleId, "insert"),
      of("vehicles", vehicleId, "delete"),
    ]);
  });

  it("cannot put a person into another tenant's house", async () => {
    const foreign = await createTenant(project.admin);
    const { error } = await send({
      new_residents: [{ id: randomUUID(), unit_id: foreign.unitId, full_name: "Eva" }],
    });
    expect(error?.code).toBe("23503");
  });
});

describe("a camera's view", () => {
  const settle = async (settings: unknown) => {
    const { error } = await admin
      .from("cameras")
      .update({ settings })
      .eq("tenant_id", tenant.tenantId);
    return error?.code ?? null;
  };
  const square = [
    [0.1, 0.1],
    [0.5, 0.1],
    [0.5, 0.5],
    [0.1, 0.5],
  ];
  const zone = { leftShare: 0, topShare: 0.2, widthShare: 1, heightShare: 0.8 };

  it.each([
    ["a zone and masks", { zone, masks: [square, square.slice(0, 3)] }, null],
    ["nothing", {}, null],
    ["a zone without a height", { zone: { ...zone, heightShare: undefined } }, "23514"],
    ["a zone beyond the frame", { zone: { ...zone, leftShare: 1.2 } }, "23514"],
    ["a mask of two corners", { masks: [square.slice(0, 2)] }, "23514"],
    ["a mask with a word in it", { masks: [[...square, [0.2, "x"]]] }, "23514"],
    ["a mask with a corner missing half", { masks: [[...square, [0.2]]] }, "23514"],
    ["masks that are no list", { masks: { 0: square } }, "23514"],
    ["more masks than anybody draws", { masks: Array.from({ length: 13 }, () => square) }, "23514"],
  ])("%s → %s", async (_name, settings, code) => {
    expect(await settle(settings)).toBe(code);
  });
});

describe("a gate's test", () => {
  it("keeps what was seen and by whom, until the actuator is another one", async () => {
    const command = await admin
      .from("gate_commands")
      .insert({ tenant_id: tenant.tenantId, gate_id: tenant.gateId, reason: "test" })
      .select("id")
      .single()
      .throwOnError();
    const args = { p_tenant_id: tenant.tenantId, p_command_id: command.data?.id, p_moved: true };
    await admin.rpc("record_gate_test", args).throwOnError();
    const gate = () => admin.from("gates").select("tested").eq("id", tenant.gateId).single();
    expect((await gate()).data?.tested).toMatchObject({
      moved: true,
      by: tenant.accounts.admin.userId,
      by_name: "admin",
    });
    await admin.from("gates").update({ name: "Otro" }).eq("id", tenant.gateId).throwOnError();
    expect((await gate()).data?.tested).not.toBeNull();
    const actuator = { kind: "mqtt" };
    await admin.from("gates").update({ actuator }).eq("id", tenant.gateId).throwOnError();
    expect((await gate()).data?.tested).toBeNull();
  });

  it("cannot be written by hand", async () => {
    const { error } = await admin
      .from("gates")
      .update({ tested: { moved: true } })
      .eq("id", tenant.gateId);
    expect(error?.code).toBe("42501");
  });
});
