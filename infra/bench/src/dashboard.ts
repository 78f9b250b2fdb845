import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { launchChromium } from "@portero/e2e/chromium";
import { type Desk, openDesk } from "@portero/e2e/desk";
import { startInstallation } from "@portero/e2e/installation";
import { until } from "@portero/testing";
import pg from "pg";
import type { Bench } from "./bench.ts";
import { machine, quantile } from "./statistics.ts";

const DIST = join(import.meta.dirname, "../../../dashboard/dist");
const ARRIVALS = 20;
const PAINTS = 5;

export const dashboardBench: Bench = {
  name: "dashboard",
  summary:
    "in Chromium: the desk's JavaScript, its first useful paint, scrolling a long history, what moves when an event arrives",
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { events: { type: "string", default: "10000" }, json: { type: "boolean" } },
    });
    const installation = await startInstallation("broadcast");
    const browser = await launchChromium();
    if ("missing" in browser) throw new Error(`a browser is needed: ${browser.missing}`);
    const database = new pg.Client({ connectionString: installation.running.databaseUrl });
    await database.connect();
    try {
      const account = installation.running.accounts.find(({ role }) => role === "guard");
      if (!account) throw new Error("the installation has no guard");
      await fill(database, account.tenantId, Number(values.events));
      const desk = await openDesk(browser, installation.running, account);
      await desk.isLive();
      const page = await unwatched(desk);
      const report = {
        initialJsBytes: await initialJsBytes(page),
        firstUsefulPaintMs: await firstUsefulPaintMs(page),
        layoutShift: await layoutShiftOnArrival(page, database, account.tenantId),
        scrolling: await scrollHistory(page, Number(values.events)),
      };
      if (values.json) return console.log(JSON.stringify(report));
      const { longestTaskMs, longTasks, seconds, shown } = report.scrolling;
      console.log(machine());
      console.log(`initial JavaScript, gzip: ${(report.initialJsBytes / 1000).toFixed(0)} kB`);
      console.log(`first useful paint, median of ${PAINTS}: ${report.firstUsefulPaintMs} ms`);
      console.log(`layout shift over ${ARRIVALS} arrivals: ${report.layoutShift}`);
      console.log(
        `scrolling ${shown} events in ${seconds} s: longest task ${longestTaskMs} ms, ${longTasks} over 50 ms`,
      );
    } finally {
      await database.end();
      await browser.close();
      await installation.stop();
    }
  },
};

type Page = Desk["page"];

/** The same desk in a page that notes nothing of what it shows: noting would be measured with it. */
async function unwatched(desk: Desk): Promise<Page> {
  const page = await desk.page.context().newPage();
  await page.goto(desk.page.url());
  await desk.page.close();
  return page;
}

/** What the browser asked for before the desk could be used, compressed as a proxy sends it. */
async function initialJsBytes(page: Page): Promise<number> {
  await page.reload();
  await page.getByTestId("feed-row").first().waitFor();
  const names: string[] = await page.evaluate(
    `performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname).filter((path) => path.endsWith(".js"))`,
  );
  const files = new Set(await readdir(join(DIST, "assets")));
  let bytes = 0;
  for (const name of new Set(names.map((path) => path.split("/").at(-1) ?? ""))) {
    if (files.has(name)) bytes += gzipSync(await readFile(join(DIST, "assets", name))).length;
  }
  return bytes;
}

/** From the address to the first frame with the day's vehicles on it, the session being there already. */
async function firstUsefulPaintMs(page: Page): Promise<number> {
  const times: number[] = [];
  await page.addInitScript(`
    new MutationObserver((_changes, observer) => {
      if (!document.querySelector("[data-testid=feed-row]")) return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => { window.usefulAtMs = performance.now(); }));
    }).observe(document, { childList: true, subtree: true });
  `);
  for (let round = 0; round < PAINTS; round++) {
    await page.reload();
    times.push(
      await until("the feed is painted", () =>
        page.evaluate<number | undefined>("window.usefulAtMs"),
      ),
    );
  }
  return Math.round(quantile(times, 0.5));
}

