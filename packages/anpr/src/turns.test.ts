import { describe, expect, it } from "vitest";
import type { Task } from "./protocol.ts";
import type { Recognition } from "./recognition.ts";
import { Turns } from "./turns.ts";

const jpeg = new Uint8Array();
const frameOf = (camera: string): Task => ({
  kind: "recognize",
  jpeg,
  options: { scene: { camera, capturedAtMs: 0 } },
});
const picture: Task = { kind: "shrinkFrame", jpeg, maxWidthPx: 1280, masks: [] };
const second: Task = {
  kind: "askSecond",
  jpeg,
  plate: { box: { leftPx: 0, topPx: 0, widthPx: 1, heightPx: 1 }, lines: 1 },
  masks: [],
};
const seeing = (isOccupied: boolean) =>
  ({ scene: { isOccupied }, reads: [] }) as unknown as Recognition;

interface Asked {
  name: string;
  task: Task;
  askedAtMs: number;
}
const asked = (name: string, task: Task, askedAtMs: number): Asked => ({ name, task, askedAtMs });

describe("turns", () => {
  it("go to an opening that waits, then to a lane with a vehicle, then to a quiet one", () => {
    const turns = new Turns<Asked>();
    for (const camera of ["quiet", "busy"]) {
      turns.add(asked(camera, frameOf(camera), 0));
      turns.next(0);
      turns.learn(camera, seeing(camera === "busy"));
    }
    turns.add(asked("picture", picture, 250));
    turns.add(asked("quiet", frameOf("quiet"), 260));
    turns.add(asked("busy", frameOf("busy"), 270));
    turns.add(asked("second", second, 280));
    const order = [1, 2, 3, 4].map(() => turns.next(300).turn?.name);
    expect(order).toEqual(["second", "busy", "picture", "quiet"]);
    expect(turns.next(300).turn).toBeUndefined();
  });

  it("are not spent on a frame that has become stale", () => {
    const turns = new Turns<Asked>();
    turns.add(asked("old", frameOf("a"), 0));
    turns.add(asked("new", frameOf("b"), 900));
    const { turn, stale } = turns.next(1100);
    expect([turn?.name, stale.map(({ name }) => name)]).toEqual(["new", ["old"]]);
    expect(turns.length).toBe(0);
  });

  it("reach every camera when there are far more than can be served, busy lanes far more often", () => {
    const turns = new Turns<Asked>();
    const COST_MS = 50;
    const cameras = Array.from({ length: 60 }, (_, index) => `c${index}`);
    const isBusy = (camera: string) => Number(camera.slice(1)) % 10 === 0;
    const served = new Map(cameras.map((camera) => [camera, 0]));
    for (const camera of cameras) turns.add(asked(camera, frameOf(camera), 0));
    for (let nowMs = 0; nowMs < 60_000; nowMs += COST_MS) {
      const { turn, stale } = turns.next(nowMs);
      // A camera whose frame was used or dropped brings a new one at once.
      for (const { name } of stale) turns.add(asked(name, frameOf(name), nowMs));
      if (!turn) continue;
      served.set(turn.name, (served.get(turn.name) ?? 0) + 1);
      turns.learn(turn.name, seeing(isBusy(turn.name)));
      turns.add(asked(turn.name, frameOf(turn.name), nowMs));
    }
    const of = (busy: boolean) =>
      cameras.filter((camera) => isBusy(camera) === busy).map((camera) => served.get(camera) ?? 0);
    expect(Math.min(...of(false))).toBeGreaterThan(10);
    expect(Math.min(...of(true))).toBeGreaterThan(3 * Math.max(...of(false)));
  });

  it("forget what was taken back", () => {
    const turns = new Turns<Asked>();
    const one = asked("one", frameOf("a"), 0);
    turns.add(one);
    turns.remove(one);
    expect(turns.next(0).turn).toBeUndefined();
  });
});
