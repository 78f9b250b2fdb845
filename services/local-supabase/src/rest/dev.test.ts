import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestRest, type TestRest } from "./testing.ts";

let rest: TestRest;
beforeAll(async () => {
  rest = await startTestRest(`
    create table directors(id int primary key generated always as identity, name text);
    create table films(id int primary key generated always as identity, title text not null, year int default 1999, tags text[], data jsonb, director_id int references directors(id));
    insert into directors(name) values ('a'),('b');
    insert into films(title,year,director_id,tags,data) values ('x',2000,1,'{p,q}','{"k":{"n":1}}'),('y',2001,1,'{q}',null),('z',2002,2,null,'[1,2]');
    create function add(a int, b int default 1) returns int language sql immutable as 'select a+b';
    create function all_films() returns setof films language sql stable as 'select * from films';
  `);
});
afterAll(() => rest?.stop());

it("works", async () => {
  const db = await rest.client("service_role");
  const show = async (p: PromiseLike<unknown>) => console.log(JSON.stringify(await p));
  await show(db.from("films").select());
  await show(db.from("films").select("id,title,directors(*)").eq("id", 1).single());
  await show(db.from("directors").select("*,films(title)").order("id"));
  await show(db.from("directors").select("*,films(count)").order("id"));
  await show(
    db.from("films").select("y:year,data->k->>n,id::text", { count: "exact" }).range(0, 1),
  );
  await show(db.from("films").insert({ title: "new" }).select());
  await show(
    db
      .from("films")
      .insert([{ title: "new2" }, { title: "n3" }])
      .select("id,year,directors(name)"),
  );
  await show(db.from("films").update({ title: "upd" }).eq("id", 4).select("id,title"));
  await show(db.from("films").delete().gt("id", 3));
  await show(db.rpc("add", { a: 1 }));
  await show(db.rpc("add", { a: 1, b: 5 }, { get: true }));
  await show(db.rpc("all_films").select("id,directors(name)").eq("id", 2));
  await show(db.from("nope").select());
  await show(db.from("films").select("nope"));
  await show(db.from("films").select("id, nope(*)"));
  await show(db.from("films").select("year.sum(),director_id"));
  await show(db.from("films").select("year.max(),...directors(name)"));
  await show(db.from("directors").select("name,...films(title,year)"));
  await show(db.from("films").select("title").csv());
  await show((await rest.client("anon")).from("films").select("title"));
  expect(1).toBe(1);
});
