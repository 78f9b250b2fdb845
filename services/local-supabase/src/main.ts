import { once } from "node:events";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createLog, runProcess } from "@portero/runtime";
import { backUp } from "./operation/backup.ts";
import { examine } from "./operation/doctor.ts";
import { restore } from "./operation/restore.ts";
import { rotateSigningKey } from "./secrets.ts";
import { type LocalSupabase, startLocalSupabase } from "./server.ts";

const usage = `local-supabase [command] [options]

Commands
  (none)                starts the embedded Supabase
  backup                copies the data to the new folder --to, also while it runs
  restore               makes the new data folder --data from the backup --from
  doctor                says what is wrong with the data folder
  rotate-key            signs with a new key from the next start on

Options
  --data <folder>       default .portero/supabase
  --port <n>            API, default 54321; another free port is taken when it is in use
  --db-port <n>         Postgres, default 54322; likewise
  --host <address>      where the API listens, default 127.0.0.1
  --migrations <folder> applies what is new in it
  --jwt-secret <text>   HS256 secret, for tools that sign their own tokens
  --site-url <url>      where links in mails lead
  --json                prints one line of JSON when ready, logs to standard error
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: "54321" },
    "db-port": { type: "string", default: "54322" },
    host: { type: "string", default: "127.0.0.1" },
    data: { type: "string", default: ".portero/supabase" },
    migrations: { type: "string" },
    "jwt-secret": { type: "string" },
    "site-url": { type: "string" },
    to: { type: "string" },
    from: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const toStandardError = { write: (line: string) => void process.stderr.write(line) };
const log = createLog("local-supabase", values.json ? toStandardError : {});

const dataDir = resolve(values.data);
const say = (text: string) => void process.stdout.write(`${text}\n`);

async function main(signal: AbortSignal): Promise<void> {
  const [command = "start"] = positionals;
  if (values.help) return say(usage);
  switch (command) {
    case "start":
      return serve(signal);
    case "backup": {
      const report = await backUp({ dataDir, to: required("to"), log });
      return say(
        `${report.folder}: ${(report.sizeBytes / 1e6).toFixed(0)} MB, ${report.objects} objects; restored once to see that it works.`,
      );
    }
    case "restore":
      await restore({ from: required("from"), dataDir });
      return say(`${dataDir} is restored; start it.`);
    case "doctor":
      for (const { isWell, text } of await examine(dataDir, values.migrations)) {
        say(`${isWell ? "well " : "WRONG"}  ${text}`);
      }
      return;
    case "rotate-key":
      await rotateSigningKey(dataDir);
      return say("From the next start on a new key signs.");
    default:
      throw new TypeError(`There is no command ${command}; see --help.`);
  }
}

function required(option: "to" | "from"): string {
  const value = values[option];
  if (!value) throw new TypeError(`Name the backup's folder with --${option}.`);
  return resolve(value);
}

function portIn(option: "port" | "db-port"): number {
  const port = Number(values[option]);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new TypeError(`--${option} is a port from 1 to 65535, or 0 for any free one.`);
}

async function serve(signal: AbortSignal): Promise<void> {
  const { stop, ...supabase } = await startLocalSupabase(
    {
      port: portIn("port"),
      dbPort: portIn("db-port"),
      host: values.host,
      dataDir,
      migrationsDir: values.migrations && resolve(values.migrations),
      jwtSecret: values["jwt-secret"],
      siteUrl: values["site-url"],
      log,
    },
    signal,
  );
  // A parent process is told by a message: keys have no business in its log.
  if (process.send) process.send({ ready: supabase });
  else process.stdout.write(`${announcement(supabase)}\n`);
  if (!signal.aborted) await once(signal, "abort");
  await stop();
}

function announcement(supabase: Omit<LocalSupabase, "stop">): string {
  return values.json
    ? JSON.stringify(supabase)
    : `
  API              ${supabase.url}
  Mails            ${supabase.url}/mail
  Database         ${supabase.databaseUrl}
  Publishable key  ${supabase.publishableKey}
  Secret key       ${supabase.secretKey}
  anon key         ${supabase.anonKey}
  service_role key ${supabase.serviceRoleKey}
`;
}

await runProcess("local-supabase", main, { log });
