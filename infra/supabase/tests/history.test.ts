import { randomUUID } from "node:crypto";
import { createTenant, startProject, type TestProject, type TestTenant } from "@portero/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

type SupabaseClient = Awaited<ReturnType<TestProject["client"]>>;

let project: TestProject;
let tenant: TestTenant;
let guard: SupabaseClient;

beforeAll(async () => {
  project = await startProject();
  tenant = await createTenant(project.admin);
  guard = await project.client(tenant.accounts.guard);
});
afterAll(() => project?.stop());

/** An event of so many minutes ago. */
async function happened(eventType: string, payload: object, minutesAgo = 0): Promise<string> {
  const id = randomUUID();
  await project.database.query(
    `insert into realtime_events (tenant_id, id, event_type, site_id, gate_id, occurred_at, payload)
     values ($1, $2, $3, $4, $5, clock_timestamp() - make_interval(mins => $6), $7)`,
    [tenant.tenantId, id, eventType, tenant.siteId, tenant.gateId, minutesAgo, payload],
  );
  return id;
}

const find = async (filter: object, beforeSeq?: number | null, limit = 50) => {
  const { data } = await guard
    .rpc("find_events", {
      p_tenant_id: tenant.tenantId,
      p_filter: filter,
      p_before_seq: beforeSeq ?? null,
      p_limit: limit,
    })
    .throwOnError();
  return data as { id: string; seq: number; plate: string | null; payload: object }[];
};

describe("the history", () => {
  it("brings with each event what followed it, whatever the filter says of that", async () => {
    const [stranger, other] = [
      await happened("unknown_vehicle", { sighting_id: "s1", plate: "FND8001" }),
      await happened("unknown_vehicle", { sighting_id: "s2", plate: "OTHER01" }),
    ];
    const opened = await happened("gate_opened", { alert_event_id: stranger, by_name: "Luis" });
    const left = await happened("vehicle_left", { sighting_id: "s1" });
    await happened("vehicle_left", { sighting_id: "s2", alert_event_id: other });

    const found = await find({ plate: "FND8", types: ["unknown_vehicle"] });
    expect(found.map(({ id }) => id)).toEqual([left, opened, stranger]);
  });

  it("is narrowed by plate with look-alikes, house, person, gate and time", async () => {
    const a = await happened(
      "resident_arrived",
      { plate: "NRW8A1", unit_name: "Casa 7", resident_name: "Ana 100%_\\ Díaz" },
      30,
    );
    const b = await happened(
      "visitor_arrived",
      { plate: "NRWBA1", unit_name: "Casa 77", visitor_name: "Ana Díaz" },
      90,
    );
    const idsOf = async (filter: object) =>
      (await find({ types: ["resident_arrived", "visitor_arrived"], ...filter }))
        .map(({ id }) => id)
        .sort();
    const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();
    expect(await idsOf({ plate: "NRW8" })).toEqual([a]);
    expect(await idsOf({ plate: "NRW[8B]" })).toEqual([a, b].sort());
    expect(await idsOf({ unit: "Casa 7" })).toEqual([a]);
    expect(await idsOf({ person: "ana díaz" })).toEqual([b]);
    expect(await idsOf({ person: "100%_\\" })).toEqual([a]);
    expect(await idsOf({ gate_id: randomUUID() })).toEqual([]);
    expect(await idsOf({ plate: "NRW", from: at(60) })).toEqual([a]);
    expect(await idsOf({ plate: "NRW", until: at(60) })).toEqual([b]);
  });

  it.each(["(", "A.*", "[^A]", "", "a"])(
    "takes no other pattern for a plate: %s",
    async (plate) => {
      await expect(find({ plate })).rejects.toMatchObject({ code: "22023" });
    },
  );

  it("goes back page by page", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) ids.push(await happened("camera_online", {}));
    const seen: string[] = [];
    let before: number | null = null;
    for (;;) {
      const page = await find({ types: ["camera_online"] }, before, 2);
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
      before = Math.min(...page.map(({ seq }) => seq));
    }
    expect(seen).toEqual(ids.reverse());
  });
});

