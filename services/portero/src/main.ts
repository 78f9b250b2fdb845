import { resolve } from "node:path";
import { createLog, freePort, type Log, loadConfig, runProcess, Secret } from "@portero/runtime";
import { Command, InvalidArgumentError } from "commander";
import { Type } from "typebox";
import { type AnprFlags, anprCommand } from "./anpr.ts";
import { backUpInstallation, examineInstallation, restoreInstallation } from "./care.ts";
import { type EnrolFlags, enrol } from "./enrol.ts";
import { type FoundFlags, found } from "./found.ts";
import { OperatorError } from "./operator-error.ts";
import { type ReadFlags, readCommand } from "./read.ts";
import { printRunning } from "./start/announce.ts";
import { type StartOptions, start } from "./start/start.ts";

const Environment = Type.Object({
  supabaseUrl: Type.Optional(
    Type.String({
      pattern: "^https?://",
      description: "a Supabase project in place of the embedded one",
    }),
  ),
  supabasePublishableKey: Type.Optional(Type.String({ minLength: 1 })),
  supabaseSecretKey: Type.Optional(Secret()),
  realtimeTransport: Type.Union([Type.Literal("broadcast"), Type.Literal("postgres_changes")], {
    default: "broadcast",
  }),
  cameras: Type.Array(
    Type.Object({
      url: Type.String({ pattern: "^https?://" }),
      username: Type.String(),
      password: Secret(),
    }),
    { default: [], description: "real cameras in place of the simulated ones" },
  ),
  logLevel: Type.Optional(Type.String()),
});

interface StartFlags {
  port?: number;
  data: string;
  frames?: string;
  reset?: boolean;
  json?: boolean;
  traffic: boolean;
  cameraWidth: number;
  verbose?: boolean;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError("a port is 0–65535");
  return port;
}

function cameraWidthOf(text: string): number {
  const widthPx = Number(text);
  if (!Number.isInteger(widthPx) || widthPx < 640 || widthPx > 1920)
    throw new InvalidArgumentError("a simulated camera's pictures are 640–1920 pixels wide");
  return widthPx;
}

/** The port asked for, which must be free; without one 8080, or any other when that is taken. */
async function dashboardPort(asked: number | undefined): Promise<number> {
  const port = asked ?? 8080;
  if ((await freePort(port)) === port) return port;
  if (!asked) return 0;
  throw new OperatorError(
    `--port: ${asked} is in use; choose another, or leave --port away and any free one is taken`,
  );
}

const program = new Command("portero")
  .description(
    "Reads the plate at the gate, opens for those who may enter, and tells the guard about everyone else.",
  )
  .showHelpAfterError();

program
  .command("start")
  .description("start everything: database, cameras, gates, workers and the dashboard")
  .option("--port <port>", "port of the dashboard (default: 8080, or a free one)", portOf)
  .option("--data <folder>", "where the installation keeps its data", ".portero")
  .option("--frames <folder>", "play your own JPEGs as the camera's pictures")
  .option("--reset", "begin afresh: delete what earlier starts have kept")
  .option("--json", "print one line of JSON when ready")
  .option("--no-traffic", "nobody comes by himself to the simulated lanes")
  .option(
    "--camera-width <pixels>",
    "width of the simulated cameras' pictures; 1280 spares a slow machine",
    cameraWidthOf,
    1920,
  )
  .option("--verbose", "print every line of every service's log")
  .action((flags: StartFlags) => {
    const level = flags.verbose ? "debug" : flags.json ? "error" : "warn";
    const write = (line: string) => void process.stderr.write(line);
    const log = createLog("portero", { level, pretty: process.stderr.isTTY, write });
    return runProcess(
      "portero",
      told((signal) => runStart(flags, log, signal)),
      {
        deadlineMs: 6000,
        log,
      },
    );
  });

program
  .command("read <photo>")
  .description(
    "print what the recogniser sees in a JPEG: plates, boxes in pixels, confidence per character, time per stage",
  )
  .option("--country <code>", "whose plate formats to expect, such as mx, br, ar, eu")
  .option("--json", "print one line of JSON")
  .option("--out <file.png>", "draw what was seen")
  .action((photo: string, flags: ReadFlags) =>
    runProcess(
      "portero",
      told(() => readCommand(photo, flags)),
    ),
  );

const sayOut = (line: string) => void process.stdout.write(`${line}\n`);

