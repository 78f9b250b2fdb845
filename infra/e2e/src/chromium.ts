import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where distributions install it. */
const SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Two windows of one machine: neither may be slowed down for being behind the other.
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--disable-background-timer-throttling",
];

/** The system's Chromium, or the one that npm brings; or why there is none. */
export async function launchChromium(): Promise<Browser | { missing: string }> {
  const reasons: string[] = [];
  const system = SYSTEM.find((path) => existsSync(path));
  for (const find of [async () => system, bundledPath]) {
    try {
      const executablePath = await find();
      if (executablePath) return await chromium.launch({ executablePath, args: FLAGS });
    } catch (error) {
      reasons.push(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
  }
  return { missing: reasons.join("; ") || "none is installed" };
}

async function bundledPath(): Promise<string> {
  const { default: bundled } = await import("@sparticuz/chromium");
  return bundled.executablePath();
}

/** A browser for the tests of a file; where there is none it says so, and they are left out. */
export async function browserForTests(): Promise<Browser | undefined> {
  const found = await launchChromium();
  if (!("missing" in found)) return found;
  console.warn(
    `No Chromium can be started, so the browser tests are left out (${found.missing}). ` +
      "Install your system's chromium package and run them again.",
  );
  return undefined;
}
