import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AnyClient, startTestRest, type TestRest } from "./testing.ts";
import { FILM_ROWS, FILM_SCHEMA } from "./testing-schema.ts";

let rest: TestRest;
let db: AnyClient;

beforeAll(async () => {
  const allowRollback = "alter role authenticator set pgrst.db_tx_end = 'commit-allow-override';";
  rest = await startTestRest(allowRollback + FILM_SCHEMA + FILM_ROWS);
  db = await rest.client("service_role");
});
afterAll(() => rest?.stop());

beforeEach(async () => {
  await rest.query(
    `truncate actors, addresses, orders, employees restart identity cascade; insert into addresses values (1, 'Paris'), (2, 'Tokyo');
     insert into actors values (1, 'Marchand'), (2, 'Nakadai')`,
  );
});

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  rest.fetch(path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
const stored = async (table: string) =>
  (await rest.query(`select * from ${table} order by 1`)).rows;

describe("insert", () => {
  it("answers 201 with nothing unless asked", async () => {
    const answer = await db.from("actors").insert({ id: 7, name: "Idle" });
    expect(answer).toMatchObject({ status: 201, data: null, error: null });
    expect(await stored("actors")).toHaveLength(3);
  });

  it("shows what was inserted, with what it belongs to", async () => {
    const answer = await db
      .from("orders")
      .insert({ billing_id: 1, note: "n" })
      .select("note,total,to:addresses!billing(city)")
      .single();
    expect(answer).toMatchObject({
      status: 201,
      data: { note: "n", total: 7, to: { city: "Paris" } },
    });
  });

  it("inserts many, whose missing keys are null", async () => {
    const { data } = await db
      .from("employees")
      .insert([{ id: 1, name: "a" }, { id: 2 }])
      .select();
    expect(data).toEqual([
      { id: 1, name: "a", boss_id: null },
      { id: 2, name: null, boss_id: null },
    ]);
  });

  it("inserts many, whose missing keys are defaults, when asked", async () => {
    const rows = [{ note: "a", total: 1 }, { note: "b" }];
    const strict = await db.from("orders").insert(rows).select("total").order("total");
    expect(strict.data).toEqual([{ total: 1 }, { total: null }]);
    await rest.query("truncate orders");
    const { data } = await db
      .from("orders")
      .insert(rows, { defaultToNull: false })
      .select("total,note");
    expect(data).toEqual([
      { total: 1, note: "a" },
      { total: 7, note: "b" },
    ]);
  });

  it("takes only the columns that are named", async () => {
    const body = [{ id: 5, name: "five", more: "ignored" }];
    expect((await send("POST", "/actors?columns=id,name", body)).status).toBe(201);
    expect(await stored("actors")).toContainEqual({ id: 5, name: "five" });
  });

  it("fills a row of an empty object with defaults", async () => {
    expect((await db.from("orders").insert({}).select("total")).data).toEqual([{ total: 7 }]);
    expect((await db.from("orders").insert([{}, {}]).select("total")).data).toHaveLength(2);
    expect((await db.from("orders").insert([]).select("total")).data).toEqual([]);
  });

  it("keeps every digit of a big number", async () => {
    await send("POST", "/orders", '{"total":9007199254740993}');
    expect((await stored("orders"))[0].total).toBe("9007199254740993");
  });

  it("says where the row is, and counts, in headers", async () => {
    const response = await send(
      "POST",
      "/actors",
      { id: 9, name: "x" },
      { prefer: "return=headers-only, count=exact" },
    );
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe("/actors?id=eq.9");
    expect(response.headers.get("content-range")).toBe("*/1");
    expect(response.headers.get("preference-applied")).toBe("return=headers-only, count=exact");
    expect(await response.text()).toBe("");
  });

  it("reads CSV and forms", async () => {
    await send("POST", "/employees", "id,name\n1,Ana\n2,NULL", { "content-type": "text/csv" });
    await send("POST", "/employees", "id=3&name=Cid", {
      "content-type": "application/x-www-form-urlencoded",
    });
    expect((await stored("employees")).map((row) => row.name)).toEqual(["Ana", null, "Cid"]);
  });

  it.each([
    [{ id: 1, name: "twice" }, 409, { code: "23505", details: "Key (id)=(1) already exists." }],
    [{ id: 8 }, 400, { code: "23502" }],
    [
      { id: 8, nam: "x" },
      400,
      {
        code: "PGRST204",
        message: "Could not find the 'nam' column of 'actors' in the schema cache",
      },
    ],
    ["{", 400, { code: "PGRST102", message: "Empty or invalid json" }],
    ["", 400, { code: "PGRST102", message: "Empty or invalid json" }],
    [
      [{ id: 8, name: "a" }, { id: 9 }],
      400,
      { code: "PGRST102", message: "All object keys must match" },
    ],
    [{ id: "x", name: "a" }, 400, { code: "22P02" }],
  ])("refuses %j", async (body, status, expected) => {
    const response = await send("POST", "/actors", body);
    expect([response.status, await response.json()]).toMatchObject([status, expected]);
  });

  it("refuses types it does not read", async () => {
    const response = await send("POST", "/actors", "<a/>", { "content-type": "text/xml" });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { message: "Content-Type not acceptable: text/xml" },
    ]);
  });

  it("refuses a row that belongs to nothing", async () => {
    const { error, status } = await db.from("orders").insert({ billing_id: 99 });
    expect([status, error?.code]).toEqual([409, "23503"]);
  });
});

