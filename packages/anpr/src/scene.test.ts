import { describe, expect, it } from "vitest";
import type { Pixels } from "./pixels.ts";
import { type Scene, watchScene } from "./scene.ts";

const WIDTH = 128;
const HEIGHT = 72;

interface Painting {
  /** Grey levels added to all, and a factor on all. */
  light?: number;
  gain?: number;
  noise?: number;
  seed?: number;
  /** Things in the lane: left, top, width, height in thumbnail pixels. */
  things?: [number, number, number, number][];
  /** A thing of one grey, without any structure. */
  plain?: [number, number, number, number];
}

/** A lane: textured ground, a wall, and what stands there. */
function paint({
  light = 0,
  gain = 1,
  noise = 2,
  seed = 1,
  things = [],
  plain,
}: Painting = {}): Pixels {
  const bytes = new Uint8Array(WIDTH * HEIGHT);
  let state = seed * 7919 + 1;
  const random = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const ground =
        y > 24 ? 90 + 12 * Math.sin(x * 1.7 + y * 2.3) : 140 + 30 * (x % 16 < 8 ? 1 : -1);
      const thing = things.find(([l, t, w, h]) => x >= l && x < l + w && y >= t && y < t + h);
      const isPlain =
        plain &&
        x >= plain[0] &&
        x < plain[0] + plain[2] &&
        y >= plain[1] &&
        y < plain[1] + plain[3];
      const level = isPlain
        ? 190
        : thing
          ? (x - thing[0]) % 12 < 6 === (y - thing[1]) % 12 < 6
            ? 210
            : 30
          : ground;
      const grain = (random() + random() - 1) * noise * 2;
      bytes[y * WIDTH + x] = Math.max(0, Math.min(255, level * gain + light + grain));
    }
  }
  return { bytes, widthPx: WIDTH, heightPx: HEIGHT, channels: 1 };
}

/** Looks at each painting in turn, `everyMs` apart, and gives the readings. */
function watch(paintings: readonly Painting[], everyMs = 1000) {
  let scene: Scene | undefined;
  return paintings.map((painting, i) => {
    const look = watchScene(scene, paint({ seed: i + 1, ...painting }), i * everyMs);
    scene = look.scene;
    return look.reading;
  });
}

const empty = (count: number): Painting[] => Array.from({ length: count }, () => ({}));
const VEHICLE: [number, number, number, number] = [40, 20, 48, 44];
const PERSON: [number, number, number, number] = [60, 30, 8, 24];

describe("watchScene", () => {
  it("finds a quiet lane idle once it has learnt it, and still looks now and then", () => {
    const readings = watch(empty(40));
    const idle = readings.slice(6).filter(({ isIdle }) => isIdle);
    expect(idle.length).toBeGreaterThan(28);
    expect(idle.length).toBeLessThan(34);
    expect(readings.every(({ isOccupied }) => !isOccupied)).toBe(true);
  });

  it("wakes at once for a vehicle and counts how long it stands", () => {
    const readings = watch([...empty(10), ...empty(8).map(() => ({ things: [VEHICLE] }))]);
    expect(readings[9]?.isOccupied).toBe(false);
    expect(readings[10]).toMatchObject({ isIdle: false, isOccupied: true });
    expect(readings[17]?.standingForMs).toBeGreaterThanOrEqual(5000);
  });

  it("is awake again when the vehicle leaves, and the lane is empty", () => {
    const stay = empty(8).map(() => ({ things: [VEHICLE] }));
    const readings = watch([...empty(10), ...stay, ...empty(5)]);
    expect(readings.at(-1)).toMatchObject({ isOccupied: false, standingForMs: 0 });
  });

  it("does not take a vehicle that passes through for one that stands", () => {
    const passing = Array.from({ length: 10 }, (_, i) => ({
      things: [[i * 9, 20, 48, 44]] as [number, number, number, number][],
    }));
    const readings = watch([...empty(10), ...passing], 400);
    expect(Math.max(...readings.map(({ standingForMs }) => standingForMs))).toBeLessThan(2000);
  });

  it("does not take a person, standing or walking, for a vehicle", () => {
    const standing = empty(10).map(() => ({ things: [PERSON] }));
    const walking = Array.from({ length: 10 }, (_, i) => ({
      things: [[10 + 6 * i, 30, 8, 24]] as [number, number, number, number][],
    }));
    const readings = watch([...empty(10), ...standing, ...walking]);
    expect(readings.every(({ isOccupied }) => !isOccupied)).toBe(true);
  });

  it("takes neither dusk nor a sudden change of exposure for a vehicle", () => {
    const dusk = Array.from({ length: 30 }, (_, i) => ({ gain: 1 - i * 0.02 }));
    const exposed = empty(10).map(() => ({ gain: 0.4, light: 60 }));
    const readings = watch([...empty(10), ...dusk, ...exposed]);
    expect(readings.every(({ isOccupied }) => !isOccupied)).toBe(true);
  });

  it("takes heavy noise, as at night, for nothing", () => {
    const readings = watch(empty(40).map(() => ({ noise: 12 })));
    expect(readings.every(({ isOccupied }) => !isOccupied)).toBe(true);
  });

  it("forgets a vehicle that stood there from the beginning once it has left", () => {
    const stay = empty(12).map(() => ({ things: [VEHICLE] }));
    const readings = watch([...stay, ...empty(8)]);
    expect(readings.slice(13).every(({ standingForMs }) => standingForMs < 2000)).toBe(true);
    expect(readings.at(-1)?.isOccupied).toBe(false);
  });

  it("gets used to a parked vehicle, still sees the next one, and knows the empty lane again", () => {
    const parked: [number, number, number, number] = [8, 24, 40, 40];
    const arriving: [number, number, number, number] = [70, 20, 48, 44];
    const stay = empty(80).map(() => ({ things: [parked] }));
    const next = empty(4).map(() => ({ things: [parked, arriving] }));
    const readings = watch([...empty(10), ...stay, ...next, ...stay, ...empty(5)], 10_000);
    expect(readings[89]?.isOccupied).toBe(false);
    expect(readings[91]).toMatchObject({ isOccupied: true });
    expect(readings[100]?.isOccupied).toBe(false);
    expect(readings.at(-1)?.isOccupied).toBe(false);
  });

  it("never takes a vehicle with a plain side for the empty lane", () => {
    const plain = Array.from({ length: 8 }, () => ({ plain: VEHICLE }));
    const readings = watch([...empty(10), ...plain, ...empty(5)]);
    expect(readings.at(-1)).toMatchObject({ isOccupied: false, standingForMs: 0 });
  });

  it("learns a wholly different view anew", () => {
    const turned = empty(30).map(() => ({
      things: [[0, 0, 128, 72]] as [number, number, number, number][],
    }));
    expect(watch([...empty(10), ...turned]).at(-1)?.isOccupied).toBe(false);
  });

  it("starts over when the clock is set back", () => {
    const first = watchScene(undefined, paint(), 10_000);
    const back = watchScene(first.scene, paint({ things: [VEHICLE] }), 1000);
    expect(back.reading).toMatchObject({ isIdle: false, isOccupied: false });
  });
});
