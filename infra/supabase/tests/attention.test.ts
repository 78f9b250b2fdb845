import { randomUUID } from "node:crypto";
import { createTenant, startProject, type TestProject, type TestTenant } from "@portero/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

type SupabaseClient = Awaited<ReturnType<TestProject["client"]>>;

let project: TestProject;
let tenant: TestTenant;
let guard: SupabaseClient;
let admin: SupabaseClient;

beforeAll(async () => {
  project = await startProject();
  tenant = await createTenant(project.admin);
  guard = await project.client(tenant.accounts.guard);
  admin = await project.client(tenant.accounts.admin);
});
afterAll(() => project?.stop());

/** An alert that has been in the table for so long. */
async function alertOfAge(seconds: number): Promise<string> {
  const id = randomUUID();
  const { database } = project;
  await database.query(
    `insert into realtime_events (tenant_id, id, event_type, site_id, gate_id, occurred_at)
     values ($1, $2, 'unknown_vehicle', $3, $4, clock_timestamp())`,
    [tenant.tenantId, id, tenant.siteId, tenant.gateId],
  );
  await age(id, seconds);
  return id;
}

async function age(id: string, seconds: number): Promise<void> {
  await project.database.query(
    "update realtime_events set created_at = clock_timestamp() - make_interval(secs => $2) where id = $1",
    [id, seconds],
  );
}

const escalate = () => project.admin.rpc("escalate_alerts");

async function stagesOf(alertId: string): Promise<number[]> {
  const { rows } = await project.database.query<{ stage: number }>(
    `select (payload ->> 'stage')::integer as stage from realtime_events
     where event_type = 'alert_escalated' and payload ->> 'alert_event_id' = $1 order by seq`,
    [alertId],
  );
  return rows.map(({ stage }) => stage);
}

const claim = (client: SupabaseClient, alertId: string) =>
  client
    .rpc("claim_alert", { p_tenant_id: tenant.tenantId, p_alert_event_id: alertId })
    .throwOnError();

describe("an alert that nobody takes", () => {
  it("is told again at each stage, once", async () => {
    const alertId = await alertOfAge(29);
    for (const [seconds, stages] of [
      [29, []],
      [31, [1]],
      [45, [1]],
      [61, [1, 2]],
      [121, [1, 2, 3]],
      [600, [1, 2, 3]],
    ] as const) {
      await age(alertId, seconds);
      await escalate();
      expect(await stagesOf(alertId), `after ${seconds} s`).toEqual(stages);
    }
  });

  it("is told once by two gateways that look in the same moment", async () => {
    const alertIds: string[] = [];
    for (const seconds of [31, 65, 130, 40]) alertIds.push(await alertOfAge(seconds));
    const gateways = await Promise.all(
      [1, 2, 3].map(async () => {
        const client = new pg.Client({ connectionString: project.supabase.databaseUrl });
        await client.connect();
        return client;
      }),
    );
    await Promise.all(gateways.map((client) => client.query("select app.escalate_alerts()")));
    await Promise.all(gateways.map((client) => client.end()));
    const told: number[][] = [];
    for (const id of alertIds) told.push(await stagesOf(id));
    expect(told).toEqual([[1], [2], [3], [1]]);
  });

  it("is told its highest stage when no gateway ran meanwhile", async () => {
    const alertId = await alertOfAge(600);
    await escalate();
    expect(await stagesOf(alertId)).toEqual([3]);
  });

  it.each([
    ["refused", (id: string) => guard.rpc("refuse_entry", { ...asked(id), p_reason: "no" })],
    ["claimed", (id: string) => claim(guard, id)],
    ["being opened", (id: string) => guard.from("gate_commands").insert(opening(id))],
  ])("is left alone when it is %s", async (_what, act) => {
    const alertId = await alertOfAge(10);
    await act(alertId);
    await age(alertId, 600);
    await escalate();
    expect(await stagesOf(alertId)).toEqual([]);
  });

  it("is told from its release on when the guard gives it back", async () => {
    const alertId = await alertOfAge(300);
    await claim(guard, alertId);
    await guard.rpc("release_alert", asked(alertId)).throwOnError();
    await escalate();
    expect(await stagesOf(alertId)).toEqual([]);
    await project.database.query(
      "update alert_claims set expires_at = clock_timestamp() - interval '31 seconds' where event_id = $1",
      [alertId],
    );
    await escalate();
    expect(await stagesOf(alertId)).toEqual([1]);
  });
});

const asked = (alertId: string) => ({ p_tenant_id: tenant.tenantId, p_alert_event_id: alertId });
const opening = (alertId: string) => ({
  tenant_id: tenant.tenantId,
  gate_id: tenant.gateId,
  reason: "ride",
  alert_event_id: alertId,
});

