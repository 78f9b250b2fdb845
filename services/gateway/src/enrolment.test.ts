import { createEdgeClient, createEdgeStore } from "@portero/store";
import { createTenant, type TestProject, type TestTenant } from "@portero/testing";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startGateway, type TestGateway } from "./testing/start-gateway.ts";

let gateway: TestGateway;
let project: TestProject;
let tenant: TestTenant;
let app: FastifyInstance;

beforeAll(async () => {
  gateway = await startGateway();
  ({ project, app } = gateway);
  tenant = await createTenant(project.admin);
});
afterAll(() => gateway?.stop());

async function makeCode(): Promise<string> {
  const admin = await project.client(tenant.accounts.admin);
  const { data } = await admin
    .rpc("create_enrolment_code", { p_tenant_id: tenant.tenantId, p_site_id: tenant.siteId })
    .throwOnError();
  return data.code;
}
async function post(payload: object) {
  const answer = await app.inject({ method: "POST", url: "/api/enrolments", payload });
  return { status: answer.statusCode, body: answer.json() };
}
const accounts = async () => (await project.admin.auth.admin.listUsers()).data.users.length;

describe("a box with a code", () => {
  it("gets an account with which it is the site's edge, and no more", async () => {
    const { publicKey } = tenant.keys;
    const before = await accounts();
    const { status, body } = await post({ code: await makeCode(), publicKey, boxName: "caja" });
    expect(status).toBe(201);
    expect(body).toMatchObject({ tenantId: tenant.tenantId, siteId: tenant.siteId });
    expect(JSON.stringify(body)).not.toContain(project.supabase.secretKey);
    // The box before it is gone, account and all.
    expect(await accounts()).toBe(before);
    const client = createEdgeClient(body.supabaseUrl, body.publishableKey);
    const account = { email: body.edgeEmail, password: body.edgePassword };
    const store = createEdgeStore(client, account, body, "broadcast");
    const signal = new AbortController().signal;
    expect((await store.heartbeat({}, signal)).topic).toContain(tenant.siteId);
    expect((await store.fetchRegister(signal)).siteId).toBe(tenant.siteId);
    expect((await client.from("user_tenants").select("role")).data).toEqual([{ role: "edge" }]);
    await store.close();
  });

  it.each([
    ["an unknown code", { code: "0000-0000-0000" }, 404, "not_found"],
    ["something that is no code", { code: "hello" }, 400, "invalid"],
    ["something that is no key", { publicKey: "p256-private.AAAA" }, 400, "invalid"],
    ["a tenant of its own choice", { tenantId: "x" }, 400, "invalid"],
  ])("is refused with %s, and no account is left behind", async (_name, part, status, code) => {
    const { publicKey } = tenant.keys;
    const before = await accounts();
    const body = { code: await makeCode(), publicKey, boxName: "caja", ...part };
    expect(await post(body)).toMatchObject({ status, body: { code } });
    expect(await accounts()).toBe(before);
  });
});
