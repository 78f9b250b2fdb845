import { randomUUID } from "node:crypto";
import { createTenant, startProject, type TestProject, type TestTenant } from "@portero/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

let project: TestProject;
let tenant: TestTenant;

beforeAll(async () => {
  project = await startProject();
});
beforeEach(async () => {
  tenant = await createTenant(project.admin);
});
afterAll(() => project?.stop());

const SIGHTING = {
  characters: [{ character: "A", confidence: 0.9, alternatives: [] }],
  frames: [],
  suggestions: [],
};

/** An event of that many days ago, made where its insert's trigger cannot say that it happens now. */
async function eventOf(
  daysAgo: number,
  payload: Record<string, unknown>,
  snapshotPath: string | null = null,
): Promise<string> {
  const id = randomUUID();
  await project.database.query(
    `insert into realtime_events (tenant_id, id, event_type, occurred_at, payload, snapshot_path)
     values ($1, $2, 'unknown_vehicle', now() - make_interval(days => $3), $4, $5)`,
    [tenant.tenantId, id, daysAgo, JSON.stringify(payload), snapshotPath],
  );
  return id;
}

async function rows<Row extends object>(sql: string, ...values: unknown[]): Promise<Row[]> {
  return (await project.database.query<Row>(sql, [tenant.tenantId, ...values])).rows;
}

const event = async (id: string) =>
  (
    await rows<{ plate: string | null; snapshot_path: string | null; payload: object }>(
      "select plate, snapshot_path, payload from realtime_events where tenant_id = $1 and id = $2",
      id,
    )
  )[0];

const retain = () => project.database.query("select app.apply_retention(100)");

/** In how many rows of the tenant a text still stands, by table. */
async function traces(text: string): Promise<Record<string, number>> {
  const { rows: tables } = await project.database.query<{ name: string }>(
    "select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id'",
  );
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await rows<{ count: number }>(
      `select count(*)::integer as count from public."${name}" x where tenant_id = $1 and x::text ilike $2`,
      `%${text}%`,
    );
    if (row?.count) found[name] = row.count;
  }
  return found;
}

describe("what is kept, and how long", () => {
  it("lets a stranger's plate go after its days and keeps what happened", async () => {
    await tenant.enrol("OWN1234");
    const stranger = await eventOf(91, { ...SIGHTING, plate: "STR1234", confidence: 0.9 });
    const fresh = await eventOf(89, { ...SIGHTING, plate: "STR1234" });
    const own = await eventOf(91, { ...SIGHTING, plate: "OWN1234" });
    await retain();
    expect(await event(stranger)).toMatchObject({
      plate: null,
      payload: { plate: null, characters: [], confidence: 0.9, erased: true },
    });
    expect((await event(fresh))?.plate).toBe("STR1234");
    expect((await event(own))?.plate).toBe("OWN1234");
  });

  it("forgets pictures before events, and events last", async () => {
    const path = `${tenant.tenantId}/2026-01-01/a.jpg`;
    const seen = await eventOf(31, { plate_snapshot_path: path }, path);
    const over = await eventOf(366, {});
    await retain();
    expect(await event(seen)).toMatchObject({ snapshot_path: null, payload: {} });
    expect(await event(over)).toBeUndefined();
  });

  it("removes passes that are long over, also from the record", async () => {
    await project.database.query(
      "insert into visitor_passes (tenant_id, unit_id, visitor_name, plate, valid_from, valid_until) values ($1, $2, 'Zacarias', 'VIS1234', now() - interval '92 days', now() - interval '91 days')",
      [tenant.tenantId, tenant.unitId],
    );
    await retain();
    expect(await traces("Zacarias")).toEqual({});
    const left = await rows(
      "select action from audit_log where tenant_id = $1 and table_name = 'visitor_passes' order by id",
    );
    expect(left).toEqual([{ action: "insert" }, { action: "delete" }]);
  });

  it("goes by the tenant's own numbers, which cannot make the record forget this year", async () => {
    const admin = await project.client(tenant.accounts.admin);
    const change = (values: object) =>
      admin.from("privacy_settings").update(values).eq("tenant_id", tenant.tenantId).select();
    expect((await change({ audit_days: 30 })).error?.code).toBe("23514");
    await change({ stranger_plates_days: 7 }).throwOnError();
    const stranger = await eventOf(8, { ...SIGHTING, plate: "STR1234" });
    await retain();
    expect((await event(stranger))?.plate).toBeNull();
    const { data } = await admin
      .from("audit_log")
      .select("actor, after")
      .eq("table_name", "privacy_settings")
      .throwOnError();
    expect(data).toMatchObject([
      { actor: tenant.accounts.admin.userId, after: { stranger_plates_days: 7 } },
    ]);
  });

  it("names pictures to remove whose day or whose person is over", async () => {
    const put = (path: string) =>
      project.admin.storage
        .from("snapshots")
        .upload(`${tenant.tenantId}/${path}`, new Blob(["x"], { type: "image/jpeg" }));
    const today = new Date().toISOString().slice(0, 10);
    for (const path of ["2020-01-01/a.jpg", `${today}/b.jpg`, "live/c.jpg"]) {
      expect((await put(path)).error).toBeNull();
    }
    const { data } = await project.admin.rpc("pictures_to_remove", { p_limit: 10 }).throwOnError();
    expect(data).toEqual([`${tenant.tenantId}/2020-01-01/a.jpg`]);
  });
});

