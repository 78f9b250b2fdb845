import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { renderFrame } from "@portero/camera-simulator/scene";
import { until } from "@portero/testing";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Product, processes, type Running, startProduct } from "./installation.ts";

const STOP_WITHIN_MS = 5_000;
const RESIDENT = {
  plate: "PZD256E",
  country: "mx",
  kind: "pickup",
  bodyColour: "#9c2730",
} as const;

describe("npm start", () => {
  let folder: string;
  let busy: Server;
  let busyPort: number;
  let last: Product | undefined;

  const start = (args: string[], options = { throughNpm: true }) => {
    last = startProduct(["--data", join(folder, "data"), ...args], {}, options);
    return last;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "portero-e2e-start-"));
    busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
    busyPort = (busy.address() as { port: number }).port;
  });
  afterAll(async () => {
    await last?.end("SIGTERM");
    await new Promise((resolve) => busy.close(resolve));
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  });

  it.each([
    [
      "a port in use",
      () => ["--port", `${busyPort}`],
      () => `${busyPort} is in use; choose another`,
    ],
    ["a folder without a picture", () => ["--frames", folder], () => `${folder} holds no JPEG`],
    [
      "a folder that is not there",
      () => ["--frames", join(folder, "none")],
      () => `there is no folder ${join(folder, "none")}`,
    ],
    ["a port that is none", () => ["--port", "eighty"], () => "a port is 0–65535"],
  ])("says clearly what is wrong with %s", async (_what, args, message) => {
    const product = start(args());
    await expect(product.ready()).rejects.toThrow(message());
    expect(product.log()).not.toMatch(/\bat .*\.ts:\d+/);
    expect((await product.end("SIGTERM")).code).toBe(1);
  });

  it("ends with Ctrl-C and leaves nothing, goes on with its data, and forgets it with --reset", async () => {
    const product = start(["--no-traffic", "--port", "0"]);
    const first = await product.ready();
    const carmen = await logIn(first);
    const written = await carmen
      .from("units")
      .insert({ tenant_id: first.accounts[0]?.tenantId ?? "", name: "Casa 99" });
    expect(written.error).toBeNull();

    const running = await descendants(product.child.pid ?? 0);
    expect(running.length).toBeGreaterThan(8);
    const { tookMs } = await product.end("SIGINT");
    // A machine that is busy with other things gives this one its share only.
    expect(tookMs).toBeLessThan(
      STOP_WITHIN_MS * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()),
    );
    const left = (await processes()).filter(({ pid, command }) =>
      running.some((before) => before.pid === pid && before.command === command),
    );
    expect(left.map(({ command }) => command)).toEqual([]);
    for (const url of addressesOf(first)) await expect(isListening(url), url).resolves.toBe(false);

    const again = start(["--no-traffic", "--port", "0"], { throughNpm: false });
    const second = await again.ready();
    expect(second.accounts).toEqual(first.accounts);
    const kept = await (await logIn(second)).from("units").select("name").eq("name", "Casa 99");
    expect(kept.data).toHaveLength(1);
    await again.end("SIGTERM");

    const reset = start(["--no-traffic", "--port", "0", "--reset"], { throughNpm: false });
    const third = await reset.ready();
    expect(third.accounts[0]?.tenantId).not.toBe(first.accounts[0]?.tenantId);
    const forgotten = await (await logIn(third)).from("units").select("name").eq("name", "Casa 99");
    expect(forgotten).toMatchObject({ error: null, data: [] });
    await reset.end("SIGTERM");
  });

  it("plays the user's own pictures as the camera's", async () => {
    const picture = await renderFrame({
      lane: "valle",
      timeOfDay: "day",
      vehicle: { ...RESIDENT, progress: 1 },
      barrier: 0,
      widthPx: 1920,
      heightPx: 1080,
      seed: 1,
      clockText: "",
    });
    await writeFile(join(folder, "lane.jpg"), picture);
    const product = start(["--frames", folder, "--port", "0"], { throughNpm: false });
    const running = await product.ready();
    const carmen = await logIn(running);
    const event = await until(
      "the vehicle of the picture is told",
      async () => {
        const answer = await carmen
          .from("realtime_events")
          .select("event_type, snapshot_path")
          .eq("plate", RESIDENT.plate)
          .eq("event_type", "resident_arrived");
        return answer.data?.[0];
      },
      90_000,
    );
    const shown = await until("its picture is there", async () => {
      const { data } = await carmen.storage.from("snapshots").download(event.snapshot_path);
      return data;
    });
    expect(shown.size).toBeGreaterThan(20_000);
    await product.end("SIGTERM");
  });
});

async function logIn({ supabaseUrl, publishableKey, accounts }: Running): Promise<SupabaseClient> {
  const client = createClient(supabaseUrl, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { email = "", password = "" } = accounts[0] ?? {};
  const { error } = await client.auth.signInWithPassword({ email, password });
  if (error) throw error;
  return client;
}

/** All processes that stem from this one. */
async function descendants(root: number) {
  const all = await processes();
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
}

const addressesOf = ({ dashboardUrl, supabaseUrl, databaseUrl, cameras, control }: Running) => [
  dashboardUrl,
  supabaseUrl,
  databaseUrl,
  control.url,
  ...cameras.map(({ url }) => url),
];

async function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", () => resolve(true));
    probe.listen(Number(port), hostname, () => probe.close(() => resolve(false)));
  });
}
