import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { renderFrame, type SceneState } from "./index.ts";

const SCENE: SceneState = {
  lane: "Residencial del Valle · Portón norte",
  timeOfDay: "day",
  vehicle: { plate: "ABC1D23", country: "br", bodyColour: "#7a1f24", kind: "sedan", progress: 1 },
  barrier: 0,
  widthPx: 640,
  heightPx: 360,
  seed: 1,
  clockText: "2026-11-22 14:02:31",
};

async function pixels(scene: SceneState) {
  return sharp(await renderFrame(scene))
    .raw()
    .toBuffer();
}

/** Share of pixels that differ clearly between two pictures. */
function difference(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i++)
    if (Math.abs((a[i] as number) - (b[i] as number)) > 24) count++;
  return count / a.length;
}

describe("renderFrame", () => {
  it("gives the same bytes for the same scene", async () => {
    const [first, second] = [await renderFrame(SCENE), await renderFrame({ ...SCENE })];
    expect(Buffer.compare(first, second)).toBe(0);
  });

  it("gives other bytes but the same view for another seed", async () => {
    const [first, second] = [await renderFrame(SCENE), await renderFrame({ ...SCENE, seed: 2 })];
    expect(Buffer.compare(first, second)).not.toBe(0);
    expect(difference(await pixels(SCENE), await pixels({ ...SCENE, seed: 2 }))).toBeLessThan(0.01);
  });

  it("draws several scenes at once as it draws them one by one", async () => {
    const { vehicle: _, ...empty } = SCENE;
    const scenes = [
      SCENE,
      { ...SCENE, seed: 9 },
      { ...empty, barrier: 0.5 },
      { ...empty, seed: 4 },
    ];
    const together = await Promise.all(scenes.map((scene) => renderFrame(scene)));
    for (const [i, scene] of scenes.entries())
      expect(Buffer.compare(together[i] as Uint8Array, await renderFrame(scene)), `${i}`).toBe(0);
  });

  it("gives a JPEG of the asked size", async () => {
    const { format, width, height } = await sharp(await renderFrame(SCENE)).metadata();
    expect({ format, width, height }).toEqual({ format: "jpeg", width: 640, height: 360 });
  });

  it("shows the plate only where there is one, and another for another text", async () => {
    const vehicle = SCENE.vehicle as NonNullable<SceneState["vehicle"]>;
    const withPlate = await pixels(SCENE);
    const without = await pixels({ ...SCENE, vehicle: { ...vehicle, plate: null } });
    const other = await pixels({ ...SCENE, vehicle: { ...vehicle, plate: "XYZ9K87" } });
    expect(difference(withPlate, without)).toBeGreaterThan(0.002);
    expect(difference(withPlate, other)).toBeGreaterThan(0.0003);
  });

  it("shows whoever crosses the lane, and the barrier where it stands", async () => {
    const { vehicle: _, ...empty } = SCENE;
    const nobody = await pixels(empty);
    const walker = await pixels({ ...empty, person: { progress: 0.5 } });
    const open = await pixels({ ...empty, barrier: 1 });
    expect(difference(nobody, walker)).toBeGreaterThan(0.01);
    expect(difference(nobody, open)).toBeGreaterThan(0.02);
  });

  it.each([0, 0.4, 0.8, 1.1, 1.3, 1.5, 1.6])(
    "draws a vehicle of each kind at progress %s",
    async (progress) => {
      const { vehicle: _, ...empty } = SCENE;
      const nobody = await pixels({ ...empty, barrier: 1 });
      for (const kind of ["sedan", "suv", "pickup", "van", "motorcycle"] as const) {
        const vehicle = { plate: null, country: "mx", bodyColour: "#204080", kind, progress };
        const there = await pixels({ ...empty, barrier: 1, vehicle });
        expect(difference(nobody, there), kind).toBeGreaterThan(progress === 0 ? 0.0005 : 0.004);
      }
    },
    60_000,
  );

  it("shows an empty lane once a vehicle has gone", async () => {
    const { vehicle, ...empty } = SCENE;
    const gone = { ...(vehicle as NonNullable<SceneState["vehicle"]>), progress: 2 };
    expect(difference(await pixels(empty), await pixels({ ...empty, vehicle: gone }))).toBe(0);
  });

  it("draws lanes apart, and day apart from night", async () => {
    const day = await pixels(SCENE);
    const night = await pixels({ ...SCENE, timeOfDay: "night" });
    const elsewhere = await pixels({ ...SCENE, lane: "Jardim das Acácias · Portão principal" });
    expect(difference(day, night)).toBeGreaterThan(0.3);
    expect(difference(day, elsewhere)).toBeGreaterThan(0.3);
  });
});