describe("a claim", () => {
  it("goes to one of two guards who take an alert at once, and both learn whose it is", async () => {
    const alertId = await alertOfAge(1);
    const answers = await Promise.all([claim(guard, alertId), claim(admin, alertId)]);
    const [first, second] = answers.map(({ data }) => data as { claimed_by: string });
    expect(first?.claimed_by).toBe(second?.claimed_by);
  });

  it("can be taken by another one when its time is over, and is renewed by its holder", async () => {
    const alertId = await alertOfAge(1);
    const taken = (await claim(guard, alertId)).data as { claimed_at: string; expires_at: string };
    const renewed = (await claim(guard, alertId)).data as typeof taken;
    expect(renewed.claimed_at).toBe(taken.claimed_at);
    expect(Date.parse(renewed.expires_at)).toBeGreaterThan(Date.parse(taken.expires_at));
    await project.database.query(
      "update alert_claims set expires_at = clock_timestamp() where event_id = $1",
      [alertId],
    );
    const { data } = await claim(admin, alertId);
    expect(data).toMatchObject({
      claimed_by: tenant.accounts.admin.userId,
      claimed_by_name: "admin",
    });
  });

  it("is released by its holder alone", async () => {
    const alertId = await alertOfAge(1);
    await claim(guard, alertId);
    expect((await admin.rpc("release_alert", asked(alertId))).data).toBe(false);
    expect((await guard.rpc("release_alert", asked(alertId))).data).toBe(true);
  });
});

describe("a hand-over", () => {
  it("says what is open and is taken over once, whoever asks", async () => {
    await alertOfAge(5);
    const { data: handover } = await guard
      .rpc("hand_over", { p_tenant_id: tenant.tenantId, p_note: "  Casa 5 espera un envío " })
      .throwOnError();
    const take = (client: SupabaseClient) =>
      client
        .rpc("take_over", { p_tenant_id: tenant.tenantId, p_handover_event_id: handover })
        .throwOnError();
    const [one, two] = await Promise.all([take(admin), take(guard)]);
    expect(one.data).toBe(two.data);
    const { rows } = await project.database.query(
      "select payload from realtime_events where id = $1",
      [handover],
    );
    expect(rows[0].payload).toMatchObject({ note: "Casa 5 espera un envío", by_name: "guard" });
    expect(rows[0].payload.waiting).toBeGreaterThan(0);
  });
});

describe("how a gate is run", () => {
  const setMode = (mode: string, reason: string) =>
    guard.rpc("set_gate_mode", {
      p_tenant_id: tenant.tenantId,
      p_gate_id: tenant.gateId,
      p_mode: mode,
      p_reason: reason,
    });

  it("changes with a reason, which stands in an event with its author", async () => {
    expect((await setMode("lockdown", "pelea afuera")).error).toBeNull();
    expect((await setMode("lockdown", "otra vez")).error).toBeNull();
    const { rows } = await project.database.query(
      "select payload from realtime_events where event_type = 'gate_mode_changed'",
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].payload).toMatchObject({
      mode: "lockdown",
      was: "normal",
      reason: "pelea afuera",
      by_name: "guard",
    });
  });

  it.each([
    ["without a reason", "normal", "  "],
    ["to what no gate here can do", "hold_open", "mudanza"],
  ])("does not change %s", async (_name, mode, reason) => {
    expect((await setMode(mode, reason)).error?.code).toBe("22023");
  });

  it("does not change behind the reason's back", async () => {
    const { error } = await admin.from("gates").update({ mode: "normal" }).eq("id", tenant.gateId);
    expect(error?.code).toBe("42501");
  });
});

describe("admitting a person (T2)", () => {
  const admit = (invitedBy: string, role = "guard", userId = tenant.accounts.guard.userId) =>
    project.admin.rpc("admit_member", {
      p_tenant_id: tenant.tenantId,
      p_invited_by: invitedBy,
      p_user_id: userId,
      p_email: "n@test.example",
      p_display_name: "N",
      p_role: role,
    });

  it.each(["guard", "viewer", "edge"] as const)(
    "is refused to a %s, even for gateway",
    async (role) => {
      expect((await admit(tenant.accounts[role].userId)).error?.code).toBe("42501");
    },
  );

  it("makes no owner, and no second membership", async () => {
    const { userId } = tenant.accounts.admin;
    const { data } = await project.admin.auth.admin.createUser({ email: "n@test.example" });
    expect((await admit(userId, "owner", data.user?.id)).error?.code).toBe("23514");
    expect((await admit(userId)).error?.code).toBe("PT409");
    expect((await admit(userId, "guard", data.user?.id)).error).toBeNull();
    const { rows } = await project.database.query(
      "select actor_name from audit_log where table_name = 'user_tenants' order by id desc limit 1",
    );
    expect(rows[0].actor_name).toBe("admin");
  });
});
