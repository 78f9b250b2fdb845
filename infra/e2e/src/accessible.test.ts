import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserForTests } from "./chromium.ts";
import { type Account, type Installation, startInstallation } from "./installation.ts";
import { type Lane, laneOf } from "./lane.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const PAGES = [
  "history",
  "houses",
  "vehicles",
  "passes",
  "denied",
  "site",
  "rules",
  "figures",
  "people",
  "record",
];
const SIZES = { desk: { width: 1600, height: 900 }, phone: { width: 390, height: 844 } };

const browser = await browserForTests();

/** What axe finds on the page as it is now, each with where. */
async function violationsOf(page: Page): Promise<string[]> {
  // Half a megabyte of code: once for each document is enough.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  return page.evaluate(async (tags) => {
    const { axe, document } = globalThis as unknown as {
      document: unknown;
      axe: {
        run(
          where: unknown,
          options: object,
        ): Promise<{
          violations: { id: string; nodes: { target: string[]; html: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run(document, { runOnly: tags });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, html }) => `${id}: ${target.join(" ")} ${html.slice(0, 120)}`),
    );
  }, RULES);
}

describe.skipIf(!browser)("every page, to whoever can't see, hear or point", () => {
  let installation: Installation;
  let admin: Account;
  let lane: Lane;

  beforeAll(async () => {
    installation = await startInstallation("broadcast");
    const { running } = installation;
    const found = running.accounts.find(({ role }) => role === "admin");
    if (!found) throw new Error("nobody is an admin");
    admin = found;
    lane = laneOf(running, admin.tenantId);
    // Somebody waits all the while, so that the desk has a vehicle in hand.
    await lane.send({ plate: "MPT473G", country: "mx", patienceMs: 600_000 });
  });
  afterAll(() => installation?.stop());

  // Each theme, width and language at least once; the words' own tests keep the languages alike.
  it.each([
    { colours: "dark", size: "desk", locale: "es-MX" },
    { colours: "light", size: "phone", locale: "pt-BR" },
    { colours: "light", size: "desk", locale: "en-US" },
    { colours: "dark", size: "phone", locale: "es-MX" },
  ] as const)(
    "$size, $colours, $locale",
    { timeout: 300_000 },
    async ({ colours, size, locale }) => {
      const context = await (browser as Browser).newContext({
        colorScheme: colours,
        locale,
        viewport: SIZES[size],
        reducedMotion: "reduce",
      });
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      const found: Record<string, string[]> = {};
      const look = async (name: string) => {
        const violations = await violationsOf(page);
        if (violations.length > 0) found[name] = violations;
      };
      const { dashboardUrl } = installation.running;
      const at = (path: string) => `${dashboardUrl}/t/${admin.tenantId}${path}`;

      await page.goto(dashboardUrl);
      await page.getByTestId("login-email").fill(admin.email);
      await look("log-in");
      await page.getByTestId("login-password").fill(admin.password);
      await page.getByTestId("login-submit").click();

      await page.getByTestId("waiting-card").first().waitFor();
      await page.getByTestId("in-hand").waitFor();
      await look("desk");
      await page.getByTestId("open-button").click();
      await page.getByTestId("reasons").waitFor();
      await look("reasons");
      await page.keyboard.press("Escape");
      await page.getByTestId("correct-button").click();
      await page.getByTestId("correct-input").waitFor();
      await look("correcting a plate");
      await page.keyboard.press("Escape");
      await page.getByTestId("visitor-button").click();
      await page.getByTestId("visitor-form").waitFor();
      await look("registering a visitor");
      await page.keyboard.press("Escape");
      await page.getByTestId("visitor-form").waitFor({ state: "detached" });
      await page.getByTestId("enrol-button").click();
      await page.getByTestId("enrol-form").waitFor();
      await look("adding to the register");
      await page.keyboard.press("Escape");
      await page.getByTestId("enrol-form").waitFor({ state: "detached" });
      for (const name of ["settings", "sound-state", "on-duty"]) {
        await page.getByTestId(name).click();
        await page.locator(`[data-testid=${name}][aria-expanded=true]`).waitFor();
        await look(name);
        await page.keyboard.press("Escape");
      }
      for (const name of PAGES) {
        await page.locator(`nav a[href$="/${name}"]`).click();
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page
          .locator(
            "table, [data-testid=history] li, [data-testid=record] li, dl, [data-testid=rules-preview]",
          )
          .first()
          .waitFor();
        await look(name);
      }
      await page.locator('nav a[href$="/privacy"]').click();
      await page.getByTestId("privacy-save").waitFor();
      await page.getByTestId("person-search").fill("Herrera");
      await page.getByTestId("person-found").first().check();
      await page.getByTestId("person-summary").waitFor();
      await look("privacy");
      await page.goto(at("/import"));
      await page.getByTestId("import-paste").fill("Casa 2\tFamilia Herrera\nCasa 90\tEva\t\tno");
      await look("bringing a list");
      await page.getByTestId("import-read").click();
      await page.locator("[data-testid=import-lines] li").first().waitFor();
      await look("a list before it is saved");
      await page.locator('nav a[href$="/inside"]').click();
      await page.getByTestId("inside-unit").waitFor();
      await look("inside");
      await page.locator('nav a[href$="/site"]').click();
      for (const name of ["enrol-box", "add-camera", "change-gate", "change-view"]) {
        await page.getByTestId(name).first().click();
        await page.getByRole("dialog").waitFor();
        await look(name);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
      await page.goto(`${dashboardUrl}/condominiums`);
      await page.locator("[data-testid=condominium] dl").first().waitFor();
      await look("condominiums");
      await page.goto(at(""));
      await page.locator('nav a[href$="/history"]').click();
      await page.getByTestId("history-row").first().click();
      await page.getByRole("heading", { level: 2 }).first().waitFor();
      await look("event");
      await page.locator('nav a[href$="/passes"]').click();
      await page.getByTestId("add").click();
      await page.getByTestId("pass-visitor").waitFor();
      await look("editing");
      await context.close();
      expect(found).toEqual({});
    },
  );
});
