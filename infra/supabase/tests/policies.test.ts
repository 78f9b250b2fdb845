import { randomUUID } from "node:crypto";
import { createTenant, startProject, type TestProject, type TestTenant } from "@portero/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ANONYMOUS, type Caller, member, tryAs } from "./as-member.ts";
import { EXPECTED, EXPECTED_FUNCTIONS } from "./expectations.ts";

const ROLES = ["owner", "admin", "guard", "viewer", "edge"] as const;
const VERBS = ["select", "insert", "update", "delete"] as const;

let project: TestProject;
let own: TestTenant;
let foreign: TestTenant;
let stranger: string;
let alerts: Record<string, string>;
const handovers: Record<string, string> = {};

const ONE_HOUSE = JSON.stringify({
  new_units: [{ id: randomUUID(), name: "Imported" }],
  new_residents: [],
  new_vehicles: [],
  changed_units: [],
  changed_residents: [],
  changed_vehicles: [],
});

/** A row of every table for a tenant, beside what `createTenant` makes. Returns the alert's id. */
async function fill(tenant: TestTenant): Promise<string> {
  const { database } = project;
  const { tenantId, siteId, gateId, cameraId, unitId, accounts } = tenant;
  const alertId = randomUUID();
  await tenant.enrol("ABC1234");
  await database.query(
    "insert into invitations (tenant_id, email, role, display_name) values ($1, 'a@test.example', 'guard', 'A')",
    [tenantId],
  );
  await database.query(
    "insert into visitor_passes (tenant_id, unit_id, visitor_name, plate, valid_until) values ($1, $2, 'V', 'VIS1234', now() + interval '1 day')",
    [tenantId, unitId],
  );
  await database.query(
    "insert into deny_list (tenant_id, plate, reason) values ($1, 'BAD1234', 'theft')",
    [tenantId],
  );
  await database.query(
    "insert into realtime_events (tenant_id, id, event_type, site_id, gate_id, camera_id, occurred_at, payload) values ($1, $2, 'unknown_vehicle', $3, $4, $5, now(), '{\"plate\": \"XYZ9999\"}')",
    [tenantId, alertId, siteId, gateId, cameraId],
  );
  await database.query(
    "insert into gate_commands (tenant_id, gate_id, reason, requested_by) values ($1, $2, 'delivery', $3)",
    [tenantId, gateId, accounts.guard.userId],
  );
  await database.query(
    "insert into site_orders (tenant_id, site_id, kind, requested_by) values ($1, $2, 'camera_test', $3)",
    [tenantId, siteId, accounts.admin.userId],
  );
  await database.query(
    "insert into enrolment_codes (tenant_id, site_id, created_by) values ($1, $2, $3)",
    [tenantId, siteId, accounts.admin.userId],
  );
  await database.query("insert into sites (tenant_id, name) values ($1, 'Empty')", [tenantId]);
  await database.query("insert into site_status (tenant_id, site_id) values ($1, $2)", [
    tenantId,
    siteId,
  ]);
  await database.query(
    "insert into realtime_events (tenant_id, id, event_type, site_id, occurred_at, payload) values ($1, gen_random_uuid(), 'resident_arrived', $2, now(), '{\"plate\": \"ABC1234\"}')",
    [tenantId, siteId],
  );
  const handoverId = randomUUID();
  handovers[tenantId] = handoverId;
  await database.query(
    "insert into realtime_events (tenant_id, id, event_type, occurred_at) values ($1, $2, 'shift_handed_over', now())",
    [tenantId, handoverId],
  );
  await database.query(
    "insert into alert_claims (tenant_id, event_id, claimed_by) values ($1, $2, $3)",
    [tenantId, alertId, accounts.guard.userId],
  );
  return alertId;
}

beforeAll(async () => {
  project = await startProject();
  own = await createTenant(project.admin);
  foreign = await createTenant(project.admin);
  alerts = { [own.tenantId]: await fill(own), [foreign.tenantId]: await fill(foreign) };
  const { data, error } = await project.admin.auth.admin.createUser({
    email: "nobody@test.example",
    password: randomUUID(),
    email_confirm: true,
  });
  if (error) throw error;
  stranger = data.user.id;
});
afterAll(() => project.stop());

