import { once } from "node:events";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createLog, runProcess } from "@portero/runtime";
import { type LocalSupabase, startLocalSupabase } from "./server.ts";

const usage = `Starts the embedded Supabase.

  --port <n>            API, default 54321; another free port is taken when it is in use
  --db-port <n>         Postgres, default 54322; likewise
  --host <address>      where the API listens, default 127.0.0.1
  --data <folder>       default .portero/supabase
  --migrations <folder> applies what is new in it
  --jwt-secret <text>   HS256 secret, for tools that sign their own tokens
  --site-url <url>      where links in mails lead
  --json                prints one line of JSON when ready, logs to standard error
`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "54321" },
    "db-port": { type: "string", default: "54322" },
    host: { type: "string", default: "127.0.0.1" },
    data: { type: "string", default: ".portero/supabase" },
    migrations: { type: "string" },
    "jwt-secret": { type: "string" },
    "site-url": { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const toStandardError = { write: (line: string) => void process.stderr.write(line) };
const log = createLog("local-supabase", values.json ? toStandardError : {});

async function main(signal: AbortSignal): Promise<void> {
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const { stop, ...supabase } = await startLocalSupabase(
    {
      port: Number(values.port),
      dbPort: Number(values["db-port"]),
      host: values.host,
      dataDir: resolve(values.data),
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
