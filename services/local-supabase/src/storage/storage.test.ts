import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestSupabase, type TestSupabase } from "../testing.ts";

let supabase: TestSupabase;
let service: SupabaseClient;
let anon: SupabaseClient;
let database: pg.Client;
let bucket: string;
let count = 0;

const withoutStorage = { auth: { persistSession: false, autoRefreshToken: false } };
const newClient = (key: string) => createClient(supabase.url, key, withoutStorage);

beforeAll(async () => {
  supabase = await startTestSupabase();
  service = newClient(supabase.secretKey);
  anon = newClient(supabase.publishableKey);
  database = new pg.Client({ connectionString: supabase.databaseUrl });
  await database.connect();
  // Each person has a folder of their own.
  await database.query(`
    create policy own_read on storage.objects for select to authenticated using ((storage.foldername(name))[1] = (select auth.uid())::text);
    create policy own_insert on storage.objects for insert to authenticated with check ((storage.foldername(name))[1] = (select auth.uid())::text);
    create policy own_update on storage.objects for update to authenticated using ((storage.foldername(name))[1] = (select auth.uid())::text);
    create policy own_delete on storage.objects for delete to authenticated using ((storage.foldername(name))[1] = (select auth.uid())::text);
    create policy drop_box on storage.objects for insert to anon with check (bucket_id = 'drop-box');
    insert into storage.buckets (id, name) values ('drop-box', 'drop-box');
  `);
});
afterAll(async () => {
  await database?.end();
  await supabase?.stop();
});
beforeEach(async () => {
  bucket = `bucket-${++count}`;
  expect((await service.storage.createBucket(bucket)).error).toBeNull();
});

async function newPerson() {
  const client = newClient(supabase.publishableKey);
  const { data } = await client.auth.signUp({
    email: `p${++count}@example.com`,
    password: "correct horse",
  });
  return { client, id: data.user?.id ?? "" };
}

const textOf = async (client: SupabaseClient, name: string, from = bucket) => {
  const { data, error } = await client.storage.from(from).download(name);
  return error ? error : await data.text();
};

/** Names of the files that hold contents, of all buckets. */
async function filesOnDisk(): Promise<string[]> {
  const names = await readdir(join(supabase.dataDir, "storage"), { recursive: true }).catch(
    () => [],
  );
  return names.filter((name) => name.includes("/"));
}

