import { readFile } from "node:fs/promises";
import { until } from "@portero/testing";
import type { Locator, Page } from "playwright-core";
import { describe, expect } from "vitest";
import { browserForTests } from "./chromium.ts";
import { PATIENCE_MS } from "./desk.ts";
import { useWorld } from "./world.ts";

const browser = await browserForTests();

/** The text of the file that a press makes the browser save. */
async function savedBy(page: Page, button: Locator): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFile(await file.path(), "utf8");
}

describe.skipIf(!browser)("an administrator's day", { timeout: 300_000 }, () => {
  const { story } = useWorld(browser, "broadcast");

  story(
    "a list is looked at line by line, saved at once, and saved again changes nothing",
    async (world) => {
      const admin = await world.openDesk("carmen@valle.example");
      const { page, account } = admin;
      const list = [
        "Casa\tResidente\tTeléfono\tPlaca\tModelo",
        "Casa 70\tEva <b>Luna</b>\t=1+1\tEVA-12-34\tGris",
        "Casa 70\tLuis Luna\t\tLUN5678\t",
        "Casa 71\tOtro\t\tПЛАТ12\t",
        `Casa 72\t${"x".repeat(300)}\t\t\t`,
        "Casa 73\tPrima\t\tRKX482A\t",
      ].join("\n");
      const paste = async () => {
        await page.getByTestId("import-paste").fill(list);
        await page.getByTestId("import-read").click();
        await page.locator("[data-testid=import-lines] li").first().waitFor();
      };
      await admin.open("import");
      await paste();
      const lines = page.locator("[data-testid=import-lines] li");
      expect(await lines.count()).toBe(5);
      await page.getByTestId("import-shown").locator("label").nth(1).click();
      await until("only problems are shown", async () => (await lines.count()) === 3, PATIENCE_MS);
      const refused = await savedBy(page, page.getByTestId("import-refused"));
      expect(refused.trim().split("\r\n")).toHaveLength(4);

      await page.getByTestId("import-carry-out").click();
      await page.getByTestId("import-done").waitFor();
      const count = async () =>
        (
          await world.query<{ count: number }>(
            "select count(*)::integer as count from vehicles where tenant_id = $1 and plate in ('EVA1234', 'LUN5678')",
            [account.tenantId],
          )
        )[0]?.count;
      expect(await count()).toBe(2);

      await admin.open("import");
      await paste();
      expect(await page.getByTestId("import-carry-out").isDisabled()).toBe(true);
      await admin.open("import");
      const exported = await savedBy(page, page.getByTestId("register-export"));
      expect(exported).toContain(`Eva <b>Luna</b>,"'=1+1"`);
      await admin.close();
    },
  );

  story("the month's report prints what the gate did, on white paper", async (world) => {
    await world.valle.send({ plate: "RKX482A", country: "mx" });
    await world.ana.admitted("RKX482A").first().waitFor();
    const admin = await world.openDesk("carmen@valle.example");
    const { page } = admin;
    await page.emulateMedia({ colorScheme: "dark" });
    await admin.open("figures");
    await page.getByTestId("figures-span").locator("label").nth(2).click();
    await page.getByTestId("figures-month").waitFor();
    await page
      .locator("dl dd")
      .first()
      .filter({ hasText: /^[1-9]/ })
      .waitFor();
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const paper = await page.evaluate(
      "getComputedStyle(document.querySelector('main section section')).backgroundColor",
    );
    expect(paper).toBe("rgb(255, 255, 255)");
    expect(await page.locator("nav").isVisible()).toBe(false);
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    await admin.close();
  });

  story(
    "stricter rules are tried on the last days' vehicles before they hold, and each event tells its own",
    async (world) => {
      await world.valle.send({ plate: "RKX482A", country: "mx" });
      await world.ana.admitted("RKX482A").first().waitFor();
      const admin = await world.openDesk("carmen@valle.example");
      const { page, account } = admin;
      await admin.open("rules");
      const frames = page.getByTestId("rules-minAgreeingFrames").locator("label");
      await page.getByTestId("rules-preview").waitFor();
      expect(await page.getByTestId("rules-later").count()).toBe(0);
      await frames.nth(2).click();
      await page.getByTestId("rules-later").waitFor();
      await page.getByTestId("rules-save").click();
      await page.getByTestId("rules-saved").waitFor();
      const rules = await world.query(
        "select min_agreeing_frames, min_lead from opening_rules where tenant_id = $1",
        [account.tenantId],
      );
      expect(rules).toEqual([{ min_agreeing_frames: 4, min_lead: 50 }]);
      const [event] = await world.query<{ id: string }>(
        "select id from realtime_events where tenant_id = $1 and event_type = 'resident_arrived' order by seq desc limit 1",
        [account.tenantId],
      );
      await admin.open(`events/${event?.id}`);
      expect(await page.getByTestId("held-rules").locator("li").count()).toBe(3);
      await admin.open("rules");
      await page
        .getByTestId("rules-minAgreeingFrames")
        .locator("input[value='2']:checked")
        .waitFor({ state: "attached" });
      await frames.nth(0).click();
      await page.getByTestId("rules-save").click();
      await page.getByTestId("rules-saved").waitFor();
      await admin.close();
    },
  );

  story("a person who asks for it is nowhere any more, and the record says so", async (world) => {
    const admin = await world.openDesk("carmen@valle.example");
    const { page, account } = admin;
    await admin.open("privacy");
    await page.getByTestId("person-search").fill("nunez");
    await page.getByTestId("person-found").first().check();
    await page.getByTestId("person-reference").fill("folio 12");
    const copy = JSON.parse(await savedBy(page, page.getByTestId("person-copy")));
    expect(copy.residents).toMatchObject([{ full_name: "Gabriela Núñez" }]);
    await page.getByTestId("person-erase").click();
    await page.getByTestId("person-erase-sure").click();
    await page.getByTestId("person-erased").waitFor();
    for (const table of ["residents", "vehicles", "realtime_events", "audit_log"]) {
      const found = await world.query(
        `select 1 from ${table} x where tenant_id = $1 and (x::text like '%Núñez%' or x::text like '%NTB731C%')`,
        [account.tenantId],
      );
      expect(found, table).toEqual([]);
    }
    await page.locator('nav a[href$="/record"]').click();
    await page.getByTestId("record").getByText("folio 12").first().waitFor();
    await admin.close();
  });

  story(
    "a session that is ended from afar asks for the password, and keeps the page",
    async (world) => {
      const guard = await world.openDesk("luis@valle.example");
      const admin = await world.openDesk("carmen@valle.example");
      const { page } = admin;
      await admin.open("people");
      await page.getByTestId("people").getByText("Luis").first().click();
      await page.getByTestId("end-session").first().click();
      await guard.page.getByTestId("login-password").waitFor();
      await guard.close();
      await admin.close();
    },
  );
});
