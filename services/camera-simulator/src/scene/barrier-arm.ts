import { type Camera, projectX, projectY } from "./camera.ts";
import type { Frame } from "./frame.ts";
import { LANE } from "./lane-camera.ts";
import type { LaneStyle } from "./lane-style.ts";

const ARM_LENGTH_M = 3.4;
const ARM_HEIGHT_M = 0.075;
const STRIPE_M = 0.34;

/** How bright the arm is, and whether the camera sees colours. */
export interface ArmLight {
  brightness: number;
  monochrome: boolean;
}

/**
 * Draws the barrier's arm turned by `open` (0 closed, 1 upright) about its axle. The arm turns in
 * a plane parallel to the picture, so that turning it is a rotation of pixels.
 */
export function drawBarrierArm(
  frame: Frame,
  camera: Camera,
  style: LaneStyle,
  open: number,
  light: ArmLight,
): void {
  const z = LANE.barrierZM;
  const perMetre = camera.focalPx / z;
  const axleX = projectX(camera, LANE.barrierXM * style.side, z);
  const axleY = projectY(camera, LANE.barrierYM, z);
  const eased = open * open * (3 - 2 * open);
  const angle = eased * 1.5;
  const alongX = Math.cos(angle) * style.side;
  const alongY = -Math.sin(angle);
  // Across the arm, pointing to its upper side when closed.
  const acrossX = -Math.sin(angle) * style.side;
  const acrossY = -Math.cos(angle);
  const length = ARM_LENGTH_M * perMetre;
  const tail = 0.3 * perMetre;
  const half = (ARM_HEIGHT_M / 2) * perMetre;
  const corners = [-tail, length].flatMap((t) =>
    [-half * 1.5, half * 1.5].map((s) => [
      axleX + alongX * t + acrossX * s,
      axleY + alongY * t + acrossY * s,
    ]),
  );
  const xs = corners.map((c) => c[0] as number);
  const ys = corners.map((c) => c[1] as number);
  const x0 = Math.max(0, Math.floor(Math.min(...xs) - 2));
  const x1 = Math.min(frame.widthPx, Math.ceil(Math.max(...xs) + 2));
  const y0 = Math.max(0, Math.floor(Math.min(...ys) - 2));
  const y1 = Math.min(frame.heightPx, Math.ceil(Math.max(...ys) + 2));
  const stripe = STRIPE_M * perMetre;
  for (let y = y0; y < y1; y++) {
    const dy = y + 0.5 - axleY;
    const [from, to] = crossing(x0, x1, axleX, dy, acrossX, acrossY, half * 1.45 + 1);
    for (let x = from; x < to; x++) {
      const dx = x + 0.5 - axleX;
      const across = dx * acrossX + dy * acrossY;
      const along = dx * alongX + dy * alongY;
      const bracket = along < 0.2 * perMetre && along > -tail;
      const reach = bracket ? half * 1.45 : half;
      const cover =
        Math.min(1, Math.max(0, reach + 0.5 - Math.abs(across))) *
        Math.min(1, Math.max(0, Math.min(along + tail, length - along)));
      if (cover <= 0) continue;
      // A rounded bar: bright above, dark below, a line of sky on its crown.
      const t = across / reach;
      const round = 0.62 + 0.38 * t + 0.28 * Math.exp(-((t - 0.62) ** 2) * 40);
      const at = (y * frame.widthPx + x) * 3;
      let r = 235;
      let g = 232;
      let b = 226;
      if (bracket) {
        r = g = b = 64;
      } else {
        const band = along / stripe - Math.floor(along / stripe);
        const edge = Math.min(1, Math.max(0, (Math.abs(band - 0.5) - 0.25) * stripe + 0.5));
        r = 200 + 35 * edge;
        g = 30 + 202 * edge;
        b = 32 + 194 * edge;
      }
      if (light.monochrome) r = g = b = 0.6 * r + 0.3 * g + 0.1 * b;
      const shade = round * light.brightness;
      const put = (k: number, value: number) => {
        const under = frame.data[at + k] as number;
        frame.data[at + k] = under + (Math.min(255, value * shade) - under) * cover + 0.5;
      };
      put(0, r);
      put(1, g);
      put(2, b);
    }
  }
  drawHub(frame, axleX, axleY, half * 1.9, light.brightness);
}

/** The disc that the arm is bolted to. */
function drawHub(frame: Frame, x: number, y: number, radius: number, brightness: number): void {
  const x1 = Math.min(frame.widthPx, Math.ceil(x + radius));
  const y1 = Math.min(frame.heightPx, Math.ceil(y + radius));
  for (let py = Math.max(0, Math.floor(y - radius)); py < y1; py++)
    for (let px = Math.max(0, Math.floor(x - radius)); px < x1; px++) {
      const dx = (px + 0.5 - x) / radius;
      const dy = (py + 0.5 - y) / radius;
      const d = Math.sqrt(dx * dx + dy * dy);
      const cover = Math.min(1, Math.max(0, (1 - d) * radius));
      const isBolt = d < 0.22;
      const grey = (isBolt ? 150 : d > 0.82 ? 52 : 92) - 34 * dy - 14 * dx;
      const at = (py * frame.widthPx + px) * 3;
      for (let k = 0; k < 3; k++) {
        const under = frame.data[at + k] as number;
        frame.data[at + k] = under + (grey * brightness - under) * cover;
      }
    }
}

/** The columns of a row where the arm can be: |across| ≤ reach. */
function crossing(
  x0: number,
  x1: number,
  axleX: number,
  dy: number,
  acrossX: number,
  acrossY: number,
  reach: number,
): [number, number] {
  if (Math.abs(acrossX) < 1e-6) return Math.abs(dy * acrossY) <= reach ? [x0, x1] : [x0, x0];
  const a = axleX + (reach - dy * acrossY) / acrossX;
  const b = axleX + (-reach - dy * acrossY) / acrossX;
  return [Math.max(x0, Math.floor(Math.min(a, b))), Math.min(x1, Math.ceil(Math.max(a, b)))];
}
