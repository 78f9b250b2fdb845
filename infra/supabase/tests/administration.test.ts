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

  it("cannot put a person into another tenant's house", async () => {
    const foreign = await createTenant(project.admin);
    const { error } = await send({
      new_residents: [{ id: randomUUID(), unit_id: foreign.unitId, full_name: "Eva" }],
    });
    expect(error?.code).toBe("23503");
  });
});