describe("a page of the history", () => {
  it("ends with one that was looked for, so that the next one leaves nothing out", async () => {
    const ids = [
      await happened("resident_arrived", { sighting_id: "s6", plate: "PGE0001" }),
      await happened("resident_arrived", { sighting_id: "s7", plate: "PGE0002" }),
      await happened("gate_opened", { sighting_id: "s6" }),
      await happened("gate_opened", { sighting_id: "s7" }),
    ];
    const first = await find({}, null, 2);
    expect(first.map(({ id }) => id)).toEqual([ids[3], ids[2]]);
    const next = await find({}, first.at(-1)?.seq, 2);
    expect(next.map(({ id }) => id)).toEqual([...ids].reverse());
  });

  it("leaves out the evidence, and nothing else", async () => {
    const evidence = { characters: [{}], candidates: [{}], frames: [{}], suggestions: [{}] };
    const kept = { sighting_id: "s8", plate: "PGE0003", unit_name: "Casa 7" };
    await happened("resident_arrived", { ...kept, ...evidence, timings_ms: { read: 9 }, vote: {} });
    const [found] = await find({ plate: "PGE0003" });
    const none = { characters: [], candidates: [], frames: [], suggestions: [], timings_ms: {} };
    expect(found).toMatchObject({ plate: "PGE0003", payload: { ...kept, ...none } });
    expect(found?.payload).not.toHaveProperty("vote");
  });
});

describe("who is inside", () => {
  const inside = async () => {
    const { data } = await guard
      .rpc("vehicles_inside", {
        p_tenant_id: tenant.tenantId,
        p_since: new Date(Date.now() - 24 * 3_600_000).toISOString(),
      })
      .throwOnError();
    return data as { plate: string; unit_name: string | null; opened_by: string | null }[];
  };
  const isInside = async (plate: string) =>
    (await inside()).some((vehicle) => vehicle.plate === plate);

  it("holds whoever came in and has not left", async () => {
    await happened("resident_arrived", { plate: "INS0001", unit_name: "Casa 14" }, 50);
    expect((await inside()).find(({ plate }) => plate === "INS0001")?.unit_name).toBe("Casa 14");
    await happened("resident_departed", { plate: "INS0001", direction: "exit" }, 40);
    expect(await isInside("INS0001")).toBe(false);
    await happened("resident_arrived", { plate: "INS0001", direction: "entry" }, 30);
    expect(await isInside("INS0001")).toBe(true);
  });

  it("holds a stranger only once a guard has opened", async () => {
    const alert = await happened("unknown_vehicle", { sighting_id: "s3", plate: "INS0002" }, 20);
    expect(await isInside("INS0002")).toBe(false);
    await happened("gate_opened", { alert_event_id: alert, by_name: "Luis" }, 19);
    expect((await inside()).find(({ plate }) => plate === "INS0002")?.opened_by).toBe("Luis");
  });

  it("knows a vehicle by the plate that a guard read", async () => {
    const alert = await happened("unknown_vehicle", { sighting_id: "s4", plate: "INS0O03" }, 20);
    await happened("plate_corrected", { alert_event_id: alert, plate: "INS0003" }, 19);
    await happened("gate_opened", { alert_event_id: alert }, 18);
    expect([await isInside("INS0003"), await isInside("INS0O03")]).toEqual([true, false]);
  });

  it("lets out whom a guard let out", async () => {
    await happened("visitor_arrived", { plate: "INS0004" }, 20);
    const exit = { sighting_id: "s5", plate: "INS0004", direction: "exit" };
    await happened("unknown_vehicle", exit, 10);
    expect(await isInside("INS0004")).toBe(true);
    await happened("gate_opened", { sighting_id: "s5" }, 9);
    expect(await isInside("INS0004")).toBe(false);
  });
});
