import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createClient } from "@supabase/supabase-js";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { prepareTestData } from "./testing.ts";

interface Ready {
  url: string;
  databaseUrl: string;
  publishableKey: string;
  secretKey: string;
}

interface Running extends Ready {
  child: ChildProcess;
}

vi.setConfig({ testTimeout: 90_000 });

const main = new URL("main.ts", import.meta.url).pathname;
const isRoot = process.getuid?.() === 0;
const nobody = 65534;
let root: string;
let migrations: string;
let children: ChildProcess[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "portero-main-"));
  migrations = join(root, "migrations");
  await mkdir(migrations);
  await writeFile(
    join(migrations, "20260101000000_notes.sql"),
    "create table public.notes (id int primary key);\n",
  );
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
  }
  children = [];
  await rm(root, { recursive: true, force: true });
});

function launch(dataDir: string, args: string[] = [], ids: { uid?: number; gid?: number } = {}) {
  const all = [
    "--json",
    "--port",
    "0",
    "--db-port",
    "0",
    "--data",
    dataDir,
    "--migrations",
    migrations,
    ...args,
  ];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...all], {
    stdio: ["ignore", "pipe", "pipe"],
    ...ids,
    env: { PATH: process.env["PATH"] ?? "", HOME: root },
  });
  children.push(child);
  let errors = "";
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  return { child, said: () => errors };
}

async function start(
  dataDir = join(root, "data"),
  args: string[] = [],
  ids = {},
): Promise<Running> {
  const { child, said } = launch(dataDir, args, ids);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const ended = once(child, "exit").then(() => {
    throw new Error(`ended early: ${said()}`);
  });
  const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
  ended.catch(() => {});
  return { child, ...(JSON.parse(line) as Ready) };
}

/** A start on data made before, which spares `initdb`. */
async function startPrepared(dataDir = join(root, "data"), args: string[] = []): Promise<Running> {
  await prepareTestData(dataDir, migrations);
  return start(dataDir, args);
}

async function kill({ child }: Running, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, "exit");
  child.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}

async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end().catch(() => {});
  }
}

