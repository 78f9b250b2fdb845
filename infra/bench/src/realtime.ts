import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { launchChromium } from "@portero/e2e/chromium";
import { type Desk, openDesk } from "@portero/e2e/desk";
import { type Installation, startInstallation } from "@portero/e2e/installation";
import { laneOf } from "@portero/e2e/lane";
import { until } from "@portero/testing";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import pg from "pg";
import type { Bench } from "./bench.ts";
import { machine, spread } from "./statistics.ts";

const BETWEEN_MS = 150;

export const realtimeBench: Bench = {
  name: "realtime",
  summary:
    "event inserted → on a guard's screen in Chromium with 100 guards connected; the guard's key → command at the barrier",
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        events: { type: "string", default: "200" },
        guards: { type: "string", default: "100" },
        openings: { type: "string", default: "20" },
        json: { type: "boolean" },
      },
    });
    const installation = await startInstallation("broadcast");
    const browser = await launchChromium();
    if ("missing" in browser) throw new Error(`a browser is needed: ${browser.missing}`);
    const database = new pg.Client({ connectionString: installation.running.databaseUrl });
    await database.connect();
    const guards: SupabaseClient[] = [];
    try {
      const account = installation.running.accounts.find(({ role }) => role === "guard");
      if (!account) throw new Error("the installation has no guard");
      guards.push(...(await connectGuards(installation, account, Number(values.guards))));
      const desk = await openDesk(browser, installation.running, account);
      await desk.isLive();
      const screenMs = await measureScreen(desk, database, account.tenantId, Number(values.events));
      const keyMs = await measureKey(
        desk,
        database,
        installation,
        account.tenantId,
        Number(values.openings),
      );
      const report = {
        guards: guards.length,
        eventToScreenMs: spread(screenMs),
        keyToBarrierMs: spread(keyMs),
      };
      if (values.json) console.log(JSON.stringify(report));
      else {
        console.log(machine());
        console.log(
          `event inserted → on the screen: p50 ${report.eventToScreenMs.p50} ms, p95 ${report.eventToScreenMs.p95} ms (${screenMs.length} events, ${guards.length} guards connected)`,
        );
        console.log(
          `guard's key → command at the barrier: p50 ${report.keyToBarrierMs.p50} ms, p95 ${report.keyToBarrierMs.p95} ms (${keyMs.length} openings)`,
        );
      }
    } finally {
      await Promise.all(guards.map((guard) => guard.realtime.disconnect()));
      await database.end();
      await browser.close();
      await installation.stop();
    }
  },
};

/** More guards of the same tenant, each on a socket of its own, under one person's token. */
async function connectGuards(
  { running }: Installation,
  account: { email: string; password: string; tenantId: string },
  count: number,
): Promise<SupabaseClient[]> {
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const person = createClient(running.supabaseUrl, running.publishableKey, options);
  const { data, error } = await person.auth.signInWithPassword(account);
  if (error) throw error;
  const topic = await person.rpc("tenant_topic", { p_tenant_id: account.tenantId });
  const accessToken = async () => data.session.access_token;
  return Promise.all(
    Array.from({ length: count }, async () => {
      const guard = createClient(running.supabaseUrl, running.publishableKey, { accessToken });
      await guard.realtime.setAuth();
      await new Promise<void>((resolve, reject) => {
        guard
          .channel(topic.data, { config: { private: true } })
          .on("broadcast", { event: "realtime_event" }, () => {})
          .subscribe((state, cause) => {
            if (state === "SUBSCRIBED") resolve();
            else if (state !== "CLOSED") reject(cause ?? new Error(state));
          });
      });
      return guard;
    }),
  );
}

/** Runs in the page: notes when each plate that we invent was painted for the first time. */
const WATCH_PLATES = `(() => {
  const painted = (globalThis.paintedPlates = {});
  new MutationObserver((changes) => {
    const found = changes
      .flatMap((change) => [...change.addedNodes])
      .flatMap((node) => node.textContent?.match(/BNC\\d{4}/g) ?? []);
    if (found.length === 0) return;
    requestAnimationFrame(() => {
      for (const plate of found) painted[plate] ??= performance.timeOrigin + performance.now();
    });
  }).observe(document.body, { childList: true, subtree: true });
})()`;

const paintedAt = (desk: Desk, plate: string): Promise<number | null> =>
  desk.page.evaluate(`globalThis.paintedPlates[${JSON.stringify(plate)}] ?? null`);

async function measureScreen(
  desk: Desk,
  database: pg.Client,
  tenantId: string,
  count: number,
): Promise<number[]> {
  await desk.page.evaluate(WATCH_PLATES);
  const latencies: number[] = [];
  for (let index = 0; index < count; index++) {
    const plate = `BNC${String(index).padStart(4, "0")}`;
    const sentMs = performance.timeOrigin + performance.now();
    await insertEvent(database, tenantId, "resident_arrived", plate);
    const seenMs = await until(`${plate} on the screen`, () => paintedAt(desk, plate));
    latencies.push(seenMs - sentMs);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
  return latencies;
}

async function measureKey(
  desk: Desk,
  database: pg.Client,
  { running }: Installation,
  tenantId: string,
  count: number,
): Promise<number[]> {
  const lane = laneOf(running, tenantId);
  const latencies: number[] = [];
  for (let index = 0; index < count; index++) {
    const plate = `BNK${String(index).padStart(4, "0")}`;
    await insertEvent(database, tenantId, "unknown_vehicle", plate);
    await desk.waiting(plate).click();
    await desk.page.keyboard.press("o");
    await desk.page.getByTestId("reason-1").waitFor();
    const pressedMs = performance.timeOrigin + performance.now();
    await desk.page.keyboard.press("1");
    const opening = await until("the command at the barrier", async () =>
      (await lane.history()).find(({ what }) => what === "barrier_open"),
    );
    latencies.push(opening.atMs - pressedMs);
    await until("the barrier to be seen open", async () => {
      const { rows } = await database.query(
        "select status from gate_commands where tenant_id = $1 order by requested_at desc limit 1",
        [tenantId],
      );
      return rows[0]?.status === "opened";
    });
    await lane.reset();
    await until("the gate to be closed again", async () => {
      const { rows } = await database.query(
        "select status -> 'gates' -> 0 ->> 'state' as state from site_status where tenant_id = $1",
        [tenantId],
      );
      return rows[0]?.state === "closed";
    });
  }
  return latencies;
}

async function insertEvent(
  database: pg.Client,
  tenantId: string,
  type: string,
  plate: string,
): Promise<void> {
  const payload = {
    sighting_id: randomUUID(),
    plate,
    confidence: 0.99,
    characters: [...plate].map((character) => ({ character, confidence: 0.99, alternatives: [] })),
    candidates: [],
    frames: [],
    box: null,
    frame_width_px: 1920,
    frame_height_px: 1080,
    decision: {
      kind: type === "unknown_vehicle" ? "alert" : "grant",
      reason: null,
      policy_version: "bench",
      register_version: 1,
    },
    suggestions: [],
    timings_ms: {},
    resident_name: "Banco de pruebas",
    unit_name: "Casa 1",
  };
  await database.query(
    "insert into realtime_events (tenant_id, id, event_type, site_id, gate_id, camera_id, occurred_at, payload) select g.tenant_id, $2, $3, g.site_id, g.id, c.id, clock_timestamp(), $4 from gates g join cameras c on c.tenant_id = g.tenant_id where g.tenant_id = $1",
    [tenantId, randomUUID(), type, payload],
  );
}