/** One statement of each kind against the tenant's rows, by the caller. */
function statement(
  table: string,
  verb: string,
  tenant: TestTenant,
  callerId: string,
): { sql: string; values: unknown[] } {
  const { tenantId, siteId, gateId, cameraId, unitId, residentId, accounts } = tenant;
  const key = table === "tenants" ? "id" : "tenant_id";
  const where = table === "user_tenants" ? `${key} = $1 and role = 'viewer'` : `${key} = $1`;
  if (verb === "select")
    return { sql: `select 1 from ${table} where ${where}`, values: [tenantId] };
  // Where cameras or gates are left a site stays, whoever asks.
  if (verb === "delete" && table === "sites")
    return { sql: "delete from sites where tenant_id = $1 and name = 'Empty'", values: [tenantId] };
  if (verb === "delete") return { sql: `delete from ${table} where ${where}`, values: [tenantId] };
  if (verb === "update") {
    const changes: Record<string, string> = {
      tenants: "name = 'Other'",
      sites: "name = 'Other'",
      user_tenants: "display_name = 'Other'",
      invitations: "display_name = 'Other'",
      units: "notes = 'Other'",
      residents: "full_name = 'Other'",
      vehicles: "description = 'Other'",
      visitor_passes: "visitor_name = 'Other'",
      deny_list: "reason = 'Other'",
      gates: "name = 'Other'",
      cameras: "name = 'Other'",
      camera_credentials: "sealed = 'another-sealed-text'",
      realtime_events: "event_type = 'gate_opened'",
      gate_commands: "status = 'firing'",
      site_orders: "status = 'running'",
      site_status: "status = '{}'",
      alert_claims: "claimed_at = now()",
      enrolment_codes: "used_at = now()",
      privacy_settings: "pictures_days = 7",
      opening_rules: "min_agreeing_frames = 3",
      audit_log: "action = 'delete'",
    };
    return { sql: `update ${table} set ${changes[table]} where ${where}`, values: [tenantId] };
  }
  const inserts: Record<string, [string, unknown[]]> = {
    tenants: ["(id, name) values (gen_random_uuid(), 'New')", []],
    sites: ["(tenant_id, name) values ($1, 'New')", [tenantId]],
    user_tenants: [
      "(tenant_id, user_id, role, display_name) values ($1, $2, 'guard', 'New')",
      [tenantId, stranger],
    ],
    invitations: [
      "(tenant_id, email, role, display_name, invited_by) values ($1, 'n@test.example', 'guard', 'N', $2)",
      [tenantId, callerId],
    ],
    units: ["(tenant_id, name) values ($1, 'New')", [tenantId]],
    residents: ["(tenant_id, unit_id, full_name) values ($1, $2, 'New')", [tenantId, unitId]],
    vehicles: [
      "(tenant_id, resident_id, plate) values ($1, $2, 'NEW1234')",
      [tenantId, residentId],
    ],
    visitor_passes: [
      "(tenant_id, unit_id, visitor_name, valid_until, created_by) values ($1, $2, 'N', now() + interval '1 hour', $3)",
      [tenantId, unitId, callerId],
    ],
    deny_list: [
      "(tenant_id, plate, reason, created_by) values ($1, 'NEW1234', 'n', $2)",
      [tenantId, callerId],
    ],
    gates: [
      `(tenant_id, site_id, name, actuator) values ($1, $2, 'New', '{"kind": "mqtt"}')`,
      [tenantId, siteId],
    ],
    cameras: [
      "(tenant_id, site_id, name, base_url) values ($1, $2, 'New', 'http://192.0.2.1')",
      [tenantId, siteId],
    ],
    camera_credentials: [
      "(tenant_id, camera_id, sealed) values ($1, $2, 'sealed-sealed-sealed')",
      [tenantId, cameraId],
    ],
    realtime_events: [
      "(tenant_id, id, event_type, site_id, occurred_at) values ($1, gen_random_uuid(), 'camera_online', $2, now())",
      [tenantId, siteId],
    ],
    gate_commands: [
      "(tenant_id, gate_id, reason, requested_by) values ($1, $2, 'delivery', $3)",
      [tenantId, gateId, callerId],
    ],
    site_orders: ["(tenant_id, site_id, kind) values ($1, $2, 'camera_test')", [tenantId, siteId]],
    site_status: [
      "(tenant_id, site_id) values ($1, $2) on conflict (tenant_id, site_id) do update set reported_at = now()",
      [tenantId, siteId],
    ],
    alert_claims: [
      "(tenant_id, event_id, claimed_by) values ($1, (select id from realtime_events where tenant_id = $1 and event_type = 'entry_refused'), $2)",
      [tenantId, callerId],
    ],
    enrolment_codes: [
      "(tenant_id, site_id, created_by) values ($1, $2, $3)",
      [tenantId, siteId, callerId],
    ],
    privacy_settings: ["(tenant_id) values ($1)", [tenantId]],
    opening_rules: ["(tenant_id) values ($1)", [tenantId]],
    audit_log: ["(tenant_id, action, table_name) values ($1, 'insert', 'tenants')", [tenantId]],
  };
  const [rest, values] = inserts[table] ?? ["", []];
  // A claim needs an event that nobody has claimed.
  if (table === "alert_claims") {
    return {
      sql: "insert into alert_claims (tenant_id, event_id, claimed_by) values ($1, $2, $3)",
      values: [tenantId, unclaimed[tenantId] ?? alerts[tenantId], callerId],
    };
  }
  void accounts;
  return { sql: `insert into ${table} ${rest}`, values };
}

