import { until } from "@portero/testing";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { browserForTests } from "./chromium.ts";
import { PATIENCE_MS } from "./desk.ts";
import { type PlayedSite, usePlayedSite } from "./played-site.ts";

const browser = await browserForTests();
/** A screen asks for what it missed in pages of 500. */
const MORE_THAN_A_PAGE = 620;

const platesFrom = (letters: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letters}${1000 + index}`);

describe.skipIf(!browser)("a shift in a rush", () => {
  const { story } = usePlayedSite(browser);

  story(
    "gives one pulse to each of three that two guards race for, and shows both whose it was (G2)",
    async (site) => {
      const guard = await site.openDesk("guard");
      const admin = await site.openDesk("admin");
      for (const plate of platesFrom("RCE", 3)) {
        const before = site.pulses.length;
        await site.come([plate]);
        await guard.take(plate);
        await guard.page.getByTestId("release").waitFor();
        await admin.waiting(plate).and(admin.page.locator("[data-holder=guard]")).waitFor();
        await admin.take(plate);
        for (const { page } of [guard, admin]) {
          await page.keyboard.press("o");
          await page.getByTestId("reasons").waitFor();
        }
        await Promise.all([guard.page.keyboard.press("1"), admin.page.keyboard.press("4")]);
        await Promise.all([guard.admitted(plate).waitFor(), admin.admitted(plate).waitFor()]);
        expect(site.pulses.length - before).toBe(1);
        const told = `Abrió ${site.pulses.at(-1)?.requestedByName}`;
        for (const desk of [guard, admin]) {
          expect(await desk.feedRow(plate).textContent()).toContain(told);
          await desk.waiting(plate).waitFor({ state: "detached" });
        }
      }
    },
  );

  story(
    "says of a doubtful read whose plate it would be, and opens by a key only (G7)",
    async (site) => {
      await site.tenant.enrol("DBT4521");
      const before = site.pulses.length;
      const { page, take, admitted, feedRow } = await site.openDesk("guard");
      await site.comeDoubtful("DBT4521");
      await take("DBT4521");
      await page.getByText("Dos lectores leen placas distintas: compare con la foto").waitFor();
      await page.getByText(/^Es de .+ · .+/).waitFor();
      expect(await feedRow("DBT4521").textContent()).toContain("leen placas distintas");
      expect(site.pulses.length).toBe(before);
      await page.keyboard.press("o");
      await page.keyboard.press("1");
      await admitted("DBT4521").waitFor();
    },
  );

  story("explains a vehicle that still waits on a page of its own", async (site) => {
    const { page, take, admitted } = await site.openDesk("guard");
    await site.come(["EVT3001"]);
    await take("EVT3001");
    await page.getByText("Primera vez que se ve esta placa").waitFor();
    await page.locator('nav a[href$="/history"]').click();
    const line = (plate: string) => page.getByTestId("history-row").filter({ hasText: plate });
    await line("EVT3001").waitFor();
    // What comes meanwhile is offered, and pushes nothing away from under the finger.
    await site.come(["EVT3002"], ["EVT3002"]);
    await page.getByTestId("history-new").and(page.locator(":enabled")).waitFor();
    expect(await line("EVT3002").count()).toBe(0);
    await page.getByTestId("history-new").click();
    await line("EVT3002").waitFor();
    await page.getByTestId("history-new").and(page.locator(":disabled")).waitFor();
    await line("EVT3001").click();
    await page.getByRole("heading", { level: 1, name: "EVT3001" }).waitFor();
    await page.getByTestId("earlier-visits").waitFor();
    await page.goBack();
    await page.goBack();
    await take("EVT3001");
    await page.keyboard.press("o");
    await page.keyboard.press("1");
    await admitted("EVT3001").waitFor();
  });

  story("goes on where it was when its session ends in the middle of a decision", async (site) => {
    const { page, take, admitted } = await site.openDesk("guard");
    const { guard, admin } = site.tenant.accounts;
    const before = site.pulses.length;
    await site.come(["SES2024"]);
    await take("SES2024");
    await page.keyboard.press("o");
    await page.keyboard.press("9");
    const words = "El técnico del elevador, lo espera Casa 14";
    await page.getByTestId("other-reason").fill(words);

    const client = await site.project.client(admin);
    const ended = await client.rpc("end_sessions", {
      p_tenant_id: site.tenant.tenantId,
      p_user_id: guard.userId,
    });
    expect(ended.error).toBeNull();
    await page.getByTestId("login-password").fill(guard.password);
    expect(site.pulses.length).toBe(before);
    await page.getByTestId("login-submit").click();
    await page.getByTestId("login-password").waitFor({ state: "detached" });

    expect(await page.getByTestId("other-reason").inputValue()).toBe(words);
    await page.getByTestId("other-reason").press("Enter");
    await admitted("SES2024").waitFor();
    expect(site.pulses.slice(before).map(({ reason }) => reason)).toEqual([words]);
  });

  story("asks for the password again where a session ended while nobody looked", async (site) => {
    const { page, isLive } = await site.openDesk("guard");
    const { guard } = site.tenant.accounts;
    const url = page.url();
    await page.goto("about:blank");
    await site.project.database.query("delete from auth.sessions where user_id = $1", [
      guard.userId,
    ]);
    await page.goto(url);
    await page.getByTestId("login-password").fill(guard.password);
    await page.getByTestId("login-submit").click();
    await isLive();
  });

  story("waits for a page that it asked for while the network was gone", async (site) => {
    const { page } = await site.openDesk("guard");
    const state = page.getByTestId("connection-state");
    site.line.cut();
    await page.context().setOffline(true);
    await state.and(page.locator("[data-kind=offline]")).waitFor();
    await page.locator('nav a[href$="/figures"]').click();
    await page.waitForRequest((request) => request.url().endsWith("/config.json"));
    await page.waitForRequest((request) => request.url().endsWith("/config.json"));
    expect(await state.isVisible()).toBe(true);
    site.line.mend();
    await page.context().setOffline(false);
    await page.getByTestId("figures-span").waitFor();
  });

  story("handles a rush of 30 by keyboard alone, with three keys a vehicle", async (site) => {
    const { page, inHand } = await site.openDesk("guard");
    const plates = platesFrom("RSH", 30);
    const before = site.pulses.length;
    let keys = 0;
    const press = async (key: string) => {
      keys++;
      await page.keyboard.press(key);
    };
    await site.come(plates.slice(0, 10));
    for (const [index, plate] of plates.entries()) {
      if (index > 0) await press("j");
      await inHand.getByTestId("plate-text").and(page.getByLabel(plate)).waitFor();
      await press("o");
      // Others keep coming while the guard decides.
      await site.come(plates.slice(10 + index, 11 + index));
      await press("1");
    }
    await until(
      "every gate command has been carried out",
      () => site.pulses.length >= before + plates.length,
      PATIENCE_MS,
    );
    expect(keys).toBeLessThanOrEqual(3 * plates.length);
    await page.getByTestId("waiting-count").getByText("0", { exact: true }).waitFor();
    const opened = await site.project.database.query(
      `select e.plate, c.reason from gate_commands c
       join realtime_events e on (e.tenant_id, e.id) = (c.tenant_id, c.alert_event_id)
       where c.tenant_id = $1 and e.plate like 'RSH%' order by c.requested_at`,
      [site.tenant.tenantId],
    );
    expect(opened.rows).toEqual(plates.map((plate) => ({ plate, reason: "announced_visit" })));
    expect(site.pulses.length - before).toBe(plates.length);
  });

  story("is handed over with a note, signed by both", async (site) => {
    const guard = await site.openDesk("guard");
    const admin = await site.openDesk("admin");
    await site.come(["HND4711"]);
    await admin.waiting("HND4711").waitFor();
    await guard.waiting("HND4711").waitFor();
    await guard.page.getByTestId("on-duty").click();
    await guard.page.getByTestId("hand-over").click();
    const note = "La bomba del <b>pozo</b> hace ruido.";
    await guard.page.getByTestId("hand-over-note").fill(note);
    await guard.page.getByTestId("hand-over-submit").click();

    const left = admin.page.getByTestId("handover");
    await left.getByText(note).waitFor();
    await left.getByTestId("take-over").click();
    await guard.page.getByTestId("handover").getByText("admin").waitFor();
    const { guard: from, admin: to } = site.tenant.accounts;
    expect(await signed(site, "shift_handed_over")).toEqual([
      expect.objectContaining({ by: from.userId, note, waiting: 1 }),
    ]);
    expect(await signed(site, "shift_taken_over")).toEqual([
      expect.objectContaining({ by: to.userId }),
    ]);
  });

  story(
    "misses none of 620 that come while the network is gone, and says so meanwhile (E3)",
    async (site) => {
      const desk = await site.openDesk("guard");
      const { page } = desk;
      await site.come(["NET0001"]);
      await desk.take("NET0001");
      const mark = (await desk.connections()).length;

      site.line.cut();
      await page.context().setOffline(true);
      const state = page.getByTestId("connection-state");
      await state.and(page.locator("[data-kind=offline]")).waitFor();
      expect(await state.textContent()).toContain("lo que ve es de");
      const missed = platesFrom("NET", MORE_THAN_A_PAGE);
      const strangers = missed.filter((_plate, index) => index % 100 === 50);
      const residents = missed.filter((plate) => !strangers.includes(plate));
      await site.come(missed, residents);
      // An opening that nobody hears is no opening, and the guard is told.
      await page.keyboard.press("o");
      await page.getByTestId("reasons").waitFor();
      await page.keyboard.press("1");
      await page.getByTestId("opening-fault").waitFor();
      expect(await desk.feedRow("NET1000").count()).toBe(0);
      expect((await desk.connections()).slice(mark)).not.toContain("live");

      site.line.mend();
      await page.context().setOffline(false);
      await desk.isLive();
      const said = (await desk.connections()).slice(mark);
      expect(said).toEqual(expect.arrayContaining(["offline", "catching_up"]));
      expect(said.at(-1)).toBe("live");
      const { rows } = await site.project.database.query(
        "select id from realtime_events where tenant_id = $1 and plate like 'NET%' order by seq desc",
        [site.tenant.tenantId],
      );
      expect(rows).toHaveLength(missed.length + 1);
      expect((await feedOf(page)).slice(0, rows.length)).toEqual(rows.map(({ id }) => id));
      for (const plate of strangers) await desk.waiting(plate).waitFor();
      expect(await desk.inHand.getByTestId("plate-text").textContent()).toBe("NET0001");
    },
  );

  story(
    "draws forty of those that wait, says how many more there are, and shows them",
    async (site) => {
      const { page } = await site.openDesk("guard");
      await site.come(platesFrom("MNY", 60));
      const count = page.getByTestId("waiting-count");
      await until(
        "all are counted",
        async () => Number(await count.textContent()) >= 60,
        PATIENCE_MS,
      );
      const waiting = Number(await count.textContent());
      const cards = page.getByTestId("waiting-card");
      expect(await cards.count()).toBe(40);
      const more = page.getByTestId("waiting-more");
      expect(await more.textContent()).toContain(`${waiting - 40}`);
      await more.click();
      await more.waitFor({ state: "detached" });
      expect(await cards.count()).toBe(waiting);
    },
  );
});

/** The payloads of the tenant's events of one type. */
async function signed({ project, tenant }: PlayedSite, type: string): Promise<unknown[]> {
  const { rows } = await project.database.query(
    "select payload from realtime_events where tenant_id = $1 and event_type = $2",
    [tenant.tenantId, type],
  );
  return rows.map(({ payload }) => payload);
}

/** The ids of the feed's rows from top to bottom, which has to be scrolled: it draws what is in sight. */
function feedOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(async () => {
    const feed = document.querySelector("[data-testid=feed]");
    const frame = () => new Promise(requestAnimationFrame);
    const found = new Set();
    for (;;) {
      await frame();
      await frame();
      for (const row of feed.querySelectorAll("[data-event-id]")) found.add(row.dataset.eventId);
      const before = feed.scrollTop;
      feed.scrollTop += feed.clientHeight;
      if (feed.scrollTop === before) return [...found];
    }
  })()`);
}
