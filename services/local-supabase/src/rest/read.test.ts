import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AnyClient, startTestRest, type TestRest } from "./testing.ts";
import { FILM_ROWS, FILM_SCHEMA } from "./testing-schema.ts";

let rest: TestRest;
let db: AnyClient;

beforeAll(async () => {
  rest = await startTestRest(FILM_SCHEMA + FILM_ROWS, { schemas: ["public", "other"] });
  db = await rest.client("service_role");
});
afterAll(() => rest?.stop());

/** The rows of a GET, whose query is written as in PostgREST's documentation. */
async function get(path: string): Promise<unknown> {
  const response = await rest.fetch(path);
  const body = await response.json();
  expect(body, JSON.stringify(body)).toBeInstanceOf(Array);
  return body;
}

const ids = (rows: unknown) => (rows as { id: number }[]).map(({ id }) => id);

describe("selecting columns", () => {
  it.each([
    ["all", "/actors?id=eq.1", [{ id: 1, name: "Marchand" }]],
    ["some", "/films?select=title,year&id=eq.3", [{ title: "Ran", year: 1985 }]],
    ["renamed", "/films?select=name:title&id=eq.3", [{ name: "Ran" }]],
    ["cast", "/films?select=year::text,r:rating::int&id=eq.3", [{ year: "1985", r: 8 }]],
    [
      "cast to a type with a space",
      "/films?select=year::double precision&id=eq.3",
      [{ year: 1985 }],
    ],
    [
      "inside JSON",
      "/films?select=info->length,info->crew->camera->>0&id=eq.1",
      [{ length: 90, camera: "Rabier" }],
    ],
    [
      "an array's element",
      "/films?select=tags->0,last:tags->>-1&id=eq.1",
      [{ tags: "paris", last: "time" }],
    ],
    ["computed", "/films?select=id,shout&id=eq.3", [{ id: 3, shout: "RAN" }]],
    ["none", "/films?select=&id=eq.3", [{}]],
    [
      "with odd names",
      '/odd%20name?select="first column",x:"a\\"b"',
      [{ "first column": 1, x: "x" }],
    ],
    ["that are big numbers", "/orders?select=total&id=eq.1", [{ total: 7 }]],
  ])("%s", async (_name, path, rows) => {
    expect(await get(path)).toEqual(rows);
  });
});