describe("upsert", () => {
  it("merges duplicates: 200 when nothing is new, 201 when something is", async () => {
    const known = await db.from("actors").upsert({ id: 1, name: "Renamed" }).select();
    expect(known).toMatchObject({ status: 200, data: [{ id: 1, name: "Renamed" }] });
    const mixed = await db
      .from("actors")
      .upsert([
        { id: 1, name: "A" },
        { id: 3, name: "B" },
      ])
      .select();
    expect(mixed).toMatchObject({ status: 201 });
    expect(mixed.data).toHaveLength(2);
  });

  it("leaves duplicates alone when asked", async () => {
    const rows = [
      { id: 1, name: "no" },
      { id: 4, name: "yes" },
    ];
    const answer = await db.from("actors").upsert(rows, { ignoreDuplicates: true }).select();
    expect(answer).toMatchObject({ status: 201, data: [{ id: 4, name: "yes" }] });
  });

  it("recognises duplicates by other unique columns", async () => {
    await db.from("orders").insert({ note: "same", total: 1 });
    const answer = await db
      .from("orders")
      .upsert({ note: "same", total: 2 }, { onConflict: "note" })
      .select("total");
    expect(answer).toMatchObject({ status: 200, data: [{ total: 2 }] });
    const response = await send(
      "POST",
      "/orders?on_conflict=nope",
      { note: "x" },
      { prefer: "resolution=merge-duplicates" },
    );
    expect([response.status, await response.json()]).toMatchObject([400, { code: "42703" }]);
  });

  it("puts one row where its key says", async () => {
    const made = await send(
      "PUT",
      "/actors?id=eq.6",
      { id: 6, name: "put" },
      { prefer: "return=representation" },
    );
    expect([made.status, await made.json()]).toEqual([201, [{ id: 6, name: "put" }]]);
    expect((await send("PUT", "/actors?id=eq.6", { id: 6, name: "again" })).status).toBe(204);
  });

  it.each([
    ["/actors?id=eq.6", { id: 7, name: "x" }, 400, "PGRST115"],
    ["/actors?name=eq.x", { id: 7, name: "x" }, 405, "PGRST105"],
    ["/actors?id=gt.6", { id: 7, name: "x" }, 405, "PGRST105"],
    ["/actors?id=eq.7&limit=1", { id: 7, name: "x" }, 400, "PGRST114"],
  ])("PUT %s refuses %j", async (path, body, status, code) => {
    const response = await send("PUT", path, body);
    expect([response.status, await response.json()]).toMatchObject([status, { code: code }]);
    expect(await stored("actors")).toHaveLength(2);
  });
});

