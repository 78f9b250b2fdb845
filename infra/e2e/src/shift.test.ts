import { until } from "@portero/testing";
import { describe, expect } from "vitest";
import { browserForTests } from "./chromium.ts";
import { PATIENCE_MS } from "./desk.ts";
import { has, pulsesIn } from "./lane.ts";
import { useWorld } from "./world.ts";

const browser = await browserForTests();

describe.skipIf(!browser)("a shift at the desk", () => {
  const { story } = useWorld(browser, "broadcast");

  story("opens once when two guards open for the same vehicle (G2)", async (world) => {
    const { ana, valle } = world;
    const luis = await world.openDesk("luis@valle.example");
    await until("each sees that the other is on duty", async () => {
      const names = [ana, luis].map((desk) => desk.page.getByTestId("on-duty").textContent());
      const [atAna, atLuis] = await Promise.all(names);
      return atAna?.includes("Luis Peña") && atLuis?.includes("Ana Ruiz");
    });
    await valle.send({ plate: "BRK391T", country: "mx" });
    for (const desk of [ana, luis]) {
      await desk.take("BRK391T");
      await desk.page.keyboard.press("o");
      await desk.page.getByTestId("reasons").waitFor();
    }
    await Promise.all([ana.page.keyboard.press("1"), luis.page.keyboard.press("5")]);

    await Promise.all([ana.admitted("BRK391T").waitFor(), luis.admitted("BRK391T").waitFor()]);
    await until("the vehicle drives through", async () =>
      has(await valle.history(), "passed", "BRK391T"),
    );
    expect(pulsesIn(await valle.history())).toBe(1);
    const orders = await world.query<{ requested_by_name: string; status: string }>(
      "select requested_by_name, status from gate_commands",
    );
    expect(orders).toHaveLength(1);
    const told = `Abrió ${orders[0]?.requested_by_name}`;
    for (const desk of [ana, luis]) {
      expect(await desk.feedRow("BRK391T").textContent()).toContain(told);
      await desk.waiting("BRK391T").waitFor({ state: "detached" });
    }
    await luis.close();
  });

  story("lets the guard refuse, and the gate stays closed", async ({ ana, valle }) => {
    const pulsesBefore = pulsesIn(await valle.history());
    await valle.send({ plate: "MPT473G", country: "mx" });
    await ana.take("MPT473G");
    await ana.page.keyboard.press("n");
    await ana.feedRow("MPT473G").and(ana.page.locator("[data-tone=refused]")).waitFor();
    expect(await ana.feedRow("MPT473G").textContent()).toContain("No se abrió · Ana Ruiz");
    await ana.waiting("MPT473G").waitFor({ state: "detached" });

    expect(pulsesIn(await valle.history())).toBe(pulsesBefore);
    await valle.reset();
  });

  story("registers a visitor from the card and opens", async (world) => {
    const { ana, valle } = world;
    const pulsesBefore = pulsesIn(await valle.history());
    await valle.send({ plate: "FJX826W", country: "mx" });
    await ana.take("FJX826W");
    await ana.page.keyboard.press("v");
    const form = ana.page.getByTestId("visitor-form");
    await form.getByRole("combobox").first().fill("Montes");
    await ana.page.getByRole("option", { name: "Casa 23 · Familia Montes" }).click();
    await form.getByTestId("visitor-name").fill("Rosa Treviño");
    await form.getByTestId("visitor-open").click();

    await ana.admitted("FJX826W").waitFor();
    await until("the visitor drives through", async () =>
      has(await valle.history(), "passed", "FJX826W"),
    );
    expect(pulsesIn(await valle.history())).toBe(pulsesBefore + 1);
    const passes = await world.query(
      `select u.name, p.visitor_name, p.max_uses from visitor_passes p
       join units u on (u.tenant_id, u.id) = (p.tenant_id, p.unit_id) where p.plate = 'FJX826W'`,
    );
    expect(passes).toEqual([{ name: "Casa 23", visitor_name: "Rosa Treviño", max_uses: 1 }]);
  });

  story("no longer opens for a vehicle that the administration removed (A1)", async (world) => {
    const { ana, valle } = world;
    const carmen = await world.logIn("carmen@valle.example");
    const removed = await carmen.from("vehicles").delete().eq("plate", "XBN563P").select();
    expect(removed.data).toHaveLength(1);

    const pulsesBefore = pulsesIn(await valle.history());
    await valle.send({ plate: "XBN563P", country: "mx", patienceMs: 8_000 });
    await ana.waiting("XBN563P").waitFor();
    await until(
      "the driver turns back",
      async () => has(await valle.history(), "turned_back", "XBN563P"),
      PATIENCE_MS,
    );
    expect(pulsesIn(await valle.history())).toBe(pulsesBefore);
  });

  story(
    "does not take a silent site for a quiet one, and loses nothing of it (O1)",
    async (world) => {
      const { joao, acacias, installation } = world;
      await acacias.send({ plate: "MZP7V21", country: "br", patienceMs: 180_000 });
      await joao.waiting("MZP7V21").waitFor();
      const reports = new Set<string>();
      const noteReport = async () => {
        const [status] = await world.query<{ at: string }>(
          "select reported_at::text as at from site_status where tenant_id = $1",
          [joao.account.tenantId],
        );
        reports.add(status?.at ?? "");
      };
      await installation.pauseService("services/vision-worker", async () => {
        await joao.page.locator("[data-testid=gate-state][data-state=unknown]").waitFor();
        await joao.page.locator("[data-testid=camera-row][data-kind=unknown]").waitFor();
        expect(await joao.page.getByTestId("camera-row").textContent()).toContain(
          "No se sabe nada",
        );
        // What waited still does: nobody has answered it.
        await joao.waiting("MZP7V21").waitFor();
        await noteReport();
      });
      // What the site was saying when it stood still may come first; its second word is of now.
      await until(
        "the site speaks again",
        async () => {
          await noteReport();
          return reports.size === 3;
        },
        PATIENCE_MS,
      );
      await joao.page.locator("[data-testid=gate-state][data-state=closed]").waitFor();
      await joao.page.locator("[data-testid=camera-row][data-kind=live]").waitFor();
      await joao.take("MZP7V21");
      await joao.page.keyboard.press("o");
      await joao.page.getByTestId("reason-2").click();
      await joao.admitted("MZP7V21").waitFor({ timeout: PATIENCE_MS });
      await until("the resident drives through", async () =>
        has(await acacias.history(), "passed", "MZP7V21"),
      );
      expect(await joao.feedRow("MZP7V21").count(), "told once").toBe(1);
    },
  );
});
