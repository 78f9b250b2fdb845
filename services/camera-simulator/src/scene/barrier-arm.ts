import { type Camera, projectX, projectY, type Region } from "./camera.ts";
import { LANE } from "./lane-camera.ts";
import type { LaneStyle } from "./lane-style.ts";
import { type Sprite, trimmed } from "./sprite.ts";

const ARM_LENGTH_M = 3.4;
const ARM_HALF_HEIGHT_M = 0.0375;
const STRIPE_M = 0.34;
/** The arm is held by a bracket about its axle, and reaches a little beyond it. */
const BRACKET_M = 0.2;
const TAIL_M = 0.3;
const BRACKET_SCALE = 1.45;

/** How bright the arm is, and whether the camera sees colours. */
export interface ArmLight {
  brightness: number;
  monochrome: boolean;
}

/**
 * The barrier's arm turned by `open` (0 closed, 1 upright) about its axle. It turns in a plane
 * parallel to the picture, so that turning it is a rotation of pixels.
 */
export function barrierArm(
  camera: Camera,
  style: LaneStyle,
  open: number,
  light: ArmLight,
): Sprite {
  const perMetre = camera.focalPx / LANE.barrierZM;
  const axleX = projectX(camera, LANE.barrierXM * style.side, LANE.barrierZM);
  const axleY = projectY(camera, LANE.barrierYM, LANE.barrierZM);
  const angle = 1.5 * open * open * (3 - 2 * open);
  const alongX = Math.cos(angle) * style.side;
  const alongY = -Math.sin(angle);
  // Across the arm, pointing to its upper side when closed.
  const acrossX = -Math.sin(angle) * style.side;
  const acrossY = -Math.cos(angle);
  const half = ARM_HALF_HEIGHT_M * perMetre;
  const ends = [-TAIL_M, ARM_LENGTH_M].map((m) => [
    axleX + alongX * m * perMetre,
    axleY + alongY * m * perMetre,
  ]) as [[number, number], [number, number]];
  const region = around(ends, half * 2 + 2, camera);
  const picture = new Uint8Array(region.widthPx * region.heightPx * 4);
  const pixel: [number, number, number] = [0, 0, 0];
  for (let y = 0; y < region.heightPx; y++)
    for (let x = 0; x < region.widthPx; x++) {
      const dx = region.leftPx + x + 0.5 - axleX;
      const dy = region.topPx + y + 0.5 - axleY;
      const across = dx * acrossX + dy * acrossY;
      if (Math.abs(across) > half * 2) continue;
      const alongM = (dx * alongX + dy * alongY) / perMetre;
      let cover = armAt(alongM, across, half, perMetre, light.monochrome, pixel);
      cover = hubAt(dx, dy, half * 1.9, cover, pixel);
      if (cover <= 0) continue;
      const at = (y * region.widthPx + x) * 4;
      for (let c = 0; c < 3; c++)
        picture[at + c] = Math.min(255, (pixel[c] as number) * light.brightness);
      picture[at + 3] = cover * 255;
    }
  return trimmed(region, picture);
}

function around(
  [[ax, ay], [bx, by]]: [[number, number], [number, number]],
  margin: number,
  camera: Camera,
): Region {
  const leftPx = Math.floor(Math.max(0, Math.min(ax, bx) - margin));
  const topPx = Math.floor(Math.max(0, Math.min(ay, by) - margin));
  const rightPx = Math.ceil(Math.min(camera.widthPx, Math.max(ax, bx) + margin));
  const bottomPx = Math.ceil(Math.min(camera.heightPx, Math.max(ay, by) + margin));
  return {
    leftPx,
    topPx,
    widthPx: Math.max(1, rightPx - leftPx),
    heightPx: Math.max(1, bottomPx - topPx),
  };
}

/** Colour of the arm at a place along and across it, into `pixel`; answers the coverage. */
function armAt(
  alongM: number,
  across: number,
  half: number,
  perMetre: number,
  monochrome: boolean,
  pixel: [number, number, number],
): number {
  const isBracket = alongM < BRACKET_M;
  const reach = isBracket ? half * BRACKET_SCALE : half;
  const ends = Math.min(alongM + TAIL_M, ARM_LENGTH_M - alongM) * perMetre;
  const cover = clamp01(reach + 0.5 - Math.abs(across)) * clamp01(ends);
  if (cover <= 0) return 0;
  // A rounded bar: bright above, dark below, a line of sky on its crown.
  const t = across / reach;
  const shade = 0.62 + 0.38 * t + 0.28 * Math.exp(-((t - 0.62) ** 2) * 40);
  const band = alongM / STRIPE_M - Math.floor(alongM / STRIPE_M);
  const white = clamp01((Math.abs(band - 0.5) - 0.25) * STRIPE_M * perMetre + 0.5);
  let [r, g, b] = [200 + 35 * white, 30 + 202 * white, 32 + 194 * white];
  if (isBracket) r = g = b = 64;
  if (monochrome) r = g = b = 0.6 * r + 0.3 * g + 0.1 * b;
  pixel[0] = r * shade;
  pixel[1] = g * shade;
  pixel[2] = b * shade;
  return cover;
}

/** The disc that the arm is bolted to, laid over `pixel`; answers the coverage of both. */
function hubAt(
  dx: number,
  dy: number,
  radius: number,
  cover: number,
  pixel: [number, number, number],
): number {
  const d = Math.sqrt(dx * dx + dy * dy) / radius;
  const share = clamp01((1 - d) * radius);
  if (share <= 0) return cover;
  const grey = (d < 0.22 ? 150 : d > 0.82 ? 52 : 92) - (34 * dy + 14 * dx) / radius;
  for (let c = 0; c < 3; c++) pixel[c] = (pixel[c] as number) * (1 - share) + grey * share;
  return Math.max(cover, share);
}

function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