const unclaimed: Record<string, string> = {};

describe("row level security", () => {
  beforeAll(async () => {
    for (const { tenantId, siteId, gateId } of [own, foreign]) {
      const id = randomUUID();
      unclaimed[tenantId] = id;
      await project.database.query(
        "insert into realtime_events (tenant_id, id, event_type, site_id, gate_id, occurred_at) values ($1, $2, 'unknown_vehicle', $3, $4, now())",
        [tenantId, id, siteId, gateId],
      );
    }
  });

  it("covers every table, each with its policies enabled and forced (T3)", async () => {
    const { rows } = await project.database.query(
      "select c.relname, c.relrowsecurity and c.relforcerowsecurity as forced from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')",
    );
    expect(rows.map(({ relname }) => relname).sort()).toEqual(Object.keys(EXPECTED).sort());
    expect(rows.filter(({ forced }) => !forced)).toEqual([]);
  });

  for (const [table, rights] of Object.entries(EXPECTED)) {
    for (const verb of VERBS) {
      it(`${verb} on ${table}: ${rights[verb] || "nobody"}`, async () => {
        const allowed: string[] = [];
        for (const role of ROLES) {
          const { userId } = own.accounts[role];
          const { sql, values } = statement(table, verb, own, userId);
          const tried = await tryAs(project.database, member(userId), sql, values);
          if (tried.rows > 0) allowed.push(role);
          else expect([null, "42501"], `${role}: ${tried.message}`).toContain(tried.code);
        }
        expect(allowed.join(" ")).toBe(rights[verb]);
      });

      it(`${verb} on ${table} reaches no other tenant (T1)`, async () => {
        const callers: [string, Caller, string][] = [
          ...ROLES.map(
            (role) =>
              [
                `foreign ${role}`,
                member(foreign.accounts[role].userId),
                foreign.accounts[role].userId,
              ] as [string, Caller, string],
          ),
          ["member of nothing", member(stranger), stranger],
          ["anonymous", ANONYMOUS, stranger],
          ["malformed claims", { role: "authenticated", claims: '{"sub": "1 or true"}' }, stranger],
          ["no claims", { role: "authenticated", claims: "" }, stranger],
        ];
        for (const [name, caller, callerId] of callers) {
          const { sql, values } = statement(table, verb, own, callerId);
          const tried = await tryAs(project.database, caller, sql, values);
          expect(tried.rows, name).toBe(0);
          // 22023: a malformed claims document is refused before any row is looked at.
          expect([null, "42501", "PT404"], `${name}: ${tried.message}`).toContain(tried.code);
        }
      });
    }
  }

  it("takes every right from a member that was deactivated (A2)", async () => {
    const { tenantId, accounts } = own;
    await project.database.query("begin");
    await project.database.query(
      "update user_tenants set active = false where tenant_id = $1 and role = 'guard'",
      [tenantId],
    );
    await project.database.query("commit");
    try {
      for (const table of Object.keys(EXPECTED).filter((name) => name !== "user_tenants")) {
        const { sql, values } = statement(table, "select", own, accounts.guard.userId);
        expect(
          (await tryAs(project.database, member(accounts.guard.userId), sql, values)).rows,
          table,
        ).toBe(0);
      }
    } finally {
      await project.database.query(
        "update user_tenants set active = true where tenant_id = $1 and role = 'guard'",
        [tenantId],
      );
    }
  });

  it("lets nobody carry a row into another tenant that they administer too", async () => {
    const { userId } = own.accounts.admin;
    await project.database.query(
      "insert into user_tenants (tenant_id, user_id, role, display_name) values ($1, $2, 'admin', 'Both')",
      [foreign.tenantId, userId],
    );
    const tried = await tryAs(
      project.database,
      member(userId),
      "update units set tenant_id = $2 where tenant_id = $1",
      [own.tenantId, foreign.tenantId],
    );
    await project.database.query("delete from user_tenants where tenant_id = $1 and user_id = $2", [
      foreign.tenantId,
      userId,
    ]);
    expect(tried.code).toBe("42501");
  });

  it("lets no admin make an owner of anybody, or touch an owner", async () => {
    const admin = member(own.accounts.admin.userId);
    const values = [own.tenantId];
    const promote = await tryAs(
      project.database,
      admin,
      "update user_tenants set role = 'owner' where tenant_id = $1 and role = 'viewer'",
      values,
    );
    expect(promote.code).toBe("42501");
    const demote = await tryAs(
      project.database,
      admin,
      "update user_tenants set role = 'viewer' where tenant_id = $1 and role = 'owner'",
      values,
    );
    expect(demote.rows).toBe(0);
  });
});

