import { startCameraSimulator } from "@portero/camera-simulator";
import { until } from "@portero/testing";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { browserForTests } from "./chromium.ts";
import { PATIENCE_MS } from "./desk.ts";
import { has, pulsesIn } from "./lane.ts";
import { useWorld } from "./world.ts";

const browser = await browserForTests();

const CAMERA = "Sur · entrada";
const GATE = "Portón sur";
const STEPS = ["reachable", "credentials", "clock", "picture"] as const;

type Corner = readonly [x: number, y: number];

describe.skipIf(!browser)("an administrator sets a lane up", { timeout: 300_000 }, () => {
  const { story } = useWorld(browser, "broadcast");

  story(
    "adds a camera by its address, draws what it may see, moves its gate, and the guard sees who comes",
    async (world) => {
      const simulator = await startCameraSimulator({
        cameras: [
          {
            id: "south",
            source: { kind: "lane", name: "south" },
            widthPx: 1280,
            heightPx: 720,
            barrier: { travelMs: 600, autoCloseMs: 3_000 },
          },
        ],
      });
      const [south] = simulator.cameras;
      if (!south) throw new Error("the simulator has no camera");
      const admin = await world.openDesk("carmen@valle.example");
      const { page, account } = admin;
      try {
        await admin.open("site");

        await page.getByTestId("add-camera").click();
        await page.getByTestId("camera-name").fill(CAMERA);
        await page.getByTestId("camera-address").fill(south.url.replace("http://", ""));
        await page.getByTestId("camera-user").fill(south.username);
        await page.getByTestId("camera-password").fill("not this one");
        await page.getByTestId("camera-test-run").click();
        await endsWith(page, ["ok", "failed"]);
        await page.getByTestId("camera-password").fill(south.password);
        await page.getByTestId("camera-test-run").click();
        await endsWith(page, ["ok", "ok", "ok", "ok"]);
        await pictureIsThere(page);
        await page.getByTestId("save").click();
        const card = page.getByTestId("camera").filter({ hasText: CAMERA });
        await card.and(page.locator("[data-kind=live]")).waitFor();

        await page.getByTestId("add-gate").click();
        await page.getByTestId("gate-name").fill(GATE);
        await choose(page, "gate-device", CAMERA);
        await page.getByTestId("save").click();
        await page.getByTestId("save").waitFor({ state: "detached" });
        await card.getByTestId("change-camera").click();
        await choose(page, "camera-gate", GATE);
        await page.getByTestId("save").click();
        await page.getByTestId("save").waitFor({ state: "detached" });

        await page.getByRole("button", { name: `Cambiar: ${GATE}` }).click();
        await page.getByTestId("gate-test-run").click();
        await page.getByTestId("gate-moved").click();
        await page.getByTestId("gate-moved").waitFor({ state: "detached" });
        const tested = await world.query<{ by: string; moved: boolean }>(
          "select tested ->> 'by_name' as by, (tested ->> 'moved')::boolean as moved from gates where name = $1",
          [GATE],
        );
        expect(tested).toEqual([{ by: "Carmen Ortega", moved: true }]);
        expect(pulsesIn(south.history())).toBe(1);
        await page.keyboard.press("Escape");

        await card.getByTestId("change-view").click();
        await page.getByRole("img", { name: CAMERA }).waitFor();
        await draw(page, "draw-zone", [0.05, 0.2], [0.95, 0.98]);
        await draw(page, "draw-mask", [0.02, 0.02], [0.3, 0.15]);
        await page.getByTestId("save-view").click();
        await page.getByTestId("save-view").waitFor({ state: "detached" });

        // Whoever is masked is seen by nobody, on no picture: only now may a vehicle come.
        await until(
          "the box sees what it may",
          async () => {
            const [camera] = await world.query<{ known: boolean }>(
              `select (s.status -> 'worker' ->> 'register_version')::bigint = q.register_version as known
               from site_status s join app.tenant_seq q using (tenant_id) where tenant_id = $1`,
              [account.tenantId],
            );
            return camera?.known;
          },
          PATIENCE_MS,
        );
        const { ana } = world;
        const sedan = { kind: "vehicle", country: "mx", vehicleKind: "sedan" } as const;
        south.pushVisit({ ...sedan, plate: "LMV639B" });
        await ana.admitted("LMV639B").waitFor();
        expect(await ana.feedRow("LMV639B").textContent()).toContain("Casa 14 · Familia Rojas");
        await until(
          "the resident drives through",
          () => has(south.history(), "passed"),
          PATIENCE_MS,
        );
        expect(pulsesIn(south.history())).toBe(2);

        south.pushVisit({ ...sedan, plate: "MPT473G", patienceMs: 120_000 });
        await ana.take("MPT473G");
        // Her screen was open before there was such a gate.
        await ana.inHand.getByText(GATE).first().waitFor();
        const [masked, seen] = await until(
          "the picture is there",
          () => pixels(ana.page),
          PATIENCE_MS,
        );
        expect(masked).toBeLessThan(24);
        expect(seen).toBeGreaterThan(24);
        await ana.page.keyboard.press("o");
        await ana.page.keyboard.press("4");
        await ana.admitted("MPT473G").waitFor();
        expect(pulsesIn(south.history())).toBe(3);
        expect(pulsesIn(await world.valle.history())).toBe(0);
      } finally {
        await simulator.stop();
      }
    },
  );
});

/** Waits until the steps of a camera's test stand like this, and nothing follows. */
async function endsWith(page: Page, states: readonly string[]): Promise<void> {
  for (const [place, state] of states.entries()) {
    await page
      .getByTestId(`test-${STEPS[place]}`)
      .and(page.locator(`[data-state=${state}]`))
      .waitFor();
  }
}

async function pictureIsThere(page: Page): Promise<void> {
  await until(
    "the picture is there",
    () =>
      page.evaluate<boolean>(
        "document.querySelector('[data-testid=camera-test] img')?.naturalWidth > 0",
      ),
    PATIENCE_MS,
  );
}

/** Picks an entry of a list by its name. */
async function choose(page: Page, list: string, entry: string): Promise<void> {
  await page.getByTestId(list).click();
  await page.getByRole("option", { name: entry }).click();
}

/** Draws a rectangle on the camera's picture, between two corners in shares of it. */
async function draw(page: Page, tool: string, from: Corner, to: Corner): Promise<void> {
  await page.getByTestId(tool).click();
  const box = await page.getByTestId("view-surface").boundingBox();
  if (!box) throw new Error("nothing to draw on");
  const at = ([x, y]: Corner) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 5 });
  await page.mouse.up();
}

/** How bright the picture in hand is where it is masked and where it is not, 0 to 255; undefined until it is there. */
function pixels(page: Page): Promise<[number, number] | undefined> {
  return page.evaluate(`(async () => {
    const image = document.querySelector("[data-testid=in-hand] img");
    if (!(image?.naturalWidth > 640)) return undefined;
    const picture = await createImageBitmap(await (await fetch(image.src)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    return [[0.15, 0.08], [0.6, 0.08]].map(([x, y]) => {
      const { data } = canvas.getImageData(x * picture.width, y * picture.height, 1, 1);
      return Math.max(...data.slice(0, 3));
    });
  })()`);
}
