import { randomUUID } from "node:crypto";
import {
  createTenant,
  startProject,
  type TestProject,
  type TestTenant,
  until,
} from "@portero/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { member, tryAs } from "./as-member.ts";

const SEALED = "hpke1.sealed-to-the-site";

let project: TestProject;
let tenant: TestTenant;

beforeAll(async () => {
  project = await startProject();
  tenant = await createTenant(project.admin);
});
afterAll(() => project?.stop());

async function ask(role: "admin" | "guard" | "viewer", kind: string, sealed?: string) {
  const client = await project.client(tenant.accounts[role]);
  const id = randomUUID();
  const { error } = await client.from("site_orders").insert({
    tenant_id: tenant.tenantId,
    id,
    site_id: tenant.siteId,
    kind,
    request: { camera_id: tenant.cameraId },
    ...(sealed && { sealed }),
  });
  return { id, code: error?.code ?? null };
}
const rowOf = async (id: string) => {
  const { rows } = await project.database.query("select * from site_orders where id = $1", [id]);
  return rows[0];
};
const heartbeat = async () => {
  const edge = await project.client(tenant.accounts.edge);
  const { data, error } = await edge.rpc("site_heartbeat", {
    p_site_id: tenant.siteId,
    p_status: {},
  });
  if (error) throw error;
  return data as { orders: { id: string; sealed: string | null }[] };
};

describe("an order to a site", () => {
  it.each([
    ["guard", "live_view", null],
    ["viewer", "live_view", null],
    ["guard", "camera_test", "42501"],
    ["viewer", "camera_test", "42501"],
    ["admin", "camera_test", null],
    ["admin", "format_disk", "23514"],
  ] as const)("of a %s: %s → %s", async (role, kind, code) => {
    expect((await ask(role, kind)).code).toBe(code);
  });

  it("shows its sealed credentials to the site and to nobody else, and keeps them no longer than it runs", async () => {
    const { id } = await ask("admin", "camera_test", SEALED);
    for (const role of ["owner", "admin", "guard", "edge"] as const) {
      const client = await project.client(tenant.accounts[role]);
      expect((await client.from("site_orders").select("sealed").eq("id", id)).error?.code).toBe(
        "42501",
      );
      const { data } = await client.from("site_orders").select("status").eq("id", id);
      expect(data).toEqual([{ status: "requested" }]);
    }
    const { orders } = await heartbeat();
    expect(orders.find((order) => order.id === id)?.sealed).toBe(SEALED);
    const edge = await project.client(tenant.accounts.edge);
    await edge.from("site_orders").update({ status: "running" }).eq("id", id).throwOnError();
    expect((await rowOf(id)).sealed).toBe(SEALED);
    await edge
      .from("site_orders")
      .update({ status: "done", result: { a: 1 } })
      .eq("id", id)
      .throwOnError();
    expect(await rowOf(id)).toMatchObject({ status: "done", sealed: null, result: { a: 1 } });
    await edge
      .from("site_orders")
      .update({ status: "running", result: {} })
      .eq("id", id)
      .throwOnError();
    expect(await rowOf(id)).toMatchObject({ status: "done", result: { a: 1 } });
    const { rows } = await project.database.query("select after from audit_log where row_id = $1", [
      id,
    ]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(SEALED);
  });

  it("reaches the site's own channel at once", async () => {
    const edge = await project.client(tenant.accounts.edge);
    const { data: topic } = await edge.rpc("tenant_topic", { p_tenant_id: tenant.tenantId });
    const heard: { id: string; sealed: string }[] = [];
    await new Promise<void>((resolve) => {
      edge
        .channel(topic, { config: { private: true } })
        .on("broadcast", { event: "site_order" }, ({ payload }) => heard.push(payload))
        .subscribe((state) => state === "SUBSCRIBED" && resolve());
    });
    const { id } = await ask("admin", "camera_test", SEALED);
    await until("the order", () =>
      heard.find((order) => order.id === id && order.sealed === SEALED),
    );
  });

  it("is told by heartbeats until it is begun, and not once its time is over", async () => {
    const { id } = await ask("admin", "camera_test", SEALED);
    const isTold = async () => (await heartbeat()).orders.some((order) => order.id === id);
    expect(await isTold()).toBe(true);
    await project.database.query(
      "update site_orders set expires_at = now() - interval '1 second' where id = $1",
      [id],
    );
    expect(await isTold()).toBe(false);
    expect(await rowOf(id)).toMatchObject({ status: "expired", sealed: null });
  });

  it("is another site's as little as an unknown one (T6)", async () => {
    const neighbour = randomUUID();
    await project.admin
      .from("sites")
      .insert({ tenant_id: tenant.tenantId, id: neighbour, name: "Sur" })
      .throwOnError();
    await project.database.query(
      "insert into site_orders (tenant_id, site_id, kind, requested_by) values ($1, $2, 'live_view', $3)",
      [tenant.tenantId, neighbour, tenant.accounts.admin.userId],
    );
    const tried = await tryAs(
      project.database,
      member(tenant.accounts.edge.userId),
      "update site_orders set status = 'done' where site_id = $1",
      [neighbour],
    );
    expect([tried.rows, tried.code]).toEqual([0, null]);
  });
});