describe("functions", () => {
  const person = ({ residentId }: TestTenant) => JSON.stringify({ resident_ids: [residentId] });
  const call = (name: string, tenant: TestTenant): { sql: string; values: unknown[] } => {
    const { tenantId, siteId, gateId, cameraId, accounts } = tenant;
    const alertId = alerts[tenantId];
    const calls: Record<string, [string, unknown[]]> = {
      tenant_topic: ["($1)", [tenantId]],
      register_version: ["($1)", [tenantId]],
      site_heartbeat: ["($1, '{}')", [siteId]],
      set_camera_credentials: ["($1, $2, 'sealed-sealed-sealed')", [tenantId, cameraId]],
      refuse_entry: ["($1, $2, 'no')", [tenantId, alertId]],
      correct_plate: ["($1, $2, 'ABC1234')", [tenantId, alertId]],
      claim_alert: ["($1, $2)", [tenantId, alertId]],
      release_alert: ["($1, $2)", [tenantId, alertId]],
      hand_over: ["($1, 'all quiet')", [tenantId]],
      take_over: ["($1, $2)", [tenantId, handovers[tenantId]]],
      set_gate_mode: ["($1, $2, 'lockdown', 'a fight')", [tenantId, gateId]],
      import_register: ["($1, $2)", [tenantId, ONE_HOUSE]],
      find_events: ["($1, '{}', null, 10)", [tenantId]],
      vehicles_inside: ["($1, now() - interval '1 hour')", [tenantId]],
      admit_member: [
        "($1, $2, $2, 'n@test.example', 'N', 'guard')",
        [tenantId, accounts.guard.userId],
      ],
      create_enrolment_code: ["($1, $2)", [tenantId, siteId]],
      record_gate_test: [
        "($1, (select id from gate_commands where tenant_id = $1 limit 1), true)",
        [tenantId],
      ],
      is_enrolment_good: ["('ABCD-EFGH-JKMN')", []],
      redeem_enrolment: ["('ABCD-EFGH-JKMN', $1, 'key', 'box')", [accounts.guard.userId]],
      account_of: ["('a@test.example')", []],
      pictures_to_remove: ["(10)", []],
      person_summary: ["($1, $2)", [tenantId, person(tenant)]],
      export_person: ["($1, $2, 'folio 1')", [tenantId, person(tenant)]],
      erase_person: ["($1, $2, 'folio 1')", [tenantId, person(tenant)]],
      sessions_of: ["($1, $2)", [tenantId, accounts.guard.userId]],
      end_sessions: ["($1, $2, null)", [tenantId, accounts.guard.userId]],
    };
    const [args, values] = calls[name] ?? ["()", []];
    const isVoid = name === "set_camera_credentials" || name === "admit_member";
    if (name === "find_events" || name === "vehicles_inside") {
      return { sql: `select (select 1 from public.${name}${args} limit 1) as answer`, values };
    }
    return {
      sql: `select ${isVoid ? `1 from public.${name}${args}` : `public.${name}${args} as answer`}`,
      values,
    };
  };
  const gotThrough = (tried: { code: string | null; values: Record<string, unknown>[] }) =>
    tried.code === null &&
    (!("answer" in (tried.values[0] ?? {})) || tried.values[0]?.["answer"] !== null);

  it("are all listed", async () => {
    const { rows } = await project.database.query(
      "select proname, prosecdef from pg_proc where pronamespace = 'public'::regnamespace",
    );
    expect(rows.map(({ proname }) => proname).sort()).toEqual(
      Object.keys(EXPECTED_FUNCTIONS).sort(),
    );
    expect(rows.filter(({ prosecdef }) => prosecdef)).toEqual([]);
  });

  it.each(Object.entries(EXPECTED_FUNCTIONS))("%s: %s", async (name, roles) => {
    const allowed: string[] = [];
    for (const role of ROLES) {
      const { sql, values } = call(name, own);
      if (gotThrough(await tryAs(project.database, member(own.accounts[role].userId), sql, values)))
        allowed.push(role);
    }
    expect(allowed.join(" ")).toBe(roles);
  });

  it.each(Object.keys(EXPECTED_FUNCTIONS))(
    "%s answers a foreign id exactly as an unknown one (T1)",
    async (name) => {
      const unknown = {
        ...own,
        tenantId: randomUUID(),
        siteId: randomUUID(),
        cameraId: randomUUID(),
      };
      for (const role of ROLES) {
        const caller = member(foreign.accounts[role].userId);
        const foreignCall = call(name, own);
        const unknownCall = call(name, unknown);
        const there = await tryAs(project.database, caller, foreignCall.sql, foreignCall.values);
        const nowhere = await tryAs(
          project.database,
          caller,
          unknownCall.sql,
          unknownCall.values.map((value) => value ?? randomUUID()),
        );
        expect(gotThrough(there), role).toBe(false);
        expect([there.code, there.message]).toEqual([nowhere.code, nowhere.message]);
      }
    },
  );

  it("are closed to anonymous callers, the private ones included", async () => {
    const { rows } = await project.database.query(
      "select p.oid::regprocedure::text as name from pg_proc p where p.pronamespace in ('public'::regnamespace, 'app'::regnamespace) and has_function_privilege('anon', p.oid, 'execute')",
    );
    expect(rows).toEqual([]);
  });

  it("that run with their owner's rights have a fixed search path (T4)", async () => {
    const { rows } = await project.database.query(
      "select p.oid::regprocedure::text as name from pg_proc p where p.pronamespace = 'app'::regnamespace and p.prosecdef and not coalesce('search_path=\"\"' = any (p.proconfig), false)",
    );
    expect(rows).toEqual([]);
  });
});
