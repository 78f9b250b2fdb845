import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEdgeClient, createEdgeStore, createGatewayStore } from "@portero/store";
import { createTenant, startProject, type TestProject, type TestTenant } from "@portero/testing";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGateway } from "./app.ts";

let project: TestProject;
let tenant: TestTenant;
let app: FastifyInstance;
let folder: string;

beforeAll(async () => {
  project = await startProject();
  tenant = await createTenant(project.admin);
  folder = await mkdtemp(join(tmpdir(), "portero-enrolment-"));
  await writeFile(join(folder, "index.html"), "<p>desk</p>");
  const { url: supabaseUrl, publishableKey, secretKey } = project.supabase;
  app = await createGateway(
    folder,
    { supabaseUrl, publishableKey, realtimeTransport: "broadcast" },
    {
      store: createGatewayStore({ supabaseUrl, publishableKey, secretKey }),
      landingUrl: () => "http://localhost:8080/welcome",
      onFault: () => {},
    },
  );
});
afterAll(async () => {
  await app?.close();
  await project?.stop();
  await rm(folder, { recursive: true, force: true });
});

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
