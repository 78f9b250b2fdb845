import { until } from "@portero/testing";
import { describe, expect } from "vitest";
import { browserForTests } from "./chromium.ts";
import { type Desk, PATIENCE_MS } from "./desk.ts";
import { has, pulsesIn } from "./lane.ts";
import { shownEqualsTable } from "./table.ts";
import { wordsOf } from "./tenant-words.ts";
import { useWorld, type World } from "./world.ts";

const browser = await browserForTests();

describe.skipIf(!browser).each(["broadcast", "postgres_changes"] as const)(
  "from the camera to the guard's screen over %s",
  (transport) => {
    const { story } = useWorld(browser, transport);

    story("opens for a resident and says who came", async ({ ana, joao, valle, acacias }) => {
      await valle.send({ plate: "LMV639B", country: "mx" });
      await acacias.send({ plate: "GZN2C64", country: "br", patienceMs: 20_000 });

      await ana.admitted("LMV639B").waitFor();
      const row = ana.feedRow("LMV639B");
      expect(await row.textContent()).toContain("Casa 14 · Familia Rojas");
      await row.getByRole("img", { name: "entró" }).waitFor();
      await seesGateMove(ana, 0);
      await joao.admitted("GZN2C64").waitFor();

      await until("the resident drives through", async () => has(await valle.history(), "passed"));
      expect(pulsesIn(await valle.history())).toBe(1);
    });

    story("lets the guard open for a stranger with a reason, by keyboard", async (world) => {
      const { ana, joao, valle, acacias } = world;
      const pulsesBefore = pulsesIn(await valle.history());
      await valle.send({ plate: "MPT473G", country: "mx" });
      await acacias.send({ plate: "JBK3T98", country: "br", patienceMs: 15_000 });

      await ana.take("MPT473G");
      await until("the picture is there", () => hasPicture(ana), PATIENCE_MS);
      await joao.waiting("JBK3T98").waitFor();

      const alreadySeen = await ana.gateStates();
      await ana.page.keyboard.press("o");
      await ana.page.getByTestId("reasons").waitFor();
      await ana.page.keyboard.press("4");
      const answer = ana.inHand.getByTestId("gate-answer");
      await answer.waitFor();
      expect(await answer.textContent()).toContain("Ana Ruiz · Entrega o paquete");
      await answer.and(ana.page.locator("[data-step=open], [data-step=closed]")).waitFor();
      await ana.waiting("MPT473G").waitFor({ state: "detached" });
      await ana.admitted("MPT473G").waitFor();
      await seesGateMove(ana, alreadySeen.length - 1);

      await until("the visitor drives through", async () =>
        has(await valle.history(), "passed", "MPT473G"),
      );
      expect(pulsesIn(await valle.history())).toBe(pulsesBefore + 1);
      expect(await world.query("select status, reason from gate_commands")).toEqual([
        { status: "opened", reason: "delivery" },
      ]);
    });

    story("says that it lost the system, heals and misses nothing (A5, E3)", async (world) => {
      const { ana, joao, valle, installation } = world;
      await valle.send({ plate: "TYR328M", country: "mx" });
      await until(
        "a resident comes",
        async () => has(await valle.history(), "arrived", "TYR328M"),
        PATIENCE_MS,
      );
      // Ana's network goes and stays away until all is over; the system itself fails for everybody.
      await ana.page.context().setOffline(true);
      await installation.killService("services/local-supabase");
      const told = async (desk: Desk, kind: string) => (await desk.connections()).includes(kind);
      await until("Ana's screen says so", () => told(ana, "offline"), PATIENCE_MS);
      await until("João's screen says so", () => told(joao, "reconnecting"), PATIENCE_MS);
      await until(
        "the gate opens without the cloud",
        async () => has(await valle.history(), "passed", "TYR328M"),
        PATIENCE_MS,
      );
      await joao.isLive();
      await until(
        "the site has told the cloud",
        async () => {
          const sql =
            "select 1 from realtime_events where plate = $1 and event_type = 'gate_opened'";
          return (await world.query(sql, ["TYR328M"]).catch(() => [])).length > 0;
        },
        PATIENCE_MS,
      );
      expect(await ana.feedRow("TYR328M").count()).toBe(0);

      await ana.page.context().setOffline(false);
      await ana.isLive();
      await ana.admitted("TYR328M").waitFor();
      await shownEqualsTable(world, ana);
      await shownEqualsTable(world, joao);
    });

    story("never shows, sends or receives a word of the other tenant (T1)", async (world) => {
      // Pages loaded anew: what a guard has looked at by the end of a shift.
      for (const page of [
        "history",
        "houses",
        "vehicles",
        "passes",
        "denied",
        "site",
        "people",
        "",
      ])
        await Promise.all([world.ana.open(page), world.joao.open(page)]);
      await Promise.all([world.ana.isLive(), world.joao.isLive()]);
      await shownEqualsTable(world, world.ana);
      await hearsNothingForeign(world);
    });

    story("shows and tells a guard nothing more whose membership has ended (A2)", async (world) => {
      const { ana, valle } = world;
      const carmen = await world.logIn("carmen@valle.example");
      const token = await ana.accessToken();
      const [me] = await world.query<{ id: string }>("select id from auth.users where email = $1", [
        ana.account.email,
      ]);
      const ended = await carmen
        .from("user_tenants")
        .update({ active: false })
        .eq("user_id", me?.id ?? "")
        .select();
      expect(ended.data).toHaveLength(1);

      await ana.page.getByTestId("access-removed").waitFor({ timeout: 5_000 });
      expect(await ana.page.textContent("h1")).toBe("Ya no tiene acceso a Residencial del Valle");
      expect(await ana.page.getByTestId("feed-row").count()).toBe(0);

      const mark = await ana.transcript.sizes();
      await valle.send({ plate: "BRK391T", country: "mx", patienceMs: 5_000 });
      const [event] = await until(
        "the next vehicle is in the table",
        async () => {
          const sql = "select id from realtime_events where plate = 'BRK391T'";
          const rows = await world.query<{ id: string }>(sql);
          return rows.length > 0 && rows;
        },
        PATIENCE_MS,
      );
      const luis = await world.openDesk("luis@valle.example");
      await luis.feedRow("BRK391T").waitFor();
      expect(await ana.transcript.heardAfter(mark, "BRK391T")).toBe(false);
      expect(await ana.transcript.heardAfter(mark, event?.id ?? "")).toBe(false);
      const { supabaseUrl, publishableKey } = world.installation.running;
      const answer = await fetch(`${supabaseUrl}/rest/v1/realtime_events?select=id`, {
        headers: { apikey: publishableKey, authorization: `Bearer ${token}` },
      });
      expect([answer.status, await answer.json()]).toEqual([200, []]);
      await hearsNothingForeign(world);
    });
  },
);

