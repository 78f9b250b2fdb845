import { randomUUID } from "node:crypto";
import {
  createTenant,
  startProject,
  type TestProject,
  type TestTenant,
  until,
} from "@portero/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let project: TestProject;
let tenant: TestTenant;

beforeAll(async () => {
  project = await startProject();
  tenant = await createTenant(project.admin);
});
afterAll(() => project?.stop());

/** Inserts an event as a site's batch does: with the tenant's counter taken already. */
const EVENT = `insert into realtime_events (tenant_id, id, event_type, site_id, gate_id, occurred_at, payload)
  values ($1, gen_random_uuid(), $2, $3, $4, clock_timestamp(), $5)`;

interface Story {
  /** What somebody else does with the row at the same moment. */
  change(): PromiseLike<{ error: { message: string } | null }>;
  eventType: string;
  payload: object;
}

async function commandOf(alertId: string | null): Promise<string> {
  const { rows } = await project.database.query<{ id: string }>(
    `insert into gate_commands (tenant_id, gate_id, reason, alert_event_id, requested_by)
     values ($1, $2, 'ride', $3, $4) returning id`,
    [tenant.tenantId, tenant.gateId, alertId, tenant.accounts.guard.userId],
  );
  return rows[0]?.id ?? "";
}

const stories: [string, () => Promise<Story>][] = [
  [
    "the event of a command, and the site's report about it",
    async () => {
      const id = await commandOf(null);
      const edge = await project.client(tenant.accounts.edge);
      return {
        change: () => edge.from("gate_commands").update({ status: "accepted" }).eq("id", id),
        eventType: "gate_opened",
        payload: { command_id: id, confirmed: true },
      };
    },
  ],
  [
    "the event of a command that expired, and the guard who asks again",
    async () => {
      const alertId = randomUUID();
      await project.database.query(
        `insert into realtime_events (tenant_id, id, event_type, site_id, gate_id, occurred_at)
         values ($1, $2, 'unknown_vehicle', $3, $4, clock_timestamp())`,
        [tenant.tenantId, alertId, tenant.siteId, tenant.gateId],
      );
      const id = await commandOf(alertId);
      await project.database.query(
        "update gate_commands set expires_at = clock_timestamp() - interval '1 second' where id = $1",
        [id],
      );
      const guard = await project.client(tenant.accounts.guard);
      return {
        change: () =>
          guard.from("gate_commands").insert({
            tenant_id: tenant.tenantId,
            gate_id: tenant.gateId,
            reason: "ride",
            alert_event_id: alertId,
          }),
        eventType: "gate_command_failed",
        payload: { command_id: id, outcome: "expired" },
      };
    },
  ],
  ...(["update", "delete"] as const).map((verb): [string, () => Promise<Story>] => [
    `a visitor's arrival, and the ${verb} of the pass`,
    async () => {
      const { rows } = await project.database.query<{ id: string }>(
        `insert into visitor_passes (tenant_id, unit_id, visitor_name, plate, valid_until)
         values ($1, $2, 'V', 'VIS1234', now() + interval '1 day') returning id`,
        [tenant.tenantId, tenant.unitId],
      );
      const id = rows[0]?.id ?? "";
      const admin = await project.client(tenant.accounts.admin);
      const passes = admin.from("visitor_passes");
      const change = verb === "update" ? passes.update({ visitor_name: "W" }) : passes.delete();
      return {
        change: () => change.eq("id", id),
        eventType: "visitor_arrived",
        payload: { pass_id: id },
      };
    },
  ]),
];

describe("two who write at the same moment", () => {
  it.each(stories)("wait for each other in turn: %s", async (_what, begin) => {
    const { change, eventType, payload } = await begin();
    const site = new pg.Client({ connectionString: project.supabase.databaseUrl });
    await site.connect();
    try {
      const insert = (type: string, facts: object) =>
        site.query(EVENT, [tenant.tenantId, type, tenant.siteId, tenant.gateId, facts]);
      await site.query("begin");
      await insert("camera_online", {});
      let isChanged = false;
      const changed = Promise.resolve(change()).finally(() => {
        isChanged = true;
      });
      await until("the other one waits for the site", async () => {
        const { rowCount } = await project.database.query(
          "select from pg_stat_activity where pg_blocking_pids(pid) <> '{}'",
        );
        return rowCount === 1 || isChanged;
      });
      await insert(eventType, payload);
      await site.query("commit");
      expect((await changed).error).toBeNull();
    } finally {
      await site.end();
    }
  });
});