const postmasterPid = async (dataDir = join(root, "data")) =>
  Number((await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8")).split("\n")[0]);

const isAlive = (pid: number) =>
  stat(`/proc/${pid}`).then(
    () => true,
    () => false,
  );

describe("a start", () => {
  test("makes keys and data that only their owner reads, and keeps them", async () => {
    const first = await start();
    expect((await stat(join(root, "data"))).mode & 0o777).toBe(0o700);
    expect((await stat(join(root, "data/secrets.json"))).mode & 0o777).toBe(0o600);
    await query(first.databaseUrl, "insert into notes values (1)");
    expect(await kill(first, "SIGTERM")).toBe(0);
    const second = await start();
    expect([second.publishableKey, second.secretKey]).toEqual([
      first.publishableKey,
      first.secretKey,
    ]);
    expect((await query(second.databaseUrl, "select * from notes")).rows).toEqual([{ id: 1 }]);
  });

  test("applies new migrations only, and names file and line of one that fails", async () => {
    await kill(await startPrepared(), "SIGINT");
    await writeFile(
      join(migrations, "20260102000000_more.sql"),
      "alter table notes add column text text;\n",
    );
    const second = await start();
    const { rows } = await query(
      second.databaseUrl,
      "select version, name from supabase_migrations.schema_migrations order by 1",
    );
    expect(rows).toEqual([
      { version: "20260101000000", name: "notes" },
      { version: "20260102000000", name: "more" },
    ]);
    await writeFile(
      join(migrations, "20260103000000_bad.sql"),
      "create table half (id int);\n\nselect nonsense;\n",
    );
    await kill(second, "SIGTERM");
    const failed = launch(join(root, "data"));
    expect((await once(failed.child, "exit"))[0]).toBe(1);
    expect(failed.said()).toContain(
      '20260103000000_bad.sql:3: column \\"nonsense\\" does not exist',
    );
    await rm(join(migrations, "20260103000000_bad.sql"));
    const again = await start();
    expect((await query(again.databaseUrl, "select to_regclass('half') as half")).rows).toEqual([
      { half: null },
    ]);
  });

  test("takes other ports when the wished ones are in use", async () => {
    const occupier = createServer().listen(0, "127.0.0.1");
    await once(occupier, "listening");
    const port = String((occupier.address() as { port: number }).port);
    const { url, databaseUrl } = await startPrepared(undefined, [
      "--port",
      port,
      "--db-port",
      port,
    ]);
    occupier.close();
    expect([new URL(url).port, new URL(databaseUrl).port]).not.toContain(port);
    expect((await fetch(`${url}/auth/v1/health`)).status).toBe(200);
  });

  test("refuses a folder in use, without harm to who uses it", async () => {
    const { databaseUrl } = await startPrepared();
    const second = launch(join(root, "data"));
    expect((await once(second.child, "exit"))[0]).toBe(1);
    expect(second.said()).toContain("is in use by another local Supabase");
    expect((await query(databaseUrl, "select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  test("says so when the secrets are not those of the data", async () => {
    await kill(await startPrepared(), "SIGTERM");
    await rm(join(root, "data/secrets.json"));
    const failed = launch(join(root, "data"));
    expect((await once(failed.child, "exit"))[0]).toBe(1);
    expect(failed.said()).toContain("secrets.json");
  });

  test("takes the given HS256 secret", async () => {
    const { url } = await startPrepared(undefined, [
      "--jwt-secret",
      "a-secret-of-tools-with-at-least-32-characters",
    ]);
    const { SignJWT } = await import("jose");
    const key = await new SignJWT({ role: "service_role" })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode("a-secret-of-tools-with-at-least-32-characters"));
    const { error } = await createClient(url, key).auth.admin.listUsers();
    expect(error).toBeNull();
  });
});

describe.runIf(isRoot)("as root", () => {
  test("works below a folder that only root may enter", async () => {
    const home = join(root, "home");
    await mkdir(home, { mode: 0o700 });
    const { databaseUrl } = await start(join(home, "data"));
    expect((await query(databaseUrl, "select 1 as one")).rows).toEqual([{ one: 1 }]);
    expect((await stat(join(home, "data/postgres"))).uid).not.toBe(0);
  });

  test("works for an ordinary user too, and continues that one's data", async () => {
    await chmod(root, 0o755);
    const dataDir = join(root, "theirs");
    await mkdir(dataDir);
    await chown(dataDir, nobody, nobody);
    const running = await start(dataDir, [], { uid: nobody, gid: nobody });
    expect((await stat(join(dataDir, "postgres"))).uid).toBe(nobody);
    await query(running.databaseUrl, "insert into notes values (7)");
    await kill(running, "SIGTERM");
    const { databaseUrl } = await start(dataDir);
    expect((await query(databaseUrl, "select * from notes")).rows).toEqual([{ id: 7 }]);
  });
});

describe("an end", () => {
  test("by SIGTERM leaves no process and takes less than three seconds, with a query running", async () => {
    const running = await startPrepared();
    const pid = await postmasterPid();
    const asleep = query(running.databaseUrl, "select pg_sleep(60)").catch((error) => error.code);
    await expect
      .poll(
        async () =>
          (
            await query(
              running.databaseUrl,
              "select count(*)::int as n from pg_stat_activity where query like 'select pg_sleep%'",
            )
          ).rows[0].n,
      )
      .toBe(1);
    const startedAtMs = performance.now();
    expect(await kill(running, "SIGTERM")).toBe(0);
    expect(performance.now() - startedAtMs).toBeLessThan(3000);
    expect(await asleep).toBe("57P01");
    expect(await isAlive(pid)).toBe(false);
  });

  test("by kill -9 takes Postgres along, and loses nothing that was acknowledged", async () => {
    const running = await startPrepared();
    const pid = await postmasterPid();
    for (let id = 1; id <= 50; id++)
      await query(running.databaseUrl, `insert into notes values (${id})`);
    await kill(running, "SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 8000 }).toBe(false);
    const { databaseUrl } = await start();
    expect((await query(databaseUrl, "select count(*)::int as n from notes")).rows).toEqual([
      { n: 50 },
    ]);
  });

  test("by kill -9 of both leaves a folder that starts again at once", async () => {
    const running = await startPrepared();
    await query(running.databaseUrl, "insert into notes values (1)");
    process.kill(await postmasterPid(), "SIGKILL");
    await kill(running, "SIGKILL");
    const { databaseUrl } = await start();
    expect((await query(databaseUrl, "select * from notes")).rows).toEqual([{ id: 1 }]);
  });

  test("of Postgres alone is repaired on the same port", async () => {
    const { databaseUrl, url, publishableKey } = await startPrepared();
    process.kill(await postmasterPid(), "SIGKILL");
    await expect
      .poll(
        () =>
          query(databaseUrl, "select 1 as one").then(
            ({ rows }) => rows,
            () => [],
          ),
        { timeout: 15_000 },
      )
      .toEqual([{ one: 1 }]);
    const client = createClient(url, publishableKey, { auth: { persistSession: false } });
    await expect
      .poll(
        async () =>
          (
            await client.auth.signUp({
              email: `${crypto.randomUUID()}@example.com`,
              password: "correct horse",
            })
          ).error,
        { timeout: 15_000 },
      )
      .toBeNull();
    await expect
      .poll(async () => (await client.from("notes").select()).error, { timeout: 15_000 })
      .toBeNull();
  });
});