describe("filtering", () => {
  it.each([
    ["year=eq.1985", [3]],
    ["year=neq.1985", [1, 2, 4, 5]],
    ["year=gt.1990", [2, 5]],
    ["year=gte.1990", [2, 4, 5]],
    ["year=lt.1985", [1]],
    ["year=lte.1985", [1, 3]],
    ["title=like.*e*", [1, 2, 4]],
    ["title=like.Lost 100%25", [5]],
    ["title=ilike.the%25", [2]],
    ["title=match.^[RD]", [3, 4]],
    ["title=imatch.^r", [3]],
    ["title=like(any).{R*,D*}", [3, 4]],
    ["title=ilike(all).{*e*,*l*}", [1, 2]],
    ["year=eq(any).{1985,1990}", [3, 4]],
    ["year=not.gt(any).{1960,1999}", []],
    ["rating=is.null", [4]],
    ["rating=not.is.null", [1, 2, 3, 5]],
    ["rating=is.not_null", [1, 2, 3, 5]],
    ["director_id=isdistinct.1", [3, 4, 5]],
    ["id=in.(1,3)", [1, 3]],
    ['title=in.("Ran","The Gleaners")', [2, 3]],
    ["id=not.in.(1,3)", [2, 4, 5]],
    ["id=in.()", []],
    ["tags=cs.{time}", [1, 3]],
    ["tags=cd.{war,time,paris}", [1, 3]],
    ["tags=ov.{documentary,war}", [2, 3]],
    ['tags=cs.{"a,b"}', [5]],
    ['info=cs.{"length":90}', [1]],
    ["shown=sl.[5,10)", [1]],
    ["shown=sr.[5,10)", [3]],
    ["shown=nxr.[1,10)", [1, 2]],
    ["shown=nxl.[5,10)", [2, 3]],
    ["shown=adj.[5,20)", [1, 3]],
    ["shown=cs.[6,7)", [2]],
    ["words=fts.gleaners", [2]],
    ["words=fts(english).ran|dream", [3, 4]],
    ["words=plfts.the gleaners", [2]],
    ["words=phfts(simple).cleo", [1]],
    ["words=wfts.cleo or dreams", [1, 4]],
    ["title=fts.dreams", [4]],
    ["words=not.fts.cleo", [2, 3, 4, 5]],
    ["info->>length=eq.90", [1]],
    ["info->length=gt.82", [1]],
    ["info->crew->camera->>0=eq.Rabier", [1]],
    ["shout=eq.RAN", [3]],
    ["year=gte.1985&year=lt.2000", [3, 4]],
    ["or=(year.eq.1985,title.like.D*)", [3, 4]],
    ["not.or=(year.eq.1985,title.like.D*)", [1, 2, 5]],
    ["and=(year.gt.1980,or(rating.is.null,rating.gt.8),id.not.eq.5)", [3, 4]],
    ["or=(not.and(year.gt.1980,id.gt.2),id.in.(4,5))", [1, 2, 4, 5]],
    ['or=(title.eq."Ran",tags.cs.{documentary})', [2, 3]],
    ["or=(info->>length.eq.90,rating.is.null)", [1, 4]],
  ])("films where %s", async (filter, expected) => {
    expect(ids(await get(`/films?select=id&order=id&${filter.replaceAll(" ", "+")}`))).toEqual(
      expected,
    );
  });

  it("takes values apart from SQL", async () => {
    const evil = `x'; drop table films; --`;
    const { data, error } = await db.from("films").select("id").eq("title", evil);
    expect([data, error]).toEqual([[], null]);
    expect((await db.from("films").select("id")).data).toHaveLength(5);
  });
});

describe("ordering and paging", () => {
  it.each([
    ["order=rating.desc", [4, 3, 1, 2, 5]],
    ["order=rating.desc.nullslast", [3, 1, 2, 5, 4]],
    ["order=rating.nullsfirst", [4, 5, 2, 1, 3]],
    ["order=director_id.asc.nullsfirst,year.desc", [5, 2, 1, 4, 3]],
    ["order=info->>length.asc.nullslast,id", [2, 1, 3, 4, 5]],
    ["order=id&limit=2", [1, 2]],
    ["order=id&limit=2&offset=3", [4, 5]],
    ["order=id&offset=4", [5]],
    ["order=id&limit=0", []],
    ["order=shout", [1, 4, 5, 3, 2]],
  ])("%s", async (query, expected) => {
    expect(ids(await get(`/films?select=id&${query}`))).toEqual(expected);
  });

  it.each([
    ["exact", 206, 5],
    ["planned", 206, expect.any(Number)],
    ["estimated", 206, 5],
  ] as const)("counts: %s", async (count, status, expected) => {
    const answer = await db.from("films").select("id", { count }).range(0, 1);
    expect(answer).toMatchObject({ status, count: expected });
  });

  it("counts only what passes filters and inner embeds", async () => {
    const answer = await db
      .from("films")
      .select("id, roles!inner(actor_id)", { count: "exact", head: true })
      .gt("year", 1970);
    expect(answer).toMatchObject({ status: 200, count: 2, data: null });
  });

  it("answers the Range header with Content-Range", async () => {
    const response = await rest.fetch("/films?select=id&order=id", {
      headers: { range: "1-2", prefer: "count=exact" },
    });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe("1-2/5");
    expect(response.headers.get("preference-applied")).toBe("count=exact");
    expect(ids(await response.json())).toEqual([2, 3]);
  });

  it("never gives more than max-rows, not in embeds either", async () => {
    await rest.query("alter role authenticator set pgrst.db_max_rows = 1");
    await rest.query("notify pgrst, 'reload config'");
    await expect.poll(async () => (await get("/films")) as unknown[]).toHaveLength(1);
    const [varda] = (await get("/directors?select=films(id)&id=eq.1")) as { films: unknown[] }[];
    expect(varda?.films).toHaveLength(1);
    await rest.query("alter role authenticator reset pgrst.db_max_rows");
    await rest.query("notify pgrst, 'reload config'");
    await expect.poll(async () => (await get("/films")) as unknown[]).toHaveLength(5);
  });
});

