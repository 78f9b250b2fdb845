import { until } from "@portero/testing";
import pg from "pg";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "./chromium.ts";
import { type Desk, openDesk, PATIENCE_MS } from "./desk.ts";
import { withEvidence } from "./evidence.ts";
import { type Account, type Installation, startInstallation } from "./installation.ts";
import { type Lane, laneOf } from "./lane.ts";
import { wordsOf } from "./tenant-words.ts";

const chromium = await launchChromium();
if ("missing" in chromium) {
  console.warn(`The browser tests are left out, because there is no Chromium: ${chromium.missing}`);
}

describe.skipIf("missing" in chromium).each(["broadcast", "postgres_changes"] as const)(
  "from the camera to the guard's screen over %s",
  (transport) => {
    const browser = chromium as Browser;
    let installation: Installation;
    let database: pg.Client;
    let ana: Desk;
    let joao: Desk;
    let valle: Lane;
    let acacias: Lane;

    beforeAll(async () => {
      installation = await startInstallation(transport);
      const { running } = installation;
      database = new pg.Client({ connectionString: running.databaseUrl });
      database.on("error", () => {});
      await database.connect();
      [ana, joao] = await Promise.all([
        openDesk(browser, running, accountOf("ana@valle.example")),
        openDesk(browser, running, accountOf("joao@acacias.example")),
      ]);
      valle = laneOf(running, ana.account.tenantId);
      acacias = laneOf(running, joao.account.tenantId);
      await Promise.all([ana.isLive(), joao.isLive()]);
    });
    afterAll(async () => {
      await Promise.all([ana?.close(), joao?.close(), database?.end()]);
      await installation?.stop();
    });

    const accountOf = (email: string): Account => {
      const found = installation.running.accounts.find((account) => account.email === email);
      if (!found) throw new Error(`nobody is called ${email}`);
      return found;
    };
    const story = (name: string, run: () => Promise<void>) =>
      it(name, () =>
        withEvidence({ desks: () => [ana, joao].filter(Boolean), log: installation.log }, run),
      );

    story("opens for a resident and says who came", async () => {
      await valle.send({ plate: "LMV639B", country: "mx" });
      await acacias.send({ plate: "GZN2C64", country: "br", patienceMs: 20_000 });

      const row = ana.feedRow("LMV639B");
      await row.waitFor();
      expect(await row.textContent()).toContain("Casa 14 · Familia Rojas");
      await row.and(ana.page.locator("[data-tone=admitted]")).waitFor();
      await row.getByRole("img", { name: "entró" }).waitFor();
      await seesGateMove(ana, 0);
      await joao.feedRow("GZN2C64").and(joao.page.locator("[data-tone=admitted]")).waitFor();

      await until("the resident drives through", async () => has(await valle.history(), "passed"));
      expect(pulsesIn(await valle.history())).toBe(1);
    });

    story("lets the guard open for an unknown vehicle with a reason, by keyboard", async () => {
      const before = pulsesIn(await valle.history());
      await valle.send({ plate: "MPT473G", country: "mx" });
      await acacias.send({ plate: "JBK3T98", country: "br", patienceMs: 15_000 });

      await ana.take("MPT473G");
      await until("the picture is there", () => hasPicture(ana), PATIENCE_MS);
      await joao.waiting("JBK3T98").waitFor();

      const alreadySeen = await ana.gateStates();
      await ana.page.keyboard.press("o");
      await ana.page.getByTestId("reasons").waitFor();
      await ana.page.keyboard.press("4");
      const answer = ana.inHand.getByTestId("gate-answer");
      await answer.waitFor();
      expect(await answer.textContent()).toContain("Ana Ruiz · Entrega o paquete");
      await answer.and(ana.page.locator("[data-step=open], [data-step=closed]")).waitFor();
      await ana.waiting("MPT473G").waitFor({ state: "detached" });
      await ana.feedRow("MPT473G").and(ana.page.locator("[data-tone=admitted]")).waitFor();
      await seesGateMove(ana, alreadySeen.length - 1);

      await until("the visitor drives through", async () =>
        has(await valle.history(), "passed", "MPT473G"),
      );
      expect(pulsesIn(await valle.history())).toBe(before + 1);
      const commands = await database.query("select status, reason from gate_commands");
      expect(commands.rows).toEqual([{ status: "opened", reason: "delivery" }]);
    });

    story("lets the guard refuse, and the gate stays closed", async () => {
      const before = pulsesIn(await valle.history());
      await valle.send({ plate: "FJX826W", country: "mx", patienceMs: 15_000 });
      await ana.take("FJX826W");
      await ana.page.keyboard.press("n");
      await ana.feedRow("FJX826W").and(ana.page.locator("[data-tone=refused]")).waitFor();
      expect(await ana.feedRow("FJX826W").textContent()).toContain("No se abrió · Ana Ruiz");
      await ana.waiting("FJX826W").waitFor({ state: "detached" });

      await until(
        "the driver turns back",
        async () => has(await valle.history(), "turned_back", "FJX826W"),
        PATIENCE_MS,
      );
      expect(pulsesIn(await valle.history())).toBe(before);
    });

    story("never shows, sends or receives a word of the other tenant (T1)", async () => {
      for (const [desk, other] of [
        [ana, joao],
        [joao, ana],
      ] as const) {
        const own = await wordsOf(database, desk.account.tenantId);
        const foreign = await wordsOf(database, other.account.tenantId);
        // The check can fail: the same look finds the page's own words everywhere.
        expect(
          await desk.transcript.leaksOf([desk.account.tenantId, desk.account.name]),
        ).toHaveLength(2);
        const sizes = await desk.transcript.sizes();
        expect(Math.min(sizes.bodies, sizes.frames, sizes.shown)).toBeGreaterThan(20);
        expect(own.length).toBeGreaterThan(50);
        expect(foreign).toContain(other.account.tenantId);
        expect(foreign).toContain(other === ana ? "MPT473G" : "JBK3T98");
        expect(foreign).toContain(other.account.name);
        expect(await desk.transcript.leaksOf(foreign)).toEqual([]);
      }
    });
  },
);

type History = Awaited<ReturnType<Lane["history"]>>;

const has = (history: History, what: string, plate?: string) =>
  history.some((entry) => entry.what === what && (plate === undefined || entry.detail === plate));

const pulsesIn = (history: History) => history.filter(({ what }) => what === "barrier_open").length;

/** Waits until the screen, from that state on, has shown the gate go up and come down again. */
async function seesGateMove(desk: Desk, from: number): Promise<void> {
  await until(
    "the screen shows the gate open and closed again",
    async () => {
      const states = (await desk.gateStates()).slice(from);
      return states.includes("open") && states.at(-1) === "closed";
    },
    PATIENCE_MS,
  );
}

/** A photograph of the vehicle in hand has been loaded and drawn. */
const hasPicture = (desk: Desk) =>
  desk.page.evaluate("document.querySelector('[data-testid=in-hand] img')?.naturalWidth > 640");
