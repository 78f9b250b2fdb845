import { createTenant, type TestProject, type TestTenant } from "@portero/testing";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startGateway, type TestGateway } from "./testing/start-gateway.ts";

let gateway: TestGateway;
let project: TestProject;
let tenant: TestTenant;
let other: TestTenant;
let app: FastifyInstance;

beforeAll(async () => {
  gateway = await startGateway();
  ({ project, app } = gateway);
  [tenant, other] = [await createTenant(project.admin), await createTenant(project.admin)];
});
afterAll(() => gateway?.stop());

type Account = { email: string; password: string };

async function tokenOf(account: Account): Promise<string> {
  const client = await project.client(account);
  const { data } = await client.auth.getSession();
  return data.session?.access_token ?? "";
}

async function post(path: string, token: string, body: object) {
  const answer = await app.inject({
    method: "POST",
    url: `/api/tenants/${path}`,
    headers: token === "" ? {} : { authorization: `Bearer ${token}` },
    payload: body,
  });
  return { status: answer.statusCode, body: answer.body === "" ? null : answer.json() };
}

const invitation = (rest: object = {}) => ({
  email: "rosa@test.example",
  displayName: "Rosa",
  role: "guard",
  ...rest,
});
const invite = async (as: Account, body: object, tenantId = tenant.tenantId) =>
  post(`${tenantId}/invitations`, await tokenOf(as), body);

/** Where the newest mail to this address leads, or undefined. */
async function mailedLink(email: string): Promise<string | undefined> {
  const answer = await fetch(`${project.supabase.url}/mail.json`);
  const mails = (await answer.json()) as { recipient: string; link: string }[];
  return mails.find(({ recipient }) => recipient === email)?.link;
}

describe("an invitation", () => {
  it("mails a link that opens the account, and admits as what was said", async () => {
    const email = "nuevo@test.example";
    const answer = await invite(tenant.accounts.admin, invitation({ email }));
    expect(answer).toEqual({ status: 201, body: { status: "invited" } });
    const link = await mailedLink(email);
    const landed = await fetch(link ?? "", { redirect: "manual" });
    const location = new URL(landed.headers.get("location") ?? "");
    expect(location.pathname).toBe("/welcome");
    const token = new URLSearchParams(location.hash.slice(1)).get("access_token") ?? "";
    const rows = await fetch(`${project.supabase.url}/rest/v1/user_tenants?select=role,active`, {
      headers: { apikey: project.supabase.publishableKey, authorization: `Bearer ${token}` },
    });
    expect(await rows.json()).toContainEqual({ role: "guard", active: true });
  });

  it.each(["guard", "viewer", "edge"] as const)("is refused to a %s", async (role) => {
    const answer = await invite(tenant.accounts[role], invitation());
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await mailedLink("rosa@test.example")).toBeUndefined();
  });

  it("is refused to another tenant's owner as for a tenant that does not exist (T1)", async () => {
    const { owner } = other.accounts;
    const there = await invite(owner, invitation());
    const nowhere = await invite(owner, invitation(), crypto.randomUUID());
    expect(there).toEqual(nowhere);
    expect(there.status).toBe(403);
  });

  it.each([
    ["without a token", ""],
    ["with one that was made up", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."],
  ])("is refused %s", async (_name, token) => {
    const answer = await post(`${tenant.tenantId}/invitations`, token, invitation());
    expect(answer).toMatchObject({ status: 401, body: { code: "unauthorized" } });
  });

  it.each([
    ["an address that is none", { email: "rosa" }],
    ["an owner", { role: "owner" }],
    ["an edge box", { role: "edge" }],
    ["no name", { displayName: "  " }],
    ["a name without end", { displayName: "x".repeat(121) }],
    ["more than was asked for", { active: true }],
  ])("of %s is invalid", async (_name, rest) => {
    const answer = await invite(tenant.accounts.admin, invitation(rest));
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid" } });
  });

  it("tells apart neither in answer nor in rights who has an account elsewhere (T1)", async () => {
    const { email } = other.accounts.viewer;
    const answer = await invite(tenant.accounts.admin, invitation({ email, role: "viewer" }));
    expect(answer).toEqual({ status: 201, body: { status: "invited" } });
    expect(await mailedLink(email)).toBeUndefined();
    const again = await invite(tenant.accounts.admin, invitation({ email }));
    expect(again).toMatchObject({ status: 409, body: { code: "conflict" } });
  });

  it("never lets in by a password that somebody had set before", async () => {
    const early = { email: "early@test.example", password: "set-by-a-stranger" };
    await project.admin.auth.admin.createUser({ ...early, email_confirm: true });
    await invite(tenant.accounts.admin, invitation({ email: early.email }));
    await expect(project.client(early)).rejects.toThrow();
    expect(await mailedLink(early.email)).toBeDefined();
  });
});

describe("deactivating", () => {
  const setActive = async (as: Account, userId: string, active: unknown) =>
    post(`${tenant.tenantId}/members/${userId}/active`, await tokenOf(as), { active });

  it("takes rights and sessions, and gives them back", async () => {
    const { guard, admin } = tenant.accounts;
    const session = await project.client(guard);
    expect((await setActive(admin, guard.userId, false)).status).toBe(204);
    const { data } = await session.from("gates").select("id");
    expect(data).toEqual([]);
    expect((await session.auth.refreshSession()).error?.code).toBe("user_banned");
    expect((await setActive(admin, guard.userId, true)).status).toBe(204);
    expect((await (await project.client(guard)).from("gates").select("id")).data).toHaveLength(1);
  });

  it("leaves the sessions of somebody who is active elsewhere", async () => {
    const { viewer } = other.accounts;
    const session = await project.client(viewer);
    expect((await setActive(tenant.accounts.owner, viewer.userId, false)).status).toBe(204);
    expect((await session.auth.refreshSession()).error).toBeNull();
  });

  it.each([
    ["a guard", "guard", "viewer"],
    ["an admin to an owner", "admin", "owner"],
    ["anybody to an edge box", "owner", "edge"],
    ["an admin to themselves", "admin", "admin"],
  ] as const)("is refused: %s", async (_name, as, whom) => {
    const answer = await setActive(tenant.accounts[as], tenant.accounts[whom].userId, false);
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });

  it("of a foreign person is refused like that of nobody (T1)", async () => {
    const { owner } = tenant.accounts;
    const foreign = await setActive(owner, other.accounts.guard.userId, false);
    expect(foreign).toEqual(await setActive(owner, crypto.randomUUID(), false));
    expect((await setActive(owner, tenant.accounts.viewer.userId, "false")).status).toBe(400);
  });
});
