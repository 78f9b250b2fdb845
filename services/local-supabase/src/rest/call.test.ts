import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AnyClient, startTestRest, type TestRest } from "./testing.ts";
import { FILM_ROWS, FILM_SCHEMA } from "./testing-schema.ts";

let rest: TestRest;
let db: AnyClient;

beforeAll(async () => {
  rest = await startTestRest(FILM_SCHEMA + FILM_ROWS);
  db = await rest.client("service_role");
});
afterAll(() => rest?.stop());

describe("a function's answer", () => {
  it.each([
    ["one value", "add", { a: 1 }, 11],
    ["with all arguments", "add", { a: 1, b: 2 }, 3],
    ["values", "years", {}, [1962, 1985, 1990, 2000, 2005]],
    ["a row", "best_film", {}, expect.objectContaining({ title: "Ran" })],
    ["output parameters", "split", { whole: "abc" }, { head: "a", tail: "bc" }],
    ["what it got as a whole", "echo", { any: ["thing"] }, { any: ["thing"] }],
    ["a variadic's", "concat_all", { parts: ["a", "b"] }, "a-b"],
    ["an overload, by its parameter's name", "overloaded", { b: true }, "b"],
  ])("%s", async (_name, name, args, expected) => {
    const answer = await db.rpc(name, args);
    expect(answer).toMatchObject({ status: 200, error: null });
    expect(answer.data).toEqual(expected);
  });

  it("is nothing for a void function", async () => {
    expect(await db.rpc("nothing")).toMatchObject({ status: 204, data: null, error: null });
  });

  it("can be read like a table", async () => {
    const answer = await db
      .rpc("films_of", { director: "Kurosawa" }, { count: "exact" })
      .select("title,shout,directors(name),roles!inner(actor_id)")
      .gt("year", 1980)
      .order("year", { ascending: false })
      .limit(1);
    expect(answer).toMatchObject({ status: 206, count: 2 });
    expect(answer.data).toEqual([
      {
        title: "Dreams",
        shout: "DREAMS",
        directors: { name: "Kurosawa" },
        roles: [{ actor_id: 2 }],
      },
    ]);
  });

  it("has columns where it declares them", async () => {
    const { data } = await db.rpc("totals").select("films").eq("year", 1985).single();
    expect(data).toEqual({ films: 1 });
    const { error } = await db.rpc("totals").select("nope");
    expect(error?.code).toBe("42703");
  });

  it("decides on status and headers itself", async () => {
    const response = await rest.fetch("/rpc/teapot", { method: "POST" });
    expect([response.status, response.headers.get("x-tea"), await response.json()]).toEqual([
      418,
      "green",
      "short",
    ]);
  });
});

describe("a call in the URL", () => {
  it("takes arguments and filters", async () => {
    expect((await db.rpc("add", { a: 1, b: 2 }, { get: true })).data).toBe(3);
    const response = await rest.fetch("/rpc/films_of?director=Varda&year=gt.1980&select=title");
    expect(await response.json()).toEqual([{ title: "The Gleaners" }]);
  });

  it("takes arrays", async () => {
    expect((await db.rpc("concat_all", { parts: ["a", "b"] }, { get: true })).data).toBe("a-b");
  });

  it("has no body for HEAD, but a count", async () => {
    const answer = await db.rpc("years", {}, { head: true, count: "exact" });
    expect(answer).toMatchObject({ status: 200, count: 5, data: null });
  });

  it("must not change anything", async () => {
    const answer = await db.rpc("rename_films", { suffix: "!" }, { get: true });
    expect(answer).toMatchObject({ status: 405, error: { code: "25006" } });
  });
});

describe("a changing function", () => {
  it("is undone when it affects more rows than allowed", async () => {
    const answer = await db.rpc("rename_films", { suffix: "!" }).maxAffected(1);
    expect(answer).toMatchObject({ status: 400, error: { code: "PGRST124" } });
    const { rows } = await rest.query("select count(*) from films where title like '%!'");
    expect(rows[0].count).toBe("0");
  });

  it("is undone when one row was wanted", async () => {
    const answer = await db.rpc("rename_films", { suffix: "!" }).single();
    expect(answer).toMatchObject({ status: 406, error: { code: "PGRST116" } });
    const { rows } = await rest.query("select count(*) from films where title like '%!'");
    expect(rows[0].count).toBe("0");
  });

  it("is bounded only when it gives rows", async () => {
    const { error } = await db.rpc("add", { a: 1 }).maxAffected(1);
    expect(error?.code).toBe("PGRST128");
  });
});