describe("contents", () => {
  test("come back as they went in, from a plain body and from a form", async () => {
    const bytes = new Uint8Array(randomBytes(100_000));
    const plain = await service.storage
      .from(bucket)
      .upload("a/plain.bin", bytes, { contentType: "image/jpeg" });
    expect(plain.data).toMatchObject({ path: "a/plain.bin", fullPath: `${bucket}/a/plain.bin` });
    const form = await service.storage
      .from(bucket)
      .upload("a/form.bin", new Blob([bytes], { type: "image/png" }), { metadata: { shot: 7 } });
    expect(form.error).toBeNull();
    for (const [name, type] of [
      ["a/plain.bin", "image/jpeg"],
      ["a/form.bin", "image/png"],
    ] as const) {
      const { data } = await service.storage.from(bucket).download(name);
      expect(data?.type).toBe(type);
      expect(new Uint8Array((await data?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(bytes);
    }
    const { data: info } = await service.storage.from(bucket).info("a/form.bin");
    expect(info).toMatchObject({
      size: 100_000,
      contentType: "image/png",
      cacheControl: "max-age=3600",
      metadata: { shot: 7 },
      bucketId: bucket,
    });
  });

  test("of a JSON file are a file like any other", async () => {
    await service.storage
      .from(bucket)
      .upload("a.json", '{"a": 1}', { contentType: "application/json" });
    expect(await textOf(service, "a.json")).toBe('{"a": 1}');
  });

  test("may be empty", async () => {
    expect((await service.storage.from(bucket).upload("empty", new Uint8Array())).error).toBeNull();
    expect(await textOf(service, "empty")).toBe("");
  });

  test("are replaced only on request, and the old file goes", async () => {
    await service.storage.from(bucket).upload("a.txt", "first");
    const before = (await filesOnDisk()).length;
    expect((await service.storage.from(bucket).upload("a.txt", "second")).error).toMatchObject({
      message: "The resource already exists",
      statusCode: "409",
    });
    expect(
      (await service.storage.from(bucket).upload("a.txt", "third", { upsert: true })).error,
    ).toBeNull();
    expect((await service.storage.from(bucket).update("a.txt", "fourth")).error).toBeNull();
    expect(await textOf(service, "a.txt")).toBe("fourth");
    expect((await filesOnDisk()).length).toBe(before);
  });

  test("are served by range, by tag and as a download", async () => {
    await service.storage.from(bucket).upload("r.txt", "0123456789");
    const url = `${supabase.url}/storage/v1/object/authenticated/${bucket}/r.txt`;
    const get = (headers: Record<string, string>, query = "", method = "GET") =>
      fetch(url + query, { method, headers: { apikey: supabase.secretKey, ...headers } });
    const part = await get({ range: "bytes=2-4" });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([
      206,
      "bytes 2-4/10",
      "234",
    ]);
    expect(await (await get({ range: "bytes=-3" })).text()).toBe("789");
    expect(await (await get({ range: "bytes=8-" })).text()).toBe("89");
    expect((await get({ range: "bytes=10-" })).status).toBe(416);
    const whole = await get({});
    const etag = whole.headers.get("etag") ?? "";
    expect((await get({ "if-none-match": etag })).status).toBe(304);
    expect(
      (await get({ "if-modified-since": whole.headers.get("last-modified") ?? "" })).status,
    ).toBe(304);
    expect(whole.headers.get("cache-control")).toBe("max-age=3600");
    expect((await get({}, "?download=ü.txt")).headers.get("content-disposition")).toBe(
      "attachment; filename*=UTF-8''%C3%BC.txt;",
    );
    const head = await get({}, "", "HEAD");
    expect([head.headers.get("content-length"), await head.text()]).toEqual(["10", ""]);
  });

  test.each([
    ["text/html", true],
    ["text/html; charset=utf-8", true],
    ["application/xhtml+xml", true],
    ["image/svg+xml", true],
    ["application/rss+xml", true],
    ["text/xml", true],
    ["image/jpeg", false],
    ["text/plain", false],
    ["application/pdf", false],
  ])("that a browser would run are sandboxed: %s, %s", async (contentType, isSandboxed) => {
    await service.storage.from(bucket).upload("x", "<script>1</script>", { contentType });
    const { data } = await service.storage.from(bucket).createSignedUrl("x", 60);
    const { headers } = await fetch(data?.signedUrl ?? "");
    expect(headers.get("content-type")).toContain(contentType);
    expect(headers.get("content-security-policy")?.includes("sandbox") ?? false).toBe(isSandboxed);
  });

  const file = 'Content-Disposition: form-data; name=""; filename="f"\r\nContent-Type: text/plain';
  const field = (name: string, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  test.each([
    ["a header in a field", field("cacheControl", "1\r\nSet-Cookie: a=b"), "; boundary=x"],
    ["a control character", field("contentEncoding", "\u0001"), "; boundary=x"],
    ["another boundary", "", "; boundary=y"],
    ["no boundary", "", ""],
    ["metadata that is no object", field("metadata", "[1]"), "; boundary=x"],
    ["metadata with a NUL", field("metadata", '{"a":"\\u0000"}'), "; boundary=x"],
    [
      "metadata without end",
      field("metadata", `{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`),
      "; boundary=x",
    ],
  ])("in a form with %s are refused and leave nothing", async (_what, fields, boundary) => {
    const before = await filesOnDisk();
    const answer = await fetch(`${supabase.url}/storage/v1/object/${bucket}/form`, {
      method: "POST",
      headers: { apikey: supabase.secretKey, "content-type": `multipart/form-data${boundary}` },
      body: `${fields}--x\r\n${file}\r\n\r\ntext\r\n--x--\r\n`,
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "InvalidRequest" });
    expect(await filesOnDisk()).toEqual(before);
  });

  test.each([
    ["a plain body", "application/octet-stream", ""],
    [
      "a form",
      "multipart/form-data; boundary=x",
      '--x\r\nContent-Disposition: form-data; name=""; filename="f"\r\nContent-Type: image/png\r\n\r\n',
    ],
  ])("that stop half-way leave nothing behind: %s", async (_name, contentType, start) => {
    const before = await filesOnDisk();
    const { hostname, port } = new URL(supabase.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /storage/v1/object/${bucket}/half HTTP/1.1\r\nhost: x\r\napikey: ${supabase.secretKey}\r\n` +
        `content-type: ${contentType}\r\ncontent-length: 1000000\r\n\r\n${start}${"a".repeat(100_000)}`,
    );
    await expect.poll(async () => (await filesOnDisk()).length).toBe(before.length + 1);
    socket.destroy();
    await expect.poll(filesOnDisk).toEqual(before);
  });

  test("beyond the bucket's limits are refused and leave nothing", async () => {
    await service.storage.updateBucket(bucket, {
      public: false,
      fileSizeLimit: "1kb",
      allowedMimeTypes: ["image/*"],
    });
    const before = await filesOnDisk();
    const jpeg = { contentType: "image/jpeg" };
    const from = service.storage.from(bucket);
    expect((await from.upload("big", new Uint8Array(1001), jpeg)).error).toMatchObject({
      message: "The object exceeded the maximum allowed size",
      statusCode: "413",
    });
    expect((await from.upload("text", "abc", { contentType: "text/plain" })).error).toMatchObject({
      message: "mime type text/plain is not supported",
      statusCode: "415",
    });
    expect((await from.upload("fits", new Uint8Array(1000), jpeg)).error).toBeNull();
    expect((await filesOnDisk()).length).toBe(before.length + 1);
  });
});

describe("names", () => {
  test.each([
    "../x",
    "a/../../x",
    "a/./x",
    "a//x",
    "%2e%2e/x",
    "a\\..\\x",
    "a\u0000b",
    "ä.jpg",
    "a／b",
    "‮gpj.exe",
    "x".repeat(1025),
    "a%00b",
    "~/x",
  ])("refuses %j", async (name) => {
    const url = `${supabase.url}/storage/v1/object/${bucket}/${encodeURIComponent(name)}`;
    const answer = await fetch(url, {
      method: "POST",
      headers: { apikey: supabase.secretKey },
      body: "x",
    });
    expect(await answer.json()).toMatchObject({ statusCode: "400", error: "InvalidKey" });
  });

  test("that climb are refused in every place that takes one", async () => {
    await service.storage.from(bucket).upload("a.txt", "a");
    const from = service.storage.from(bucket);
    expect((await from.move("a.txt", "../b.txt")).error).toMatchObject({ statusCode: "400" });
    expect((await from.copy("a.txt", "..")).error).toMatchObject({ statusCode: "400" });
    expect((await from.remove(["../secrets.json"])).data).toEqual([]);
    const answer = await fetch(
      `${supabase.url}/storage/v1/object/sign/${bucket}/..%2f..%2fsecrets.json?token=x`,
    );
    expect(answer.status).toBe(400);
  });

  const nul = "\u0000";
  test.each([
    ["list", "POST", "object/list/BUCKET", { prefix: nul }],
    ["list from beyond all numbers", "POST", "object/list/BUCKET", { offset: 1e300 }],
    ["page", "POST", "object/list-v2/BUCKET", { cursor: btoa(`["\\u0000","a"]`) }],
    ["move", "POST", "object/move", { bucketId: nul, sourceKey: "a", destinationKey: "b" }],
    ["copy", "POST", "object/copy", { bucketId: "x", sourceKey: nul, destinationKey: "b" }],
    ["remove", "DELETE", "object/BUCKET", { prefixes: [nul] }],
    ["sign", "POST", "object/sign/BUCKET", { paths: [nul], expiresIn: 1 }],
    ["bucket", "PUT", "bucket/%00", {}],
    ["size", "POST", "bucket", { name: "huge", file_size_limit: `${"9".repeat(30)}GB` }],
  ])("refuses what nothing is called: %s", async (_what, method, path, body) => {
    const answer = await fetch(`${supabase.url}/storage/v1/${path.replace("BUCKET", bucket)}`, {
      method,
      headers: { apikey: supabase.secretKey, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ statusCode: expect.stringMatching(/^40[04]$/) });
  });

  test.each(["", "a/b", "..%2f", "x".repeat(64)])("refuses the bucket %j", async (name) => {
    expect((await service.storage.createBucket(name)).error).not.toBeNull();
  });
});

describe("policies", () => {
  test("let people into their own folder and nowhere else", async () => {
    const [ana, eva] = [await newPerson(), await newPerson()];
    const from = ana.client.storage.from(bucket);
    expect((await from.upload(`${ana.id}/a.txt`, "mine")).error).toBeNull();
    expect(await textOf(ana.client, `${ana.id}/a.txt`)).toBe("mine");
    expect((await from.upload(`${eva.id}/a.txt`, "not mine")).error).toMatchObject({
      statusCode: "403",
      message: "new row violates row-level security policy",
    });
    expect(await textOf(eva.client, `${ana.id}/a.txt`)).toMatchObject({
      message: "Object not found",
    });
    expect((await eva.client.storage.from(bucket).list(ana.id)).data).toEqual([]);
    expect((await eva.client.storage.from(bucket).list()).data).toEqual([]);
    expect((await from.list()).data).toMatchObject([{ name: ana.id, id: null }]);
  });

  test("hide a foreign object as if it were missing, whatever is asked of it", async () => {
    const [ana, eva] = [await newPerson(), await newPerson()];
    const name = `${ana.id}/a.txt`;
    await ana.client.storage.from(bucket).upload(name, "mine");
    const ask = async (path: string) => {
      const from = eva.client.storage.from(bucket);
      const token = (await eva.client.auth.getSession()).data.session?.access_token ?? "";
      const raw = await fetch(`${supabase.url}/storage/v1/object/${bucket}/${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return JSON.stringify([
        [raw.status, await raw.text()],
        await from.info(path),
        await from.exists(path).catch((error) => error),
        await from.createSignedUrl(path, 60),
        await from.move(path, `${eva.id}/stolen`),
        await from.copy(path, `${eva.id}/stolen`),
        await from.remove([path]),
        await from.upload(path, "x"),
        await from.upload(path, "x", { upsert: true }),
        await from.createSignedUploadUrl(path),
      ]);
    };
    const missing = `${ana.id}/b.txt`;
    expect((await ask(name)).replaceAll(name, missing)).toBe(await ask(missing));
    expect(await textOf(ana.client, name)).toBe("mine");
  });

  test("are asked before the body is taken", async () => {
    const { hostname, port } = new URL(supabase.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /storage/v1/object/${bucket}/a HTTP/1.1\r\nhost: x\r\napikey: ${supabase.publishableKey}\r\n` +
        "content-type: image/jpeg\r\ncontent-length: 1000000\r\n\r\n",
    );
    const [answer] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    expect(answer.toString()).toContain("new row violates row-level security policy");
  });

  test("may allow to put in without seeing", async () => {
    const box = anon.storage.from("drop-box");
    expect((await box.upload(`letter-${count}`, "psst")).error).toBeNull();
    expect((await box.download(`letter-${count}`)).error).not.toBeNull();
    expect((await box.upload(`letter-${count}`, "again", { upsert: true })).error).toMatchObject({
      statusCode: "403",
    });
  });

  test("are asked with a token that holds", async () => {
    const answer = await fetch(`${supabase.url}/storage/v1/bucket`, {
      headers: { authorization: "Bearer made.up.token" },
    });
    expect(await answer.json()).toMatchObject({
      statusCode: "403",
      message: "Invalid Compact JWS",
    });
    expect((await fetch(`${supabase.url}/storage/v1/bucket`)).status).toBe(400);
  });
});

describe("signed URLs", () => {
  test("serve one object until they expire, and nothing else", async () => {
    await service.storage.from(bucket).upload("a b/c+d.txt", "signed");
    await service.storage.from(bucket).upload("other.txt", "other");
    const { data } = await service.storage.from(bucket).createSignedUrl("a b/c+d.txt", 60);
    const url = data?.signedUrl ?? "";
    expect(await (await fetch(url)).text()).toBe("signed");
    const elsewhere = await fetch(url.replace("a%20b/c+d.txt", "other.txt"));
    expect(await elsewhere.json()).toMatchObject({ error: "InvalidSignature" });
    const tampered = await fetch(`${url.slice(0, -3)}abc`);
    expect(tampered.status).toBe(400);
    const short = await service.storage.from(bucket).createSignedUrl("other.txt", 1);
    await expect
      .poll(async () => (await fetch(short.data?.signedUrl ?? "")).status, { timeout: 4000 })
      .toBe(400);
  });

  test("by the dozen name those that can't be had", async () => {
    await service.storage.from(bucket).upload("a.txt", "a");
    const { data } = await service.storage.from(bucket).createSignedUrls(["a.txt", "b.txt"], 60);
    expect(data).toMatchObject([
      { path: "a.txt", error: null },
      {
        path: "b.txt",
        error: "Either the object does not exist or you do not have access to it",
        signedUrl: null,
      },
    ]);
    expect(await (await fetch(data?.[0]?.signedUrl ?? "")).text()).toBe("a");
  });

  test("for uploads work once, for who holds them, and are no other kind of token", async () => {
    const ana = await newPerson();
    const name = `${ana.id}/up.txt`;
    const { data } = await ana.client.storage.from(bucket).createSignedUploadUrl(name);
    const token = data?.token ?? "";
    expect(
      (await anon.storage.from(bucket).uploadToSignedUrl(name, token, "content")).error,
    ).toBeNull();
    expect(await textOf(ana.client, name)).toBe("content");
    expect(
      (await anon.storage.from(bucket).uploadToSignedUrl(name, token, "again")).error,
    ).toMatchObject({ statusCode: "409" });
    expect(
      (await anon.storage.from(bucket).uploadToSignedUrl(`${ana.id}/other`, token, "x")).error,
    ).toMatchObject({ code: "InvalidSignature" });
    expect(
      (await fetch(`${supabase.url}/storage/v1/object/sign/${bucket}/${name}?token=${token}`))
        .status,
    ).toBe(400);
    expect(
      (
        await fetch(`${supabase.url}/auth/v1/user`, {
          headers: { apikey: supabase.publishableKey, authorization: `Bearer ${token}` },
        })
      ).status,
    ).toBe(403);
  });

  test("of public buckets need no signature, of private ones there is none", async () => {
    await service.storage.createBucket(`${bucket}-public`, { public: true });
    await service.storage.from(`${bucket}-public`).upload("a.txt", "open");
    await service.storage.from(bucket).upload("a.txt", "closed");
    const publicUrl = (name: string) =>
      service.storage.from(name).getPublicUrl("a.txt").data.publicUrl;
    expect(await (await fetch(publicUrl(`${bucket}-public`))).text()).toBe("open");
    expect((await fetch(publicUrl(bucket))).status).toBe(400);
  });
});

describe("lists", () => {
  const names = ["b/two.txt", "a.txt", "b/one.txt", "c/deep/x.txt", "B_.txt"];
  beforeEach(async () => {
    for (const name of names) await service.storage.from(bucket).upload(name, name);
  });

  test("show one level, folders first", async () => {
    const { data } = await service.storage.from(bucket).list();
    expect(data?.map(({ name, id }) => [name, id === null])).toEqual([
      ["b", true],
      ["c", true],
      ["a.txt", false],
      ["B_.txt", false],
    ]);
    const inner = await service.storage.from(bucket).list("b", { search: "ONE" });
    expect(inner.data).toMatchObject([
      { name: "one.txt", metadata: { size: 9, mimetype: "text/plain;charset=UTF-8" } },
    ]);
  });

  test("take no SQL for a column and no pattern for a prefix", async () => {
    const from = service.storage.from(bucket);
    expect(
      (await from.list("", { sortBy: { column: "name; drop table x", order: "asc" } })).error,
    ).not.toBeNull();
    expect((await from.list("", { search: "%" })).data).toEqual([]);
    expect((await from.list("_")).data).toEqual([]);
  });

  test.each([
    ["name", "asc"],
    ["name", "desc"],
    ["created_at", "asc"],
    ["created_at", "desc"],
  ] as const)("page by %s %s without loss or repeat", async (column, order) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { data } = await service.storage
        .from(bucket)
        .listV2({ limit: 2, sortBy: { column, order }, ...(cursor ? { cursor } : {}) });
      seen.push(...(data?.objects ?? []).map(({ name }) => name));
      cursor = data?.nextCursor;
    } while (cursor);
    const sorted = column === "name" ? [...names].sort() : names;
    expect(seen).toEqual(order === "asc" ? sorted : [...sorted].reverse());
  });

  test("fold what lies deeper", async () => {
    const { data } = await service.storage
      .from(bucket)
      .listV2({ with_delimiter: true, prefix: "b" });
    expect(data).toMatchObject({
      hasNext: false,
      folders: [{ name: "b/", key: "b" }],
      objects: [],
    });
  });
});

test("objects are moved, copied and removed, and the last copy takes the file along", async () => {
  const from = service.storage.from(bucket);
  const before = (await filesOnDisk()).length;
  await from.upload("a.txt", "content", { metadata: { kept: true } });
  expect((await from.move("a.txt", "b/a.txt")).data).toMatchObject({
    message: "Successfully moved",
  });
  expect((await from.copy("b/a.txt", "c.txt")).data).toEqual({ path: `${bucket}/c.txt` });
  expect((await from.copy("b/a.txt", "c.txt")).error).toMatchObject({ statusCode: "409" });
  expect((await from.info("c.txt")).data?.metadata).toEqual({ kept: true });
  expect((await from.remove(["b/a.txt", "missing"])).data).toMatchObject([{ name: "b/a.txt" }]);
  expect(await textOf(service, "c.txt")).toBe("content");
  await from.remove(["c.txt"]);
  expect((await filesOnDisk()).length).toBe(before);
});

test("buckets are made, listed, changed, emptied and deleted by the secret key only", async () => {
  await service.storage.from(bucket).upload("a.txt", "a");
  expect((await service.storage.createBucket(bucket)).error).toMatchObject({
    message: "The resource already exists",
  });
  expect(
    (await service.storage.updateBucket(bucket, { public: true, fileSizeLimit: 10 })).data,
  ).toEqual({ message: "Successfully updated" });
  expect((await service.storage.getBucket(bucket)).data).toMatchObject({
    public: true,
    file_size_limit: 10,
  });
  expect((await service.storage.listBuckets({ search: bucket })).data).toMatchObject([
    { id: bucket },
  ]);
  expect((await service.storage.deleteBucket(bucket)).error).toMatchObject({
    message: "The bucket you tried to delete is not empty",
  });
  expect((await service.storage.emptyBucket(bucket)).error).toBeNull();
  expect((await service.storage.deleteBucket(bucket)).data).toEqual({
    message: "Successfully deleted",
  });
  expect((await service.storage.getBucket(bucket)).error).toMatchObject({
    message: "Bucket not found",
    statusCode: "404",
  });

  const sorted = await fetch(`${supabase.url}/storage/v1/bucket?sortColumn=id;select`, {
    headers: { apikey: supabase.secretKey },
  });
  expect(await sorted.json()).toMatchObject({ error: "InvalidRequest" });
  expect((await anon.storage.createBucket("theirs")).error).toMatchObject({ statusCode: "403" });
  expect((await anon.storage.listBuckets()).data).toEqual([]);
});
