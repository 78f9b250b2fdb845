import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGateway } from "./app.ts";

const SCRIPT = "console.log('desk');";
const PAGE = "<p>desk</p>";
const TWINS = { br: brotliCompressSync(SCRIPT), gzip: gzipSync(SCRIPT) };
let app: FastifyInstance;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "portero-dashboard-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "assets/desk-1a2b.js"), SCRIPT);
  await writeFile(join(folder, "assets/desk-1a2b.js.br"), TWINS.br);
  await writeFile(join(folder, "assets/desk-1a2b.js.gz"), TWINS.gzip);
  await writeFile(join(folder, "icon.svg"), "<svg/>");
  await writeFile(join(folder, "index.html"), PAGE);
  await writeFile(join(folder, "index.html.gz"), gzipSync(PAGE));
  const config = { supabaseUrl: "http://127.0.0.1:9", publishableKey: "key" };
  app = await createGateway(
    folder,
    { ...config, realtimeTransport: "broadcast" },
    { store: null, landingUrl: () => "", onFault: () => {} },
  );
});
afterAll(async () => {
  await app?.close();
  await rm(folder, { recursive: true, force: true });
});

async function get(url: string, encodings?: string) {
  const headers = encodings === undefined ? {} : { "accept-encoding": encodings };
  const answer = await app.inject({ method: "GET", url, headers });
  const { "content-encoding": encoding, "cache-control": cache, vary } = answer.headers;
  const type = `${answer.headers["content-type"]}`.split(";")[0];
  return { status: answer.statusCode, encoding, cache, vary, type, body: answer.rawPayload };
}

describe("the built dashboard", () => {
  it.each([
    ["br", "gzip, deflate, br", TWINS.br],
    ["gzip", "gzip, deflate", TWINS.gzip],
  ])("comes compressed with %s to whoever takes it", async (encoding, accepted, body) => {
    expect(await get("/assets/desk-1a2b.js", accepted)).toMatchObject({
      status: 200,
      encoding,
      vary: "accept-encoding",
      type: "application/javascript",
      body,
    });
  });

  it("comes as it is to whoever takes nothing else", async () => {
    const { status, encoding, body } = await get("/assets/desk-1a2b.js");
    expect([status, encoding, `${body}`]).toEqual([200, undefined, SCRIPT]);
    const icon = await get("/icon.svg", "gzip, br");
    expect([icon.status, icon.encoding, icon.type]).toEqual([200, undefined, "image/svg+xml"]);
  });

  it.each([
    ["/assets/desk-1a2b.js", "public, max-age=31536000, immutable"],
    ["/", "no-cache"],
    ["/index.html", "no-cache"],
    ["/t/9d4f/history", "no-cache"],
    ["/icon.svg", "no-cache"],
    ["/config.json", "no-store"],
  ])("is kept as long as it is true: %s", async (url, cache) => {
    expect(await get(url, "gzip, br")).toMatchObject({ status: 200, cache });
  });

  it("answers every page's address with the one page", async () => {
    expect(await get("/t/9d4f/history", "gzip")).toMatchObject({
      encoding: "gzip",
      type: "text/html",
      body: gzipSync(PAGE),
    });
  });

  it.each(["/assets/gone-9f9f.js", "/api/nothing"])("has nothing at %s", async (url) => {
    expect((await get(url, "gzip, br")).status).toBe(404);
  });
});