describe("embedding", () => {
  it.each([
    [
      "many to one",
      "/films?select=title,directors(name)&id=eq.3",
      [{ title: "Ran", directors: { name: "Kurosawa" } }],
    ],
    ["nothing to one", "/films?select=id,directors(name)&id=eq.5", [{ id: 5, directors: null }]],
    [
      "one to many",
      "/directors?select=name,films(title)&id=eq.2&films.order=title",
      [{ name: "Kurosawa", films: [{ title: "Dreams" }, { title: "Ran" }] }],
    ],
    ["one to none", "/directors?select=id,films(id)&id=eq.3", [{ id: 3, films: [] }]],
    [
      "one to one",
      "/films?select=technical_specs(camera)&id=eq.1",
      [{ technical_specs: { camera: "Cameflex" } }],
    ],
    [
      "one to one, inverse",
      "/technical_specs?select=films(title)&film_id=eq.1",
      [{ films: { title: "Cleo from 5 to 7" } }],
    ],
    [
      "many to many",
      "/actors?select=name,films(title)&id=eq.2&films.order=id",
      [{ name: "Nakadai", films: [{ title: "Ran" }, { title: "Dreams" }] }],
    ],
    [
      "many to many, by the junction",
      "/actors?select=films!roles(id)&id=eq.1",
      [{ films: [{ id: 1 }] }],
    ],
    ["by constraint", "/orders?select=billing(city)&id=eq.1", [{ billing: { city: "Paris" } }]],
    ["by column", "/orders?select=shipping_id(city)&id=eq.1", [{ shipping_id: { city: "Tokyo" } }]],
    [
      "by hint",
      "/orders?select=b:addresses!billing(city),s:addresses!shipping_id(city)&id=eq.1",
      [{ b: { city: "Paris" }, s: { city: "Tokyo" } }],
    ],
    [
      "by hint, inverse",
      "/addresses?select=orders!billing(id)&id=eq.1",
      [{ orders: [{ id: 1 }, { id: 2 }] }],
    ],
    [
      "a table in itself: the many",
      "/employees?select=name,employees(name)&id=eq.1",
      [{ name: "Ana", employees: [{ name: "Ben" }, { name: "Cid" }] }],
    ],
    [
      "a table in itself: the one",
      "/employees?select=name,boss:boss_id(name)&id=eq.4",
      [{ name: "Dan", boss: { name: "Ben" } }],
    ],
    [
      "through a view",
      "/recent_films?select=title,directors(name)",
      [{ title: "Lost 100%", directors: null }],
    ],
    ["a view", "/directors?select=recent_films(title)&id=eq.1", [{ recent_films: [] }]],
    ["computed", "/films?select=sequels(title)&id=eq.3", [{ sequels: [{ title: "Dreams" }] }]],
    [
      "deeply",
      "/directors?select=films(title,roles(character,actors(name)))&id=eq.1&films.id=eq.1",
      [
        {
          films: [
            {
              title: "Cleo from 5 to 7",
              roles: [{ character: "Cleo", actors: { name: "Marchand" } }],
            },
          ],
        },
      ],
    ],
    [
      "counted",
      "/directors?select=id,films(count)&order=id",
      [
        { id: 1, films: [{ count: 2 }] },
        { id: 2, films: [{ count: 2 }] },
        { id: 3, films: [{ count: 0 }] },
      ],
    ],
    [
      "spread, to one",
      "/films?select=title,...directors(by:name,born)&id=eq.3",
      [{ title: "Ran", by: "Kurosawa", born: 1910 }],
    ],
    [
      "spread, to many",
      "/directors?select=name,...films(title,year)&id=eq.2&films.order=year",
      [{ name: "Kurosawa", title: ["Ran", "Dreams"], year: [1985, 1990] }],
    ],
    [
      "spread twice",
      "/roles?select=character,...films(title,...directors(name))&film_id=eq.1",
      [{ character: "Cleo", title: "Cleo from 5 to 7", name: "Varda" }],
    ],
  ])("%s", async (_name, path, rows) => {
    expect(await get(path)).toEqual(rows);
  });

  it.each([
    [
      "filters what is embedded",
      "select=id,films(id)&films.year=gt.1989&id=lt.3",
      [
        { id: 1, films: [{ id: 2 }] },
        { id: 2, films: [{ id: 4 }] },
      ],
    ],
    [
      "filters by trees",
      "select=id,films(id)&films.or=(id.eq.1,id.eq.4)&id=lt.3",
      [
        { id: 1, films: [{ id: 1 }] },
        { id: 2, films: [{ id: 4 }] },
      ],
    ],
    [
      "orders and limits what is embedded",
      "select=id,films(id)&films.order=year.desc&films.limit=1&id=lt.3",
      [
        { id: 1, films: [{ id: 2 }] },
        { id: 2, films: [{ id: 4 }] },
      ],
    ],
    [
      "skips what is embedded",
      "select=id,f:films(id)&f.order=id&f.offset=1&id=lt.3",
      [
        { id: 1, f: [{ id: 2 }] },
        { id: 2, f: [{ id: 4 }] },
      ],
    ],
    [
      "keeps only parents with inner rows",
      "select=id,films!inner(id)&films.year=lt.1970",
      [{ id: 1, films: [{ id: 1 }] }],
    ],
    [
      "keeps all parents with left",
      "select=id,films!left(id)&films.year=lt.1970&order=id&id=lt.3",
      [
        { id: 1, films: [{ id: 1 }] },
        { id: 2, films: [] },
      ],
    ],
    ["asks for parents without rows", "select=id,films()&films=is.null", [{ id: 3 }]],
    [
      "asks for parents with rows",
      "select=id,films()&films=not.is.null&films.year=gt.1999",
      [{ id: 1 }],
    ],
    [
      "asks in a tree",
      "select=id,films()&or=(films.is.null,id.eq.1)&order=id",
      [{ id: 1 }, { id: 3 }],
    ],
  ])("%s", async (_name, query, rows) => {
    expect(await get(`/directors?${query}`)).toEqual(rows);
  });

  it("orders by a field of what is embedded", async () => {
    const path = "/films?select=id,directors(name)&order=directors(name).desc.nullslast,id";
    expect(ids(await get(path))).toEqual([1, 2, 3, 4, 5]);
    const ascending = "/films?select=id,d:directors(name)&order=d(name).nullslast,id";
    expect(ids(await get(ascending))).toEqual([3, 4, 1, 2, 5]);
  });
});