/** Compares all that both pages have received, sent and shown with every id, plate and name of the other tenant. */
async function hearsNothingForeign(world: World): Promise<void> {
  const { ana, joao } = world;
  for (const [desk, other] of [
    [ana, joao],
    [joao, ana],
  ] as const) {
    const foreign = await wordsOf(world, other.account.tenantId);
    expect(foreign).toContain(other.account.tenantId);
    expect(foreign).toContain(other.account.name);
    expect(foreign).toContain(other === ana ? "MPT473G" : "JBK3T98");
    expect(foreign.length).toBeGreaterThan(50);
    // The look can find something: the page's own words are there.
    const own = [desk.account.tenantId, desk.account.name];
    expect(await desk.transcript.leaksOf(own)).toHaveLength(own.length);
    const { bodies, frames, shown } = await desk.transcript.sizes();
    expect(Math.min(bodies, frames, shown)).toBeGreaterThan(20);

    expect(await desk.transcript.leaksOf(foreign)).toEqual([]);
  }
}

/** Waits until the screen, from that state on, has shown the gate go up and come down again. */
async function seesGateMove(desk: Desk, from: number): Promise<void> {
  await until(
    "the screen shows the gate open and closed again",
    async () => {
      const states = (await desk.gateStates()).slice(from);
      return states.includes("open") && states.at(-1) === "closed";
    },
    PATIENCE_MS,
  );
}

/** The photograph of the vehicle in hand has been loaded. */
const hasPicture = (desk: Desk) =>
  desk.page.evaluate("document.querySelector('[data-testid=in-hand] img')?.naturalWidth > 640");
