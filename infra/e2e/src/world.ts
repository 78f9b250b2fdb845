import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import pg from "pg";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { type Desk, openDesk } from "./desk.ts";
import { withEvidence } from "./evidence.ts";
import { type Account, type Installation, startInstallation } from "./installation.ts";
import { type Lane, laneOf } from "./lane.ts";

/** A running installation, its two lanes, and a guard of each tenant before a screen. */
export interface World {
  installation: Installation;
  /** Guard of Residencial del Valle, whose barrier hangs on the camera. */
  ana: Desk;
  /** Guard of Jardim das Acácias, whose gate hangs on MQTT. */
  joao: Desk;
  valle: Lane;
  acacias: Lane;
  account(email: string): Account;
  openDesk(email: string): Promise<Desk>;
  /** As the owner of the schema: what is in the tables, whoever may see it. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** supabase-js with this person's own rights. */
  logIn(email: string): Promise<SupabaseClient>;
}

/** Starts a world before the stories of a `describe`, and ends it after them. */
export function useWorld(
  browser: Browser | undefined,
  transport: "broadcast" | "postgres_changes",
) {
  let world: World | undefined;
  const desks: Desk[] = [];
  const here = (): World => {
    if (!world) throw new Error("the world has not begun");
    return world;
  };

  beforeAll(async () => {
    if (!browser) return;
    const installation = await startInstallation(transport);
    const { running } = installation;
    const account = (email: string): Account => {
      const found = running.accounts.find((entry) => entry.email === email);
      if (!found) throw new Error(`nobody is called ${email}`);
      return found;
    };
    const open = async (email: string) => {
      const desk = await openDesk(browser, running, account(email));
      desks.push(desk);
      await desk.isLive();
      return desk;
    };
    const partial = { installation, account, openDesk: open };
    world = partial as World;
    const [ana, joao] = await Promise.all([
      open("ana@valle.example"),
      open("joao@acacias.example"),
    ]);
    world = {
      ...partial,
      ana,
      joao,
      valle: laneOf(running, ana.account.tenantId),
      acacias: laneOf(running, joao.account.tenantId),
      async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) {
        const client = new pg.Client({ connectionString: running.databaseUrl });
        client.on("error", () => {});
        await client.connect();
        try {
          return (await client.query<Row>(sql, values)).rows;
        } finally {
          await client.end();
        }
      },
      async logIn(email) {
        const client = createClient(running.supabaseUrl, running.publishableKey, {
          auth: { persistSession: false, autoRefreshToken: false },
        });
        const { password } = account(email);
        const { error } = await client.auth.signInWithPassword({ email, password });
        if (error) throw error;
        return client;
      },
    };
  });

  afterAll(async () => {
    await Promise.all(desks.map((desk) => desk.close()));
    await world?.installation.stop();
  });

  return {
    /** One story in this world; when it fails, the error names a folder of evidence. */
    story(name: string, tell: (world: World) => Promise<void>) {
      it(name, () =>
        withEvidence({ desks: () => desks, log: () => here().installation.log() }, () =>
          tell(here()),
        ),
      );
    },
  };
}