describe("aggregates", () => {
  it.each([
    [
      "over all rows",
      "/films?select=rating.avg()::int,year.min(),year.max(),count()",
      [{ avg: 7, min: 1962, max: 2005, count: 5 }],
    ],
    [
      "by group",
      "/films?select=director_id,n:count()&order=director_id",
      [
        { director_id: 1, n: 2 },
        { director_id: 2, n: 2 },
        { director_id: null, n: 1 },
      ],
    ],
    ["of JSON, cast first", "/films?select=info->length::int.sum()&id=lt.3", [{ sum: 172 }]],
    [
      "by an embedded row",
      "/films?select=count(),directors(name)&director_id=not.is.null&order=count",
      [],
    ],
    [
      "inside an embed",
      "/directors?select=name,films(year.max())&id=eq.1",
      [{ name: "Varda", films: [{ max: 2000 }] }],
    ],
    [
      "of a spread row",
      "/roles?select=actor_id,...films(year.max())&order=actor_id",
      [
        { actor_id: 1, max: 1962 },
        { actor_id: 2, max: 1990 },
      ],
    ],
  ])("%s", async (name, path, rows) => {
    if (name === "by an embedded row") {
      const answer = (await get(path.replace("&order=count", ""))) as { count: number }[];
      expect(answer.map(({ count }) => count)).toEqual([2, 2]);
    } else expect(await get(path)).toEqual(rows);
  });
});

