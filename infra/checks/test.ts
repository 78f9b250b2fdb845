// `npm test`: every check in turn, and one line at the end that counts them.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkDatabase } from "./database.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BIN = join(ROOT, "node_modules/.bin");

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs a program of node_modules with the pinned Node first on its path. */
function run(program: string, args: string[]): Promise<number> {
  const child = spawn(join(BIN, program), args, {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
    env: { ...process.env, PATH: `${BIN}${delimiter}${process.env["PATH"]}` },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

async function check(title: string, work: () => Promise<number>): Promise<Outcome> {
  const startedMs = performance.now();
  console.log(`\n── ${title}`);
  const code = await work().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${code === 0 ? "passed" : "FAILED"}: ${title} (${seconds} s)`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numFailedTestSuites: number;
  success: boolean;
}

/** A vitest run counts each of its tests, and one more failure where a whole file could not be loaded. */
async function vitest(title: string, args: string[]): Promise<Outcome> {
  console.log(`\n── ${title}`);
  const folder = await mkdtemp(join(tmpdir(), "portero-report-"));
  const report = join(folder, "report.json");
  const code = await run("vitest", [
    "run",
    ...args,
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  try {
    const { numPassedTests, numFailedTests, numPendingTests, success } = JSON.parse(
      await readFile(report, "utf8"),
    ) as VitestReport;
    const failed = success && code === 0 ? 0 : Math.max(1, numFailedTests);
    return { passed: numPassedTests, failed, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const outcomes: Outcome[] = [
  await check("format and lint (biome)", () => run("biome", ["ci", ".", "--max-diagnostics=50"])),
  await check("types (tsc)", () => run("tsc", ["-p", "tsconfig.json"])),
  await check("types of the dashboard (tsc)", () => run("tsc", ["-p", "dashboard/tsconfig.json"])),
  await check("unused code (knip)", () => run("knip", [])),
  await check("lock file installs elsewhere (npm ci --dry-run)", async () => {
    const npm = process.env["npm_execpath"];
    const args = [
      "ci",
      "--dry-run",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ];
    const child = npm
      ? spawn(process.execPath, [npm, ...args], {
          cwd: ROOT,
          stdio: ["ignore", "ignore", "inherit"],
        })
      : spawn("npm", args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
    return new Promise<number>((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
  }),
  await check("schema: Supabase's advisors, generated types", () => checkDatabase()),
  await vitest("unit, SQL and integration tests (vitest)", []),
  await vitest("browser tests (vitest, Chromium)", ["--config", "infra/e2e/vitest.config.ts"]),
];

const sum = (key: keyof Outcome) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
const skipped = sum("skipped");
if (skipped > 0)
  console.log(`\n${skipped} tests were left out; the lines above say what they need.`);
console.log(
  `\n${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
);
process.exitCode = sum("failed") > 0 ? 1 : 0;
