import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const SOURCES = [
  "dashboard/src",
  "dashboard/public",
  "dashboard/index.html",
  "dashboard/vite.config.ts",
  "packages/access/src",
  "packages/store/src",
  "package-lock.json",
];

export const DASHBOARD_DIR = join(ROOT, "dashboard/dist");

async function newestMs(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const info = await stat(path);
  if (!info.isDirectory()) return info.mtimeMs;
  const entries = await readdir(path);
  const times = await Promise.all(entries.map((entry) => newestMs(join(path, entry))));
  return Math.max(0, ...times);
}

/** Builds the dashboard when it is missing or older than its sources. */
export async function buildDashboard(onStart: () => void): Promise<void> {
  const built = join(DASHBOARD_DIR, "index.html");
  const builtMs = existsSync(built) ? (await stat(built)).mtimeMs : 0;
  const sourcesMs = Math.max(
    ...(await Promise.all(SOURCES.map((source) => newestMs(join(ROOT, source))))),
  );
  if (builtMs > sourcesMs) return;
  onStart();
  const vite = join(ROOT, "node_modules/vite/bin/vite.js");
  const build = spawn(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: join(ROOT, "dashboard"),
    // Started by a test, it would otherwise be React's slow build, and stay for whoever starts next.
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [build.stdout, build.stderr])
    stream.on("data", (chunk) => (output += chunk));
  const [code] = await once(build, "exit");
  if (code !== 0) throw new Error(`the dashboard could not be built:\n${output}`);
}