describe("the form of an answer", () => {
  it("is one object when asked", async () => {
    const answer = await db.from("films").select("title").eq("id", 3).single();
    expect(answer).toMatchObject({ status: 200, data: { title: "Ran" } });
  });

  it("is CSV when asked", async () => {
    const { data } = await db.from("films").select("id,title,tags").gte("id", 4).order("id").csv();
    expect(data).toBe('id,title,tags\n4,Dreams,\n5,"Lost 100%","{""a,b"",""c\\\\""d""}"');
  });

  it("leaves nulls out when asked", async () => {
    const { data } = await db.from("directors").select().eq("id", 3).stripNulls();
    expect(data).toEqual([{ id: 3, name: "Nobody" }]);
    const one = await db.from("directors").select().eq("id", 3).single().stripNulls();
    expect(one.data).toEqual({ id: 3, name: "Nobody" });
  });

  it("has a type and, when the client chose it, a schema", async () => {
    const response = await rest.fetch("/notes", { headers: { "accept-profile": "other" } });
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(response.headers.get("content-profile")).toBe("other");
    expect(await response.json()).toEqual([{ id: 1, text: "elsewhere" }]);
    expect((await db.schema("other").from("notes").select()).data).toHaveLength(1);
  });

  it("has no body for HEAD", async () => {
    const response = await rest.fetch("/films", { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(response.headers.get("content-range")).toBe("0-4/*");
  });
});

describe("what cannot be read", () => {
  it.each([
    [
      "/films?select=nope",
      400,
      { code: "42703", message: "column films.nope does not exist", hint: null, details: null },
    ],
    [
      "/films?select=titel",
      400,
      { hint: 'Perhaps you meant to reference the column "films.title".' },
    ],
    ["/films?nope=eq.1", 400, { code: "42703" }],
    ["/films?order=nope", 400, { code: "42703" }],
    ["/directors?select=films(nope)", 400, { message: "column films_1.nope does not exist" }],
    ["/films?select=year::nope", 400, { code: "42704", message: 'type "nope" does not exist' }],
    [
      "/films?year=noop.1",
      400,
      {
        code: "PGRST100",
        message: '"failed to parse filter (noop.1)" (line 1, column 1)',
        details: 'unexpected "o" expecting "not" or operator (eq, gt, ...)',
      },
    ],
    [
      "/films?year=eq.x",
      400,
      { code: "22P02", message: 'invalid input syntax for type integer: "x"' },
    ],
    [
      "/films?limit=-1",
      416,
      { code: "PGRST103", details: "Limit should be greater than or equal to zero." },
    ],
    [
      "/films?directors.id=eq.1",
      400,
      {
        code: "PGRST108",
        message: "'directors' is not an embedded resource in this request",
        hint: "Verify that 'directors' is included in the 'select' query parameter.",
      },
    ],
    [
      "/directors?select=*,films(*)&films=eq.1",
      400,
      {
        code: "PGRST120",
        message: "Bad operator on the 'films' embedded resource",
        details: "Only is null or not is null filters are allowed on embedded resources",
      },
    ],
    [
      "/directors?select=*,films(title)&order=films(title)",
      400,
      {
        code: "PGRST118",
        message: "A related order on 'films' is not possible",
        details: "'directors' and 'films' do not form a many-to-one or one-to-one relationship",
      },
    ],
    ["/films?order=directors(name)", 400, { code: "PGRST108" }],
    [
      "/films/1/director",
      404,
      { code: "PGRST125", message: "Invalid path specified in request URL" },
    ],
    ["/", 404, { code: "PGRST126", message: "Root endpoint metadata is disabled" }],
    ["/films?select=actors(id),actors(name)", 400, { code: "42712" }],
    [
      "/film",
      404,
      {
        code: "PGRST205",
        message: "Could not find the table 'public.film' in the schema cache",
        hint: "Perhaps you meant the table 'public.films'",
      },
    ],
    ["/nothing_like_it", 404, { code: "PGRST205", hint: null, details: null }],
    [
      "/films?select=addresses(*)",
      400,
      {
        code: "PGRST200",
        message:
          "Could not find a relationship between 'films' and 'addresses' in the schema cache",
        details:
          "Searched for a foreign key relationship between 'films' and 'addresses' in the schema 'public', but no matches were found.",
        hint: "Perhaps you meant 'directors' instead of 'addresses'.",
      },
    ],
    [
      "/films?select=directors!nope(*)",
      400,
      {
        details:
          "Searched for a foreign key relationship between 'films' and 'directors' using the hint 'nope' in the schema 'public', but no matches were found.",
      },
    ],
    [
      "/orders?select=*,addresses(*)",
      300,
      {
        code: "PGRST201",
        message:
          "Could not embed because more than one relationship was found for 'orders' and 'addresses'",
        hint: "Try changing 'addresses' to one of the following: 'addresses!billing', 'addresses!shipping'. Find the desired relationship in the 'details' key.",
        details: [
          {
            cardinality: "many-to-one",
            embedding: "orders with addresses",
            relationship: "billing using orders(billing_id) and addresses(id)",
          },
          {
            cardinality: "many-to-one",
            embedding: "orders with addresses",
            relationship: "shipping using orders(shipping_id) and addresses(id)",
          },
        ],
      },
    ],
  ])("GET %s", async (path, status, body) => {
    const response = await rest.fetch(path);
    expect([response.status, await response.json()]).toEqual([
      status,
      expect.objectContaining(body),
    ]);
  });

  it.each([
    ["/films", { accept: "application/geo+json" }, 406, "PGRST107"],
    ["/films", { "accept-profile": "auth" }, 406, "PGRST106"],
    ["/films", { prefer: "handling=strict, nope" }, 400, "PGRST122"],
    ["/films", { range: "9-3" }, 416, "PGRST103"],
    ["/films?id=gt.1", { accept: "application/vnd.pgrst.object+json" }, 406, "PGRST116"],
    ["/films?id=eq.99", { accept: "application/vnd.pgrst.object+json" }, 406, "PGRST116"],
    ["/films?offset=9", { prefer: "count=exact" }, 416, "PGRST103"],
  ])("GET %s with %j", async (path, headers, status, code) => {
    const response = await rest.fetch(path, { headers: headers as Record<string, string> });
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
    expect(response.headers.get("proxy-status")).toBe(`PostgREST; error=${code}`);
  });

  it("has no aggregates where the database switches them off", async () => {
    await rest.query("alter role authenticator set pgrst.db_aggregates_enabled = 'false'");
    await rest.query("notify pgrst, 'reload config'");
    await expect
      .poll(async () => (await rest.fetch("/films?select=year.max()")).json())
      .toMatchObject({ code: "PGRST123", message: "Use of aggregate functions is not allowed" });
    await rest.query("alter role authenticator reset pgrst.db_aggregates_enabled");
    await rest.query("notify pgrst, 'reload config'");
  });
});

describe("after a change of the schema", () => {
  it("knows new tables, columns, keys and functions at once", async () => {
    await rest.query("create table reviews (id int primary key, film_id int)");
    expect((await db.from("reviews").select()).error).toBeNull();
    await rest.query("alter table reviews add column stars int");
    expect((await db.from("reviews").insert({ id: 1, stars: 5 })).error).toBeNull();
    await rest.query("alter table reviews add foreign key (film_id) references films");
    expect((await db.from("reviews").select("films(title)")).error).toBeNull();
    await rest.query(
      "create function review_count() returns bigint language sql as 'select count(*) from reviews'",
    );
    expect((await db.rpc("review_count")).data).toBe(1);
    await rest.query("drop function review_count; drop table reviews");
    expect((await db.from("reviews").select()).error?.code).toBe("PGRST205");
  });
});