describe("one person's data", () => {
  const subject = () => ({ resident_ids: [tenant.residentId], pass_ids: [], plates: [] });
  const call = async (name: string, account: keyof TestTenant["accounts"] = "admin") =>
    (await project.client(tenant.accounts[account])).rpc(name, {
      p_tenant_id: tenant.tenantId,
      p_subject: subject(),
      ...(name !== "person_summary" && { p_reference: "folio 7" }),
    });

  beforeEach(async () => {
    await tenant.enrol("ROJ4512");
    await project.database.query("update residents set phone = '5550001' where id = $1", [
      tenant.residentId,
    ]);
    const path = `${tenant.tenantId}/2026-11-01/e.jpg`;
    await eventOf(1, { ...SIGHTING, plate: "ROJ4512", resident_name: "Familia Rojas" }, path);
    await eventOf(1, {
      ...SIGHTING,
      plate: "OTH1111",
      candidates: [
        { plate: "ROJ4512", score: -9 },
        { plate: "OTH1111", score: -1 },
      ],
      suggestions: [
        { plate: "ROJ4512", resident_name: "Familia Rojas", unit_name: "x", distance: 1 },
      ],
    });
  });

  it("can be taken out whole, which is recorded in numbers", async () => {
    const { data, error } = await call("export_person");
    expect(error).toBeNull();
    expect(data).toMatchObject({
      residents: [{ full_name: "Familia Rojas", phone: "5550001", unit_name: "Casa 14" }],
      vehicles: [{ plate: "ROJ4512" }],
      events: [{ plate: "ROJ4512" }],
    });
    const record = await rows(
      "select action, after from audit_log where tenant_id = $1 and table_name = 'person'",
    );
    expect(record).toEqual([
      {
        action: "export",
        after: {
          residents: 1,
          vehicles: 1,
          passes: 0,
          events: 1,
          pictures: 1,
          record: 3,
          reference: "folio 7",
        },
      },
    ]);
  });

  it("is nowhere after its erasure, and the record says who did it", async () => {
    expect((await call("erase_person")).error).toBeNull();
    expect(await traces("Rojas")).toEqual({});
    expect(await traces("ROJ4512")).toEqual({});
    expect(await traces("5550001")).toEqual({});
    expect(
      await rows("select plate from realtime_events where tenant_id = $1 order by seq"),
    ).toEqual([{ plate: null }, { plate: "OTH1111" }]);
    const [entry] = await rows(
      "select actor, action, after from audit_log where tenant_id = $1 order by id desc limit 1",
    );
    expect(entry).toMatchObject({
      actor: tenant.accounts.admin.userId,
      action: "erase",
      after: { vehicles: 1, events: 1, reference: "folio 7" },
    });
    expect(await rows("select path from app.condemned_pictures where tenant_id = $1")).toHaveLength(
      1,
    );
  });

  it("is not a guard's to see or erase", async () => {
    for (const name of ["person_summary", "export_person", "erase_person"]) {
      expect((await call(name, "guard")).error?.code, name).toBe("PT404");
    }
  });
});

it("the record loses a person's data and nothing else, whoever asks", async () => {
  const change = (what: string) =>
    project.database.query(`update audit_log set ${what} where tenant_id = $1`, [tenant.tenantId]);
  for (const what of [
    "action = 'delete'",
    "before = null",
    "actor_name = 'x', before = null, after = null, erased_at = now()",
  ]) {
    await expect(change(what), what).rejects.toMatchObject({ code: "42501" });
  }
  await change("before = null, after = null, erased_at = now()");
});

it("an ended session is nobody at once, with the token that it still holds", async () => {
  const [admin, guard] = await Promise.all([
    project.client(tenant.accounts.admin),
    project.client(tenant.accounts.guard),
  ]);
  const person = { p_tenant_id: tenant.tenantId, p_user_id: tenant.accounts.guard.userId };
  const { data } = await admin.rpc("sessions_of", person).throwOnError();
  expect(data).toMatchObject([{ is_current: false }]);
  const seen = async () => (await guard.from("units").select("id").throwOnError()).data?.length;
  expect(await seen()).toBe(1);
  await admin.rpc("end_sessions", { ...person, p_session_id: data[0].id }).throwOnError();
  expect(await seen()).toBe(0);
  expect((await guard.rpc("tenant_topic", { p_tenant_id: tenant.tenantId })).data).toBeNull();
  expect((await admin.rpc("sessions_of", person)).data).toEqual([]);
});

it("an admin ends no owner's session", async () => {
  const admin = await project.client(tenant.accounts.admin);
  const { error } = await admin.rpc("end_sessions", {
    p_tenant_id: tenant.tenantId,
    p_user_id: tenant.accounts.owner.userId,
  });
  expect(error?.code).toBe("PT404");
});
