import { outlineOf } from "./glyphs.ts";
import type { LaneStyle } from "./lane-style.ts";
import { linear, type Material } from "./mesh.ts";
import { type Texture, textureOf } from "./texture.ts";

const WIDTH_M = 1.2;
const HEIGHT_M = 1.1;
const PX_PER_M = 400;

/** The community's name in raised letters, a small emblem above it. */
export async function nameSign(name: string): Promise<Texture> {
  const words = name.split(" ");
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last && (last.length + word.length < 9 || last.length < 4)) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  let y = HEIGHT_M * PX_PER_M - 30;
  let letters = "";
  for (const text of lines.slice(0, 3).reverse()) {
    const natural = outlineOf(text, 100, { spacing: 0.12 });
    const height = Math.min(110, (100 * WIDTH_M * PX_PER_M * 0.94) / natural.width);
    const outline = outlineOf(text, height, { spacing: 0.12 });
    const x = (WIDTH_M * PX_PER_M - outline.width) / 2;
    letters += `<path transform="translate(${x} ${y})" d="${outline.path}"/>`;
    y -= height * 1.42;
  }
  const middle = (WIDTH_M * PX_PER_M) / 2;
  const emblem = `<g transform="translate(${middle} ${Math.max(46, y - 42)})" fill="none" stroke="#fff" stroke-width="7" stroke-linecap="round"><path d="M0 46 V-34 M0 30 C-34 26 -44 0 -40 -22 C-18 -18 -4 0 0 24 M0 30 C34 26 44 0 40 -22 C18 -18 4 0 0 24"/></g>`;
  return textureOf(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_M * PX_PER_M}" height="${HEIGHT_M * PX_PER_M}"><g fill="#fff">${letters}</g>${emblem}</svg>`,
  );
}

/** `wall` with the sign on the side that faces the camera, its near edge at `edgeXM`. */
export function withSign(
  wall: Material,
  sign: Texture,
  style: LaneStyle,
  edgeXM: number,
  bottomYM: number,
): Material {
  const metal = linear(style.architecture === "modern" ? "#3b3f43" : "#5a3a22");
  const left = style.side > 0 ? edgeXM - WIDTH_M : -edgeXM;
  return (hit, surface) => {
    wall(hit, surface);
    if (hit.nz > -0.9) return;
    const cover = letterAt(sign, hit.x - left, hit.y - bottomYM);
    // Letters stand off the wall and throw a small shadow.
    const shade = letterAt(sign, hit.x - left - 0.02, hit.y - bottomYM + 0.025);
    const dark = 1 - 0.5 * shade;
    surface.r = surface.r * dark * (1 - cover) + metal[0] * cover;
    surface.g = surface.g * dark * (1 - cover) + metal[1] * cover;
    surface.b = surface.b * dark * (1 - cover) + metal[2] * cover;
    if (cover > 0.5) {
      surface.roughness = 0.4;
      surface.f0 = 0.2;
    }
  };
}

function letterAt(sign: Texture, x: number, y: number): number {
  const column = Math.floor((x / WIDTH_M) * sign.widthPx);
  const row = Math.floor((1 - y / HEIGHT_M) * sign.heightPx);
  if (column < 0 || row < 0 || column >= sign.widthPx || row >= sign.heightPx) return 0;
  return (sign.data[(row * sign.widthPx + column) * 4 + 3] as number) / 255;
}
