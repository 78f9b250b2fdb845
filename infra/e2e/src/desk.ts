import type { Browser, Locator, Page } from "playwright-core";
import type { Account, Running } from "./installation.ts";
import { readRecord, type Transcript, transcribe } from "./transcript.ts";

/** This machine may be busy with other things: facts are waited for this long. */
export const PATIENCE_MS = 60_000;

/** A guard's screen: what a person can see and do there, and what the page heard meanwhile. */
export interface Desk {
  account: Account;
  page: Page;
  transcript: Transcript;
  /** The alert of this plate in the left column. */
  waiting(plate: string): Locator;
  /** The line of this plate on the right. */
  feedRow(plate: string): Locator;
  /** The same, once the vehicle was let in. */
  admitted(plate: string): Locator;
  inHand: Locator;
  /** Waits for the alert of this plate, and takes it in hand. */
  take(plate: string): Promise<void>;
  /** Loads one of the tenant's pages anew; "" is the desk. */
  open(path: string): Promise<void>;
  /** Waits until the screen says that it is live. */
  isLive(): Promise<void>;
  /** The states of the tenant's gate that were on the screen so far, in order. */
  gateStates(): Promise<string[]>;
  /** What the screen has said about its connection so far, in order. */
  connections(): Promise<string[]>;
  /** What the page shows the server to prove who it is. */
  accessToken(): Promise<string>;
  close(): Promise<void>;
}

/** Opens the dashboard in a browser of this guard's own, in Spanish, and logs in. */
export async function openDesk(
  browser: Browser,
  { dashboardUrl }: Pick<Running, "dashboardUrl">,
  account: Account,
): Promise<Desk> {
  const context = await browser.newContext({
    locale: "es-MX",
    viewport: { width: 1440, height: 900 },
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const transcript = await transcribe(page);
  await page.goto(dashboardUrl);
  await page.getByTestId("login-email").fill(account.email);
  await page.getByTestId("login-password").fill(account.password);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("connection-state").waitFor();
  const waiting = (plate: string) => page.getByTestId("waiting-card").filter({ hasText: plate });
  const feedRow = (plate: string) => page.getByTestId("feed-row").filter({ hasText: plate });
  const inHand = page.getByTestId("in-hand");
  return {
    account,
    page,
    transcript,
    waiting,
    feedRow,
    admitted: (plate) => feedRow(plate).and(page.locator("[data-tone=admitted]")),
    inHand,
    async take(plate) {
      await waiting(plate).first().click();
      await inHand.getByTestId("plate-text").filter({ hasText: plate }).waitFor();
    },
    async open(path) {
      await transcript.turnPage();
      await page.goto(`${dashboardUrl}/t/${account.tenantId}/${path}`);
      await page.getByTestId("connection-state").waitFor();
      await page.waitForLoadState("networkidle");
    },
    isLive: () => page.locator("[data-testid=connection-state][data-kind=live]").waitFor(),
    gateStates: () => readRecord(page, "gateStates"),
    connections: () => readRecord(page, "connections"),
    accessToken: () =>
      page.evaluate("JSON.parse(localStorage.getItem('portero.session')).access_token"),
    close: () => context.close(),
  };
}