describe("what cannot be called", () => {
  it.each([
    [
      "ad",
      {},
      404,
      {
        code: "PGRST202",
        message: "Could not find the function public.ad without parameters in the schema cache",
        details:
          "Searched for the function public.ad without parameters or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
        hint: null,
      },
    ],
    [
      "split_",
      { whole: "x" },
      404,
      {
        message: "Could not find the function public.split_(whole) in the schema cache",
        hint: "Perhaps you meant to call the function public.split",
      },
    ],
    [
      "add",
      { a: 1, c: 2 },
      404,
      {
        code: "PGRST202",
        message: "Could not find the function public.add(a, c) in the schema cache",
        details:
          "Searched for the function public.add with parameters a, c or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
        hint: "Perhaps you meant to call the function public.add(a, b)",
      },
    ],
    [
      "overloaded",
      { a: 1 },
      300,
      {
        code: "PGRST203",
        message:
          "Could not choose the best candidate function between: public.overloaded(a => integer), public.overloaded(a => text)",
        hint: "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
      },
    ],
    [
      "nameless",
      {},
      300,
      {
        code: "PGRST203",
        message:
          "Could not choose the best candidate function between: public.nameless(), public.nameless( => text)",
      },
    ],
    ["add", { a: "x" }, 400, { code: "22P02" }],
  ])("%s with %j", async (name, args, status, expected) => {
    const answer = await db.rpc(name, args);
    expect(answer).toMatchObject({ status, error: expected });
  });

  it.each([
    ["P0001", "no", 400],
    ["PT402", "Payment Required", 402],
    ["42501", "not you", 403],
    ["23505", "twice", 409],
    ["25006", "read only", 405],
    ["42P01", "no table", 404],
    ["40001", "again", 500],
    ["57014", "cancelled", 500],
    ["53300", "too many", 503],
    ["22000", "data", 400],
  ])("gives error %s of Postgres its status", async (code, message, status) => {
    const answer = await db.rpc("fail_with", { code, message, detail: "why" });
    expect(answer).toMatchObject({ status, error: { code, message, details: "why", hint: null } });
  });

  it("lets a function word the whole error", async () => {
    const message = JSON.stringify({ code: "MINE", message: "words", details: "d", hint: "h" });
    const detail = JSON.stringify({ status: 452, headers: { "X-Why": "because" } });
    const response = await rest.fetch("/rpc/fail_with", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: "PGRST", message, detail }),
    });
    expect([response.status, response.headers.get("x-why")]).toEqual([452, "because"]);
    expect(await response.json()).toEqual({
      code: "MINE",
      message: "words",
      details: "d",
      hint: "h",
    });
    const { error } = await db.rpc("fail_with", {
      code: "PGRST",
      message: "no json",
      detail: "{}",
    });
    expect(error?.code).toBe("PGRST121");
  });
});

describe("what a function sees", () => {
  it("is the caller and the request", async () => {
    const user = await rest.client({ sub: "6f1f9b6e-6f2b-4b57-9d0c-1a2b3c4d5e6f" });
    const { data } = await user.rpc("whoami");
    expect(data).toMatchObject({
      role: "authenticated",
      sub: "6f1f9b6e-6f2b-4b57-9d0c-1a2b3c4d5e6f",
      method: "POST",
      path: "/rpc/whoami",
    });
    const headers = { "x-agent": "test", cookie: "a=b", prefer: "timezone=Asia/Tokyo" };
    const response = await rest.fetch("/rpc/whoami", { headers });
    expect(await response.json()).toMatchObject({
      role: "service_role",
      method: "GET",
      agent: "test",
      cookie: "b",
      timezone: "Asia/Tokyo",
    });
    expect(response.headers.get("preference-applied")).toBe("timezone=Asia/Tokyo");
  });

  it("ends with the request", async () => {
    await db.rpc("whoami");
    const { rows } = await rest.query("select current_setting('request.path', true) as path");
    expect(rows[0].path).toBeNull();
    const anonymous = await rest.client("anon");
    const answers = await Promise.all([
      db.rpc("whoami"),
      anonymous.rpc("whoami"),
      db.rpc("whoami"),
    ]);
    expect(answers.map(({ data }) => data.role)).toEqual(["service_role", "anon", "service_role"]);
  });
});