describe("update", () => {
  it("changes what filters find", async () => {
    const answer = await db.from("actors").update({ name: "x" }, { count: "exact" }).eq("id", 1);
    expect(answer).toMatchObject({ status: 204, count: 1, data: null });
    expect(await stored("actors")).toEqual([
      { id: 1, name: "x" },
      { id: 2, name: "Nakadai" },
    ]);
  });

  it("shows the changed rows with their embeds", async () => {
    await db.from("orders").insert({ id: 1, billing_id: 1 });
    const { data } = await db
      .from("orders")
      .update({ billing_id: 2 })
      .or("id.eq.1,note.eq.none")
      .select("billing(city)");
    expect(data).toEqual([{ billing: { city: "Tokyo" } }]);
  });

  it("says which rows changed in Content-Range", async () => {
    const response = await send(
      "PATCH",
      "/actors?id=gt.0",
      { name: "x" },
      { prefer: "return=minimal" },
    );
    expect([response.status, response.headers.get("content-range")]).toEqual([204, "0-1/*"]);
  });

  it("changes nothing when no row is found or nothing is to be set", async () => {
    const none = await db.from("actors").update({ name: "x" }).eq("id", 99).select();
    expect(none).toMatchObject({ status: 200, data: [] });
    const empty = await db.from("actors").update({}).eq("id", 1).select();
    expect(empty).toMatchObject({ status: 200, data: [] });
  });

  it("refuses to change every row by oversight", async () => {
    const answer = await db.from("actors").update({ name: "x" });
    expect(answer).toMatchObject({
      status: 400,
      error: { code: "21000", message: "UPDATE requires a WHERE clause" },
    });
  });

  it("rolls back when one row was wanted and others were changed", async () => {
    const answer = await db.from("actors").update({ name: "x" }).gt("id", 0).select().single();
    expect(answer).toMatchObject({
      status: 406,
      error: { code: "PGRST116", details: "The result contains 2 rows" },
    });
    expect(await stored("actors")).toContainEqual({ id: 1, name: "Marchand" });
  });

  it("rolls back when more rows are affected than allowed", async () => {
    const answer = await db.from("actors").update({ name: "x" }).gt("id", 0).maxAffected(1);
    expect(answer).toMatchObject({
      status: 400,
      error: {
        code: "PGRST124",
        message: "Query result exceeds max-affected preference constraint",
        details: "The query affects 2 rows",
      },
    });
    expect(await stored("actors")).toContainEqual({ id: 1, name: "Marchand" });
    expect((await db.from("actors").update({ name: "x" }).eq("id", 1).maxAffected(1)).status).toBe(
      204,
    );
  });
});

describe("delete", () => {
  it("removes what filters find, and can show it", async () => {
    const answer = await db.from("actors").delete({ count: "exact" }).eq("id", 1).select();
    expect(answer).toMatchObject({ status: 200, count: 1, data: [{ id: 1, name: "Marchand" }] });
    expect((await db.from("actors").delete().eq("id", 2)).status).toBe(204);
    expect(await stored("actors")).toEqual([]);
  });

  it("refuses to remove every row by oversight", async () => {
    const { error } = await db.from("actors").delete();
    expect(error).toMatchObject({ code: "21000", message: "DELETE requires a WHERE clause" });
  });

  it("rolls back when more rows are affected than allowed", async () => {
    const { error } = await db.from("actors").delete().gt("id", 0).maxAffected(1).select();
    expect(error?.code).toBe("PGRST124");
    expect(await stored("actors")).toHaveLength(2);
  });
});

describe("tx=rollback", () => {
  it("shows what would happen, and undoes it", async () => {
    const answer = await db.from("actors").insert({ id: 5, name: "x" }).select().rollback();
    expect(answer).toMatchObject({ status: 201, data: [{ id: 5, name: "x" }] });
    await db.from("actors").delete().eq("id", 1).rollback();
    expect(await stored("actors")).toHaveLength(2);
  });
});

describe("methods", () => {
  it("names those it does not know", async () => {
    const response = await send("PATCH", "/rpc/add", { a: 1 });
    expect([response.status, await response.json()]).toMatchObject([
      405,
      { code: "PGRST101", message: "Cannot use the PATCH method on RPC" },
    ]);
  });
});