/** The sum of all shifts while vehicles arrive at the desk, each one a new line and every second one an alert. */
async function layoutShiftOnArrival(
  page: Page,
  database: pg.Client,
  tenantId: string,
): Promise<number> {
  await page.waitForLoadState("networkidle");
  await page.evaluate(`
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shift += entry.value;
    }).observe({ type: "layout-shift" });
  `);
  for (let index = 0; index < ARRIVALS; index++) {
    const plate = `ARR${String(index).padStart(4, "0")}`;
    const type = index % 2 === 0 ? "resident_arrived" : "unknown_vehicle";
    await database.query(INSERT, [tenantId, 1, type, "ARR", index]);
    await page.getByTestId("feed-row").filter({ hasText: plate }).waitFor();
  }
  return page.evaluate<number>("window.shift");
}

interface Scrolling {
  shown: number;
  seconds: number;
  longestTaskMs: number;
  longTasks: number;
}

/** Goes down the whole history as fast as its pages come, and notes every task that held the page up. */
async function scrollHistory(page: Page, count: number): Promise<Scrolling> {
  await page.locator('nav a[href$="/history"]').click();
  await page.getByTestId("history-row").first().waitFor();
  await page.evaluate(`
    window.tasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.tasks.push(entry.duration);
    }).observe({ type: "longtask" });
  `);
  const startedMs = performance.now();
  const seen = await page.evaluate<number>(`(async () => {
    const rows = document.querySelector("[data-testid=history]");
    const scroller = rows.parentElement;
    const frame = () => new Promise(requestAnimationFrame);
    let idleFrames = 0;
    while (idleFrames < 600) {
      const before = scroller.scrollTop;
      scroller.scrollTop += 400;
      await frame();
      idleFrames = scroller.scrollTop === before ? idleFrames + 1 : 0;
      if (rows.offsetHeight >= ${count} * 52 && scroller.scrollTop === before) break;
    }
    return rows.offsetHeight;
  })()`);
  const tasks = await page.evaluate<number[]>("window.tasks");
  return {
    shown: Math.round(seen / 52),
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
    longestTaskMs: Math.round(Math.max(0, ...tasks)),
    longTasks: tasks.length,
  };
}

/** $1 tenant, $2 how many, $3 type, $4 the plate's letters, $5 its first number. */
const INSERT = `
  insert into realtime_events (tenant_id, id, event_type, site_id, gate_id, camera_id, occurred_at, payload)
  select g.tenant_id, gen_random_uuid(), $3, g.site_id, g.id, c.id,
    clock_timestamp() - make_interval(mins => 3 * ($2 - n)::integer),
    jsonb_build_object(
      'sighting_id', gen_random_uuid(), 'plate', $4 || lpad(($5 + n - 1)::text, 4, '0'), 'confidence', 0.99,
      'characters', (select jsonb_agg(jsonb_build_object('character', 'A', 'confidence', 0.99, 'alternatives', '["B", "C"]'::jsonb)) from generate_series(1, 7)),
      'candidates', '[]'::jsonb, 'box', null, 'frame_width_px', 1920, 'frame_height_px', 1080,
      'frames', (select jsonb_agg(jsonb_build_object('hash', md5(n || '-' || f), 'text', 'AAA0000', 'captured_at', clock_timestamp(), 'confidence', 0.97)) from generate_series(1, 4) f),
      'decision', jsonb_build_object('kind', 'grant', 'reason', null, 'policy_version', 'bench', 'register_version', 1),
      'suggestions', '[]'::jsonb, 'timings_ms', '{"detect": 20, "read": 14}'::jsonb,
      'resident_name', 'Familia ' || n % 300, 'unit_name', 'Casa ' || n % 300)
  from generate_series(1, $2::integer) n, gates g join cameras c on c.tenant_id = g.tenant_id
  where g.tenant_id = $1
  order by n`;

async function fill(database: pg.Client, tenantId: string, count: number): Promise<void> {
  await database.query(INSERT, [tenantId, count, "resident_arrived", "OLD", 0]);
}
