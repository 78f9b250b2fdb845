import { randomUUID } from "node:crypto";
import { generateSiteKeyPair } from "@portero/sealing";
import { createTenant, startProject, type TestProject, type TestTenant } from "@portero/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

let project: TestProject;
let tenant: TestTenant;

beforeAll(async () => {
  project = await startProject();
});
afterAll(() => project?.stop());
beforeEach(async () => {
  tenant = await createTenant(project.admin);
});

async function makeCode(): Promise<string> {
  const admin = await project.client(tenant.accounts.admin);
  const { data, error } = await admin.rpc("create_enrolment_code", {
    p_tenant_id: tenant.tenantId,
    p_site_id: tenant.siteId,
  });
  if (error) throw error;
  expect(data.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
  return data.code as string;
}

async function redeem(code: string, publicKey?: string) {
  const made = await project.admin.auth.admin.createUser({
    email: `edge-${randomUUID()}@test.example`,
    password: randomUUID(),
    email_confirm: true,
  });
  if (made.error) throw made.error;
  const userId = made.data.user.id;
  const { data, error } = await project.admin.rpc("redeem_enrolment", {
    p_code: code,
    p_user_id: userId,
    p_public_key: publicKey ?? (await generateSiteKeyPair()).publicKey,
    p_box_name: "caja-norte",
  });
  return { userId, site: data, code: error?.code ?? null, message: error?.message ?? null };
}

const rows = async (sql: string) =>
  (await project.database.query(sql, [tenant.tenantId])).rows as Record<string, unknown>[];

describe("an enrolment code", () => {
  it("makes one box the site's edge, and the one before it nobody", async () => {
    const { publicKey } = await generateSiteKeyPair();
    const code = await makeCode();
    const typed = code.toLowerCase().replaceAll("-", " ");
    const { userId, site } = await redeem(typed, publicKey);
    expect(site).toMatchObject({
      tenant_id: tenant.tenantId,
      site_id: tenant.siteId,
      former_user_ids: [tenant.accounts.edge.userId],
    });
    const edges = await rows(
      "select user_id, site_id, display_name from user_tenants where tenant_id = $1 and role = 'edge'",
    );
    expect(edges).toEqual([
      { user_id: userId, site_id: tenant.siteId, display_name: "caja-norte" },
    ]);
    expect(await rows("select public_key from sites where tenant_id = $1")).toEqual([
      { public_key: publicKey },
    ]);
    // Sealed to the key that is gone: nobody could open them, and the page asks for them again.
    expect(await rows("select 1 from camera_credentials where tenant_id = $1")).toEqual([]);
    const old = await project.client(tenant.accounts.edge);
    const beat = await old.rpc("site_heartbeat", { p_site_id: tenant.siteId, p_status: {} });
    expect(beat.error?.code).toBe("PT404");
    const signed = await rows(
      "select actor from audit_log where tenant_id = $1 and table_name = 'sites' and action = 'update'",
    );
    expect(signed).toEqual([{ actor: tenant.accounts.admin.userId }]);
  });

  it("is good once, and afterwards answered as one that never was", async () => {
    const code = await makeCode();
    expect((await redeem(code)).code).toBeNull();
    const again = await redeem(code);
    const never = await redeem("0000-0000-0000");
    expect([again.code, again.message]).toEqual(["PT404", never.message]);
  });

  it("serves one of two boxes that show it at once", async () => {
    const code = await makeCode();
    const both = await Promise.all([redeem(code), redeem(code)]);
    expect(both.map((answer) => answer.code).sort()).toEqual(["PT404", null].sort());
  });

  it.each([
    ["its time is over", "update enrolment_codes set expires_at = now() where tenant_id = $1"],
    [
      "whoever made it does not administer here any more",
      "update user_tenants set role = 'guard' where tenant_id = $1 and role = 'admin'",
    ],
    [
      "its site is gone",
      "delete from cameras where tenant_id = $1; delete from gates where tenant_id = $1; delete from sites where tenant_id = $1",
    ],
  ])("is worth nothing when %s", async (_name, sql) => {
    const code = await makeCode();
    for (const step of sql.split(";")) await project.database.query(step, [tenant.tenantId]);
    expect((await redeem(code)).code).toBe("PT404");
  });

  it("ends the one that the site had before", async () => {
    const first = await makeCode();
    const second = await makeCode();
    expect((await redeem(first)).code).toBe("PT404");
    expect((await redeem(second)).code).toBeNull();
  });

  it("is written down nowhere", async () => {
    const code = await makeCode();
    const plain = code.replaceAll("-", "");
    const dump = JSON.stringify([
      await rows("select * from enrolment_codes where tenant_id = $1"),
      await rows("select * from app.enrolment_secrets where tenant_id = $1"),
      await rows("select * from audit_log where tenant_id = $1"),
    ]);
    expect(dump).not.toContain(code);
    expect(dump).not.toContain(plain);
  });
});

it("lets no administrator give a site a key of his own", async () => {
  const admin = await project.client(tenant.accounts.admin);
  const { publicKey } = await generateSiteKeyPair();
  const changed = await admin
    .from("sites")
    .update({ public_key: publicKey })
    .eq("tenant_id", tenant.tenantId);
  expect(changed.error?.code).toBe("42501");
  const added = await admin
    .from("sites")
    .insert({ tenant_id: tenant.tenantId, name: "Sur", public_key: publicKey });
  expect(added.error?.code).toBe("42501");
});

it("forgets the credentials of a camera that is sent to another address", async () => {
  const admin = await project.client(tenant.accounts.admin);
  const count = async () =>
    (await rows("select 1 from camera_credentials where tenant_id = $1")).length;
  const change = (values: object) =>
    admin.from("cameras").update(values).eq("tenant_id", tenant.tenantId).throwOnError();
  await change({ name: "Otra" });
  expect(await count()).toBe(1);
  await change({ base_url: "http://192.0.2.7" });
  expect(await count()).toBe(0);
});