program
  .command("backup")
  .description("copy the installation into a new folder, also while it runs")
  .requiredOption("--to <folder>", "the new folder")
  .option("--data <folder>", "the installation", ".portero")
  .action(({ data, to }: { data: string; to: string }) =>
    runProcess(
      "portero",
      told(async () =>
        sayOut(await backUpInstallation(data, to, createLog("portero", { level: "warn" }))),
      ),
    ),
  );

program
  .command("restore")
  .description("make a new installation from a backup")
  .requiredOption("--from <folder>", "the backup")
  .requiredOption("--data <folder>", "the new installation")
  .action(({ from, data }: { from: string; data: string }) =>
    runProcess(
      "portero",
      told(async () => sayOut(await restoreInstallation(from, data))),
    ),
  );

program
  .command("doctor")
  .description("say what is wrong with an installation, running or not")
  .option("--data <folder>", "the installation", ".portero")
  .action(({ data }: { data: string }) =>
    runProcess(
      "portero",
      told(async () => {
        if (!(await examineInstallation(data, sayOut)))
          throw new OperatorError("Something is wrong; see above.");
      }),
    ),
  );

program
  .command("found")
  .description("found a condominium in the Supabase project of SUPABASE_URL and mail its owner")
  .requiredOption("--name <name>", "the condominium's name")
  .requiredOption("--owner <address>", "mail address of its first person")
  .requiredOption("--owner-name <name>", "that person's name")
  .requiredOption("--country <code>", "whose plates to expect, such as mx, br, ar")
  .requiredOption("--time-zone <zone>", "such as America/Mexico_City")
  .action((flags: FoundFlags) =>
    runProcess(
      "portero",
      told(() => found(flags, process.env, sayOut)),
    ),
  );

program
  .command("enrol")
  .description("make this machine a site's edge box, with the code from the page of its cameras")
  .requiredOption("--url <address>", "where people reach the dashboard")
  .requiredOption("--code <code>", "the code")
  .option("--to <file>", "where the worker's settings go", "/etc/portero/worker.env")
  .option("--replace", "this machine is a box already: become the new site's")
  .action((flags: EnrolFlags) =>
    runProcess(
      "portero",
      told(() => enrol(flags, sayOut)),
    ),
  );

program
  .command("anpr")
  .description("how well plates are read")
  .command("report")
  .description(
    "accuracy by camera, hour and place in the plate, from what guards corrected; needs SUPABASE_URL and SUPABASE_SECRET_KEY",
  )
  .option("--days <days>", "so many days back", "30")
  .option("--tenant <name>", "one condominium only")
  .option("--json", "print one line of JSON")
  .option("--export <folder>", "also write the plates' pictures with their true texts there")
  .action((flags: AnprFlags) =>
    runProcess(
      "portero",
      told(() => anprCommand(flags, process.env, sayOut)),
    ),
  );

/** A mistake that the operator can put right is told in a sentence, without a stack. */
function told(work: (signal: AbortSignal) => Promise<void>) {
  return async (signal: AbortSignal) => {
    try {
      await work(signal);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    }
  };
}

async function runStart(flags: StartFlags, log: Log, signal: AbortSignal): Promise<void> {
  const config = loadConfig(Environment, process.env);
  const { supabaseUrl: url, supabasePublishableKey, supabaseSecretKey } = config;
  if (url && !(supabasePublishableKey && supabaseSecretKey)) {
    throw new OperatorError(
      "SUPABASE_URL is set; SUPABASE_PUBLISHABLE_KEY and SUPABASE_SECRET_KEY are needed with it",
    );
  }
  const options: StartOptions = {
    dataDir: resolve(flags.data),
    port: await dashboardPort(flags.port),
    shouldReset: flags.reset ?? false,
    framesDir: flags.frames ? resolve(flags.frames) : null,
    project: url
      ? { url, publishableKey: supabasePublishableKey ?? "", secretKey: supabaseSecretKey ?? "" }
      : null,
    cameras: config.cameras,
    realtimeTransport: config.realtimeTransport,
    hasTraffic: flags.traffic,
    cameraWidthPx: flags.cameraWidth,
  };
  const startedMs = performance.now();
  const say = (text: string) =>
    void (flags.json ? process.stderr : process.stdout).write(`${text}\n`);
  await start(
    options,
    log,
    (stage) => say(`  ${stage} …`),
    (running) => {
      if (flags.json) process.stdout.write(`${JSON.stringify(running)}\n`);
      else printRunning(running, (performance.now() - startedMs) / 1000, say);
    },
    signal,
  );
  say("  stopped.");
}

await program.parseAsync();
